"""The rules of marking, as properties and as a table of cases."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import marking
from quizzes.questions import Choice, Question, in_language, question_from_content, served_language

quick = settings(deadline=None, derandomize=True, max_examples=60)


def question(right=1, wrong=2, kind="single_choice", key="q", languages=("en",)):
    texts = {code: f"words in {code}" for code in languages}
    choices = [Choice(f"r{n}", texts, True, texts) for n in range(right)]
    choices += [Choice(f"w{n}", texts, False, texts) for n in range(wrong)]
    return Question(key, 1, kind, texts, tuple(choices), texts)


single = st.builds(question, wrong=st.integers(1, 6))
multiple = st.builds(question, right=st.integers(2, 5), wrong=st.integers(0, 5), kind=st.just("multiple_choice"))
true_false = st.builds(question, wrong=st.just(1), kind=st.just("true_false"))
one_question = st.one_of(single, multiple, true_false)
keys = st.sampled_from([f"{side}{n}" for side in "rw" for n in range(6)] + ["", "unknown", "<script>", "None"])
answers = st.lists(keys, max_size=12)


@st.composite
def quizzes(draw):
    count = draw(st.integers(0, 8))
    return [
        draw(
            st.builds(
                question,
                right=st.integers(0, 4),
                wrong=st.integers(0, 4),
                kind=st.sampled_from(["single_choice", "multiple_choice", "true_false", "a_later_kind"]),
                key=st.just(f"q{number}"),
            )
        )
        for number in range(count)
    ]


@quick
@given(one_question, answers)
def test_a_mark_is_a_share(asked, answer):
    assert 0 <= marking.mark(asked, answer) <= 1


@quick
@given(one_question, answers)
def test_full_marks_only_for_exactly_the_right_choices(asked, answer):
    known = set(answer) & {choice.key for choice in asked.choices}
    assert (marking.mark(asked, answer) == 1) == (known == asked.right_keys)


@quick
@given(one_question, answers, st.randoms())
def test_order_and_repetition_do_not_matter(asked, answer, random):
    again = [*answer, *answer]
    random.shuffle(again)
    assert marking.mark(asked, again) == marking.mark(asked, answer)


@quick
@given(one_question, answers, st.lists(st.text() | st.integers() | st.none()))
def test_unknown_choices_neither_help_nor_break(asked, answer, unknown):
    known = {choice.key for choice in asked.choices}
    noise = [key for key in unknown if str(key) not in known]
    assert marking.mark(asked, [*answer, *noise]) == marking.mark(asked, answer)


@quick
@given(multiple, answers)
def test_choosing_a_wrong_one_more_never_raises_the_mark(asked, answer):
    wrong = [choice.key for choice in asked.choices if not choice.is_correct]
    assert marking.mark(asked, [*answer, *wrong]) <= marking.mark(asked, answer)


@quick
@given(quizzes(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(8)] + ["other"]), answers))
def test_every_question_weighs_the_same(questions, given_answers):
    result = marking.mark_quiz(questions, given_answers)
    assert set(result.marks) == {asked.key for asked in questions}
    assert 0 <= result.score <= 1
    assert result.score == result.score.quantize(Decimal("0.0001"))
    if questions:
        mean = sum(result.marks.values()) / len(questions)
        assert abs(result.score - mean) <= Decimal("0.0002")
        all_full = all(mark == 1 for mark in result.marks.values())
        assert (result.score == 1) == all_full


def test_a_quiz_without_questions_or_without_right_choices_scores_nothing():
    assert marking.mark_quiz([], {"q": ["r0"]}).score == 0
    assert marking.mark(question(right=0), ["w0"]) == 0


@pytest.mark.parametrize(
    ("right", "wrong", "answer", "expected"),
    [
        (3, 2, ["r0", "r1", "r2"], "1"),
        (3, 2, ["r0", "r1"], "0.6666"),
        (3, 2, ["r0", "r1", "w0"], "0.3333"),
        (3, 2, ["r0", "w0", "w1"], "0"),
        (3, 2, ["r0", "r1", "r2", "w0", "w1"], "0.3333"),
        (2, 2, ["r0", "r1", "w0", "w1"], "0"),
        (3, 2, [], "0"),
    ],
)
def test_partial_credit(right, wrong, answer, expected):
    assert marking.mark(question(right, wrong, "multiple_choice"), answer) == Decimal(expected)


def test_thirds_that_make_a_whole_are_not_lost_by_rounding():
    questions = [question(3, 1, "multiple_choice", key=f"q{n}") for n in range(5)]
    full = ["r0", "r1", "r2"]
    given_answers = {"q0": full, "q1": full, "q2": full, "q3": ["r0"], "q4": ["r0", "r1"]}
    score = marking.mark_quiz(questions, given_answers).score
    assert score == Decimal("0.8")
    assert marking.passes(score, 80)


def test_nobody_passes_by_rounding():
    questions = [question(key=f"q{n}") for n in range(3)]
    score = marking.mark_quiz(questions, {"q0": ["r0"], "q1": ["r0"]}).score
    assert score == Decimal("0.6666")
    assert marking.passes(score, 66)
    assert not marking.passes(score, 67)


@quick
@given(quizzes(), st.integers(0, 2**63 - 1))
def test_arranging_is_a_stable_permutation(questions, seed):
    arranged = marking.arrange(questions, seed, shuffle=True)
    assert arranged == marking.arrange(list(reversed(questions)), seed, shuffle=True)
    assert sorted(asked.key for asked in arranged) == sorted(asked.key for asked in questions)
    by_key = {asked.key: asked for asked in questions}
    for asked in arranged:
        original = by_key[asked.key]
        assert sorted(choice.key for choice in asked.choices) == sorted(choice.key for choice in original.choices)
        if asked.kind == "true_false":
            assert asked.choices == original.choices


@quick
@given(quizzes(), st.integers(0, 2**63 - 1), st.dictionaries(st.sampled_from([f"q{n}" for n in range(8)]), answers))
def test_the_order_shown_never_changes_the_marks(questions, seed, given_answers):
    arranged = marking.arrange(questions, seed, shuffle=True)
    assert marking.mark_quiz(arranged, given_answers) == marking.mark_quiz(questions, given_answers)


def test_different_seeds_give_different_orders():
    questions = [question(key=f"q{n}") for n in range(6)]
    orders = {tuple(asked.key for asked in marking.arrange(questions, seed, shuffle=True)) for seed in range(20)}
    assert len(orders) > 10


def test_without_shuffling_everything_stays_in_place():
    questions = [question(key=f"q{n}") for n in range(6)]
    assert marking.arrange(questions, 7, shuffle=False) == tuple(questions)


def test_an_answer_is_cleaned_and_counted():
    assert marking.known_answer(question(), ["w1", "r0", "r0", "gone"]) == ("r0", "w1")
    assert not marking.is_answered(question(), ["r0", "w1"])
    assert marking.is_answered(question(), ["w1"])
    assert not marking.is_answered(question(kind="multiple_choice"), ["gone"])
    assert marking.is_answered(question(kind="multiple_choice"), ["r0", "w1"])


@pytest.mark.parametrize(("marked", "word"), [("1", "right"), ("0.3333", "partly"), ("0", "not-quite")])
def test_the_word_for_a_mark(marked, word):
    assert marking.verdict(Decimal(marked)) == word


def test_a_quiz_is_served_whole_in_one_language():
    both, english = question(key="a", languages=("en", "ar")), question(key="b")
    assert served_language([both], "ar") == "ar"
    assert served_language([both, english], "ar") == "en"
    assert served_language([both], "fr") == "en"
    assert served_language([both], "ar", [{"en": "Title"}]) == "en"
    assert served_language([both], "ar", [{"en": "Title", "ar": "عنوان"}, {}]) == "ar"


def test_a_text_falls_back_to_english():
    assert in_language({"en": "Yes", "ar": ""}, "ar") == "Yes"
    assert in_language({}, "ar") == ""


def test_a_question_is_read_from_what_is_stored():
    content = {"text": {"en": "?"}, "choices": [{"key": "a", "text": {"en": "A"}, "is_correct": True}]}
    asked = question_from_content("k", 3, "single_choice", content)
    assert asked.right_keys == {"a"}
    assert asked.choices[0].feedback == {}
    assert not marking.is_answered(question_from_content("k", 3, "a_later_kind", content), ["b"])
