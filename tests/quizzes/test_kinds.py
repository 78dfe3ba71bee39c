"""Each kind of question: what is kept of it, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.blocks import QuestionsBlock
from quizzes.kinds.registry import KINDS
from quizzes.kinds.rules import RULES
from quizzes.kinds.true_false.editor import WORDS
from quizzes.text_blocks import TranslatedTextBlock
from tests.factories.quizzes import LANGUAGES, in_languages, make_question


def value_of(question):
    return KINDS[question["type"]].block.to_python(question["value"])


def problems_of(question):
    return KINDS[question["type"]].problems(value_of(question))


#: The kinds that `make_question` makes.
CHOICES = ["single_choice", "multiple_choice", "true_false"]


def test_every_kind_can_be_written_and_marked():
    assert list(KINDS) == list(RULES)


@pytest.mark.parametrize("kind", CHOICES)
def test_content_keeps_keys_and_only_languages_that_say_something(kind):
    question = make_question(kind, right=("One", "Two"), wrong=("Three",), languages=("en", "so"))
    question["value"]["text"]["fr"] = "   "
    content = KINDS[kind].content_from(value_of(question))
    assert content["text"] == in_languages("What helps most?", ("en", "so"))
    keys = [choice["key"] for choice in content["choices"]]
    assert keys == (["true", "false"] if kind == "true_false" else ["right-1", "right-2", "wrong-1"])
    assert all(set(choice["feedback"]) == {"en", "so"} for choice in content["choices"])


def test_true_and_false_are_written_in_every_language():
    assert all(set(words) == set(LANGUAGES) for words in WORDS.values())


@pytest.mark.parametrize(
    ("question", "field", "words"),
    [
        (make_question(right=(), wrong=("A", "B")), "choices", "Mark the choice that is right"),
        (make_question(right=("A", "B")), "choices", "Mark one choice only"),
        (make_question(right=("A",), wrong=()), "choices", "at least two choices"),
        (make_question(right=("A",), wrong=("a",)), "choices", "say the same"),
        (make_question("multiple_choice", right=("A",)), "choices", "Mark at least two"),
        (make_question(text=""), "text", "Write the question"),
        (make_question("true_false", text=""), "text", "Write the statement"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why_at_the_right_field(question, field, words):
    found = [problem.message for problem in problems_of(question) if problem.field == field]
    assert any(words in message for message in found)


@pytest.mark.parametrize("kind", CHOICES)
def test_a_good_question_has_no_problems(kind):
    right = ("One", "Two") if kind == "multiple_choice" else ("One",)
    assert problems_of(make_question(kind, right=right)) == []


def test_feedback_for_every_choice_is_asked_or_why():
    question, statement = make_question(), make_question("true_false")
    question["value"]["choices"][1]["value"]["feedback"] = {"ar": "لا"}
    statement["value"]["feedback_false"] = {}
    assert problems_of(question) == problems_of(statement) == []
    for asked in (question, statement):
        asked["value"]["explanation"] = {}
    words = "Write feedback for every choice, or say in “Why” what is right and why."
    assert problems_of(question) == [("choices", words)]
    assert problems_of(statement) == [("feedback_false", words)]


def test_a_statement_without_an_answer_is_refused():
    statement = make_question("true_false")
    statement["value"]["right_answer"] = ""
    assert [problem.field for problem in problems_of(statement)] == ["right_answer"]


def test_the_editor_shows_the_problem_at_its_field():
    block = KINDS["single_choice"].block
    with pytest.raises(StructBlockValidationError) as caught:
        block.clean(value_of(make_question(right=("A", "B"))))
    assert isinstance(caught.value.block_errors["choices"], ListBlockValidationError)


def test_unfinished_work_can_be_previewed():
    stream = QuestionsBlock()
    stream.defer_required_validation()
    try:
        value = stream.to_python([make_question(text="", right=(), wrong=("A",))])
        assert len(stream.clean(value)) == 1
    finally:
        stream.restore_deferred_validation()


def test_english_is_written_first():
    block = TranslatedTextBlock(required=False)
    with pytest.raises(StructBlockValidationError, match="StructBlock") as caught:
        block.clean(block.to_python({"fr": "Bonjour"}))
    assert "English" in caught.value.block_errors["en"].message
    assert block.clean(block.to_python({}))["en"] == ""


def test_each_language_has_its_own_direction():
    children = TranslatedTextBlock().child_blocks
    attrs = {code: child.field.widget.attrs for code, child in children.items()}
    assert list(attrs) == list(LANGUAGES)
    assert {code: each["dir"] for code, each in attrs.items() if each["dir"] == "rtl"} == {"ar": "rtl", "fa": "rtl"}
    assert all(each["lang"] == code for code, each in attrs.items())


def test_keys_that_the_form_invents_are_replaced():
    stream = QuestionsBlock()
    good = make_question()
    twice = dict(make_question(text="Another"), id=good["id"])
    foreign = make_question(text="Third", key="../../etc")
    keys = [child.id for child in stream.clean(stream.to_python([good, twice, foreign]))]
    assert keys[0] == good["id"]
    assert len(set(keys)) == 3
    assert "../../etc" not in keys


def test_plain_parts_become_what_the_editor_stores():
    choices = [
        {"key": "0", "text": {"en": "False"}, "is_correct": True, "feedback": {"en": "Yes."}},
        {"key": "1", "text": {"en": "True"}, "is_correct": False, "feedback": {"en": "No."}},
    ]
    content = {"text": {"en": "All is lost."}, "choices": choices, "explanation": {"en": "Never."}}
    value = KINDS["true_false"].stored_value(content)
    assert (value["right_answer"], value["feedback_true"]) == ("false", {"en": "No."})


def test_a_kind_needs_its_parts():
    with pytest.raises(ValidationError):
        KINDS["true_false"].block.clean(KINDS["true_false"].block.get_default())
