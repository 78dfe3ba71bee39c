"""What every kind of question must keep to, and tables of cases for each."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import marking
from quizzes.kinds.registry import KINDS
from quizzes.kinds.rules import RULES
from quizzes.questions import MARKER, pieces_of, question_from_content
from quizzes.typed import cleaned, folded, number_in
from tests.factories.quizzes import contents_of_every_kind

quick = settings(derandomize=True, max_examples=80)
CONTENTS = contents_of_every_kind(("en", "ar"))
QUESTIONS = {kind: question_from_content("q", 1, kind, content) for kind, content in CONTENTS.items()}
MARKED = [kind for kind, rules in RULES.items() if rules.is_marked]

keys = [choice.key for each in QUESTIONS.values() for choice in each.choices]
keys += [choice.key for each in QUESTIONS.values() for part in each.parts for choice in part.choices]
pairs = [f"{part.key}={given}" for each in QUESTIONS.values() for part in each.parts for given in [*keys, "down", ""]]
anything = st.one_of(
    st.sampled_from(sorted({*keys, *pairs})), st.text(max_size=12), st.integers(), st.none(), st.sampled_from(["18,2"])
)
answers = st.lists(anything, max_size=8)
kinds = st.sampled_from(sorted(QUESTIONS))


def mark(kind, *answer):
    return marking.mark(QUESTIONS[kind], list(answer))


@quick
@given(kinds, answers)
def test_a_mark_is_a_share_and_what_is_stored_is_marked_the_same(kind, answer):
    question = QUESTIONS[kind]
    known = marking.known_answer(question, answer)
    assert 0 <= marking.mark(question, answer) <= 1
    assert marking.mark(question, known) == marking.mark(question, answer)
    assert marking.known_answer(question, known) == known
    assert all(isinstance(each, str) for each in known)
    if marking.mark(question, answer) == 1:
        assert marking.is_answered(question, answer)
    marking.said(question, answer)
    marking.missed(question, answer)


@quick
@given(kinds, answers)
def test_what_is_counted_of_an_answer_is_an_option_and_nothing_typed(kind, answer):
    question = QUESTIONS[kind]
    options = {option.key: option.line for option in marking.options(question)}
    taken = marking.taken(question, answer)
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(options)
    right = marking.taken(question, marking.right_answer(question))
    assert all(options[key].is_right for key in right)
    assert bool(right) == bool(options)


@quick
@given(kinds.filter(lambda kind: kind not in ("ordering", "scenario")), answers, st.randoms())
def test_order_and_repetition_do_not_matter_where_none_is_asked(kind, answer, random):
    again = [*answer, *answer]
    random.shuffle(again)
    assert marking.mark(QUESTIONS[kind], again) == marking.mark(QUESTIONS[kind], answer)


@pytest.mark.parametrize("kind", MARKED)
def test_the_right_answer_gets_full_marks_and_nothing_else_here_does(kind):
    question = QUESTIONS[kind]
    right = marking.right_answer(question)
    assert marking.is_answered(question, right)
    assert marking.mark(question, right) == 1
    assert marking.mark(question, right[:-1]) < 1
    assert marking.mark(question, []) == 0
    assert all(line.is_right is not False and line.better is None for line in marking.said(question, right))


@quick
@given(kinds, st.integers(0, 2**62), st.booleans(), answers)
def test_the_order_shown_never_changes_a_mark(kind, seed, shuffle, answer):
    question = QUESTIONS[kind]
    (arranged,) = marking.arrange([question], seed, shuffle)
    assert marking.arrange([question], seed, shuffle) == (arranged,)
    assert marking.mark(arranged, answer) == marking.mark(question, answer)
    assert marking.right_answer(arranged) != () or kind == "reflection"
    assert marking.mark(arranged, marking.right_answer(question)) == (kind != "reflection")


@pytest.mark.parametrize("kind", ["matching", "ordering"])
def test_what_is_written_in_order_is_moved_even_without_shuffling(kind):
    orders = {
        tuple(choice.key for choice in marking.arrange([QUESTIONS[kind]], seed, shuffle=False)[0].choices)
        for seed in range(20)
    }
    assert len(orders) > 3


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_editor_gives_back_what_it_was_given(kind):
    content, block = CONTENTS[kind], KINDS[kind].block
    value = block.clean(block.to_python(KINDS[kind].stored_value(content)))
    assert KINDS[kind].content_from(value) == content
    assert KINDS[kind].problems(value) == []
    again = block.to_python(json.loads(json.dumps(block.get_prep_value(value), cls=DjangoJSONEncoder)))
    assert KINDS[kind].content_from(again) == content


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_text_is_walked_once_and_in_one_order(kind):
    def texts(value):
        if isinstance(value, dict):
            if set(value) <= {"en", "ar", "fa", "fr", "pt", "so", "es"}:
                return [value] if value else []
            return [text for part in value.values() for text in texts(part)]
        return [text for part in value for text in texts(part)] if isinstance(value, list) else []

    question = QUESTIONS[kind]
    found = [dict(text) for text in question.texts if text]
    assert sorted(map(str, found)) == sorted(map(str, texts(CONTENTS[kind])))
    marked = question.with_texts(lambda text, is_label: {code: f"{said}!" for code, said in text.items()})
    assert all(said.endswith("!") for text in marked.texts for said in text.values())


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("single_choice", ["b"], "0.5"),
        ("single_choice", ["a", "b"], "0"),
        ("multiple_choice", ["a"], "0.5"),
        ("multiple_choice", ["a", "b", "c"], "0.75"),
        ("multiple_choice", ["c"], "0"),
        ("matching", ["t1=t1"], "0.5"),
        ("matching", ["t2=t2", "t1=t1"], "1"),
        ("matching", ["t1=t1", "t1=t2", "t2=t2"], "0.5"),
        ("matching", ["t1=t3", "t2=t3"], "0"),
        ("ordering", ["a", "b", "c", "d"], "1"),
        ("ordering", ["b", "c", "d", "a"], "0.6666"),
        ("ordering", ["d", "c", "b", "a"], "0"),
        ("ordering", ["c", "d"], "0.3333"),
        ("gaps", ["g1=a", "g2=Down"], "1"),
        ("gaps", ["g1=a", "g2=down."], "1"),
        ("gaps", ["g1=b", "g2=  down   NOW "], "0.5"),
        ("gaps", ["g1=b", "g2=up"], "0"),
        ("short_answer", ["The  Adult."], "1"),
        ("short_answer", ["anyone"], "0.3333"),
        ("short_answer", ["nobody"], "0"),
        ("short_answer", ["the adult", "anyone"], "0"),
        ("numeric", ["18"], "1"),
        ("numeric", ["19,0"], "1"),
        ("numeric", ["١٨٫٥"], "1"),
        ("numeric", ["19.0001"], "0"),
        ("numeric", ["eighteen"], "0"),
        ("rewrite", ["p1=a", "p2=d"], "0.5"),
        ("scenario", ["a", "c"], "1"),
        ("scenario", ["a", "d"], "0.5"),
        ("scenario", ["b"], "0.4"),
        ("scenario", ["a"], "0"),
        ("scenario", ["c"], "0"),
    ],
)
def test_what_an_answer_is_worth(kind, answer, expected):
    assert mark(kind, *answer) == Decimal(expected)


def test_weights_never_give_full_marks_to_anything_but_the_right_choices():
    def choice(key, is_correct, weight=None):
        return {"key": key, "is_correct": is_correct, **({"weight": weight} if weight else {})}

    choices = [choice("a", True, "75"), choice("b", True, "25"), choice("c", False), choice("d", False, "0")]
    question = question_from_content("q", 1, "multiple_choice", {"choices": choices})
    assert marking.mark(question, ["a"]) == Decimal("0.75")
    assert marking.mark(question, ["a", "b"]) == 1
    # A wrong choice without a weight takes back one right choice's average.
    assert marking.mark(question, ["a", "b", "c"]) == marking.mark(question, ["a", "b", "d"]) == Decimal("0.5")
    assert marking.mark(question, ["b", "c"]) == 0


def test_reflections_are_left_out_of_the_score():
    asked = [QUESTIONS["reflection"], QUESTIONS["true_false"]]
    asked[1] = question_from_content("t", 2, "true_false", CONTENTS["true_false"])
    result = marking.mark_quiz(asked, {"q": ["my thoughts"], "t": ["true"]})
    assert (result.score, set(result.marks)) == (1, {"t"})
    assert marking.mark_quiz(asked[:1], {}).score == 0
    assert marking.known_answer(asked[0], ["my thoughts"]) == ()


def test_a_case_only_goes_on_from_what_was_read():
    case = QUESTIONS["scenario"]
    assert marking.may_keep(case, ["a"])
    assert not marking.is_answered(case, ["a"])
    assert marking.may_follow(case, ["a"], ["a", "c"])
    assert not marking.may_follow(case, ["a"], ["b"])
    assert not marking.may_follow(case, ["a", "c"], ["a"])
    assert marking.may_follow(QUESTIONS["single_choice"], ["a"], ["b"])


def test_a_case_never_goes_round_in_circles():
    content = {"parts": [{"key": "s", "choices": [{"key": "a", "is_correct": True, "next": "s"}]}]}
    case = question_from_content("q", 1, "scenario", content)
    assert marking.right_answer(case) == ("a",)
    assert marking.known_answer(case, ["a"] * 50) == ("a",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe."),
        ("  two   words ", "Two words"),
        ("Straße", "STRASSE"),
        ("أحمد", "احمد"),
        ("مُساعَدة", "مساعده"),
        ("کرایه", "كرايه"),
        ("على", "علي"),
        ("الـمال", "المال"),
        ("می‌شود", "میشود"),
        ("١٢", "12"),
        ("l’aide", "l'aide"),
    ],
)
def test_small_differences_of_writing_do_not_matter(one, other):
    assert folded(one) == folded(other) != ""


@quick
@given(st.text())
def test_any_text_can_be_cleaned_and_folded(text):
    assert cleaned(cleaned(text)) == cleaned(text)
    assert "\x00" not in cleaned(text)
    assert folded(folded(text)) == folded(text)
    number_in(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-0,5", -0.5), (".25", 0.25), ("1 250", 1250), ("1'250.5", 1250.5), ("۱۲٫۵", 12.5), ("2e3", 2000),
     ("−4", -4), ("1e9999", None), ("inf", None), ("nan", None), ("1_000", None), ("", None), ("12 hours", None),
     ("1" * 31, None), ("--1", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, number):
    assert (None if number_in(text) is None else float(number_in(text))) == number


@quick
@given(st.lists(st.one_of(st.text(max_size=5), st.integers(0, 12).map(lambda number: f"[[{number}]]"))).map("".join))
def test_a_passage_in_pieces_is_whole(passage):
    pieces = list(pieces_of(passage, 5))
    assert "".join(f"[[{each + 1}]]" if isinstance(each, int) else each for each in pieces) == MARKER.sub(
        lambda found: f"[[{int(found[1])}]]" if 1 <= int(found[1]) <= 5 else found[0], passage
    )
