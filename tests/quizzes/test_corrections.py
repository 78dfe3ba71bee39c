"""What may change when a key is corrected: what is right, never what was read; answers keep their keys."""

from __future__ import annotations

from copy import deepcopy

import pytest

from quizzes.corrections import corrected
from quizzes.kinds.registry import KINDS
from tests.factories.quizzes import contents_of_every_kind


def through_the_editor(kind, content):
    """What the editor makes of a content that it was opened with."""
    block = KINDS[kind].block
    return KINDS[kind].content_from(block.to_python(KINDS[kind].stored_value(content)))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_comes_back_the_same_and_other_words_are_refused(kind):
    content = contents_of_every_kind()[kind]
    same = through_the_editor(kind, content)
    assert corrected(kind, content, same) == same
    assert corrected(kind, content, {**same, "text": {"en": "Something else?"}}) is None
    for where in ("choices", "parts"):
        if same.get(where) and same[where][0].get("text") and kind not in ("short_answer", "numeric"):
            other = deepcopy(same)
            other[where][0]["text"] = {"en": "Other words"}
            assert corrected(kind, content, other) is None
            assert corrected(kind, content, {**same, where: same[where][1:]}) is None


def test_another_right_choice_keeps_the_keys_even_where_ids_were_lost():
    content = contents_of_every_kind()["single_choice"]
    new = deepcopy(content)
    for number, choice in enumerate(reversed(new["choices"])):
        choice.update(key=f"new-{number}", is_correct=number == 0)
    found = corrected("single_choice", content, new)
    assert [each["key"] for each in found["choices"]] == [each["key"] for each in content["choices"]]
    assert [each["is_correct"] for each in found["choices"]][-1]


def test_meanings_that_change_places_stay_the_choices_that_they_were():
    content = contents_of_every_kind()["matching"]
    value = KINDS["matching"].stored_value(content)
    pairs = [each["value"] for each in value["pairs"]]
    pairs[0]["meaning"], pairs[1]["meaning"] = pairs[1]["meaning"], pairs[0]["meaning"]
    new = KINDS["matching"].content_from(KINDS["matching"].block.to_python(value))
    found = corrected("matching", content, new)
    words = {each["key"]: each["text"] for each in content["choices"]}
    assert {each["key"]: each["text"] for each in found["choices"]} == words
    first, second = content["parts"][:2]
    assert [each["right"] for each in found["parts"][:2]] == [second["right"], first["right"]]


def test_a_step_of_a_case_that_leads_elsewhere_is_another_case():
    content = contents_of_every_kind()["scenario"]
    other = deepcopy(content)
    choice = next(each for part in other["parts"] for each in part["choices"] if each.get("next"))
    choice.pop("next")
    assert corrected("scenario", content, other) is None
