"""The figures of a question against slow, exact ones, and where they say nothing."""

from __future__ import annotations

from fractions import Fraction
from math import isclose, log, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.statistics import (
    LEAST_ATTEMPTS,
    Answered,
    Handed,
    ItemStatistics,
    QuizStatistics,
    correlation,
    mantel_haenszel,
    rests,
    statistics_of,
    whole_quiz,
)

SHARES = st.sampled_from([0.0, 0.25, 0.3333, 0.5, 0.6667, 1.0])
ANSWERS = st.lists(
    st.builds(
        Answered, mark=SHARES, rest=st.floats(0, 1), chosen=st.lists(st.sampled_from("abc"), max_size=2).map(tuple)
    ),
    max_size=60,
)


def exact_correlation(ones: list[float], others: list[float]) -> float:
    """The definition, in fractions until the last step."""
    xs, ys = [Fraction(x) for x in ones], [Fraction(y) for y in others]
    n = len(xs)
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / (n - 1)
    variance_x = sum((x - mean_x) ** 2 for x in xs) / (n - 1)
    variance_y = sum((y - mean_y) ** 2 for y in ys) / (n - 1)
    return float(covariance) / (sqrt(variance_x) * sqrt(variance_y))


def people(count: int, mark: float, rest: float = 0.5, language: str = "en") -> list[Answered]:
    return [Answered(mark=mark, rest=rest, language=language) for _ in range(count)]


def graded(right_of_ten: int, language: str, per_band: int = 20) -> list[Answered]:
    """People of five abilities, of whom so many of ten get it right at each."""
    return [
        Answered(mark=float(number % 10 < right_of_ten), rest=band / 4, language=language)
        for band in range(5)
        for number in range(per_band)
    ]


@given(ANSWERS)
def test_agrees_with_the_exact_figures(answers):
    found = statistics_of(answers, keys="abc")

    assert found.count == len(answers)
    if len(answers) < LEAST_ATTEMPTS:
        assert found.is_hidden
        assert (found.facility, found.discrimination, found.choices, found.languages) == (None, None, (), ())
        return
    marks, others = [each.mark for each in answers], [each.rest for each in answers]
    assert isclose(found.facility, float(sum(map(Fraction, marks)) / len(marks)), abs_tol=1e-9)
    assert [each.count for each in found.choices] == [sum(key in one.chosen for one in answers) for key in "abc"]
    # Rests that differ by less than a float can square say nothing.
    if found.discrimination is not None and max(others) - min(others) > 1e-6:
        assert isclose(found.discrimination, exact_correlation(marks, others), abs_tol=1e-9)


@given(st.lists(st.builds(Handed, st.floats(0, 1), st.none() | st.integers(0, 9000)), max_size=60))
def test_a_whole_quiz_agrees_with_the_exact_figures(attempts):
    found = whole_quiz(attempts)
    assert found.count == len(attempts)
    if len(attempts) < LEAST_ATTEMPTS:
        assert found == QuizStatistics(len(attempts))
        return
    scores, times = [each.score for each in attempts], [each.seconds for each in attempts if each.seconds is not None]
    assert isclose(found.score, float(sum(map(Fraction, scores)) / len(scores)), abs_tol=1e-9)
    assert sum(score <= found.low for score in scores) >= len(scores) / 4
    assert sum(score >= found.high for score in scores) >= len(scores) / 4
    assert found.low <= found.high
    assert (found.seconds is None) == (len(times) < LEAST_ATTEMPTS)


@given(st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=30))
def test_order_changes_nothing(pairs):
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    found = correlation(ones, others)
    again = correlation(ones[::-1], others[::-1])

    assert (found is None) == (again is None)
    if found is not None:
        assert isclose(found, again, abs_tol=1e-9)
        assert -1 <= found <= 1


def test_where_everybody_is_the_same_nothing_goes_together():
    assert correlation([1.0, 1.0, 1.0], [0.0, 0.5, 1.0]) is None
    assert statistics_of(people(25, 1.0)).discrimination is None


@given(st.dictionaries(st.sampled_from("abcdef"), SHARES, min_size=2))
def test_the_rest_leaves_the_question_itself_out(marks):
    for key, rest in rests(marks).items():
        others = [mark for other, mark in marks.items() if other != key]
        assert isclose(rest, sum(others) / len(others), abs_tol=1e-9)


def test_one_question_has_no_others():
    assert rests({"a": 1.0}) == {"a": 0.0}


def test_high_and_low_scorers_choose_apart():
    strong = [Answered(mark=1.0, rest=0.9, chosen=("right",)) for _ in range(15)]
    weak = [Answered(mark=0.0, rest=0.1, chosen=("wrong",)) for _ in range(15)]

    right, wrong = statistics_of(strong + weak, keys=["right", "wrong"]).choices

    assert (right.count, right.share, right.high, right.low) == (15, 0.5, 1.0, 0.0)
    assert (wrong.high, wrong.low) == (0.0, 1.0)


def test_nobody_is_high_where_all_rests_are_equal():
    only = statistics_of([Answered(mark=1.0, rest=0.5, chosen=("a",))] * 20, keys=["a"]).choices[0]

    assert (only.share, only.high, only.low) == (1.0, None, None)


def test_a_bad_translation_shows_itself():
    languages = statistics_of(graded(8, "en") + graded(3, "so") + graded(8, "fr")).languages

    assert {each.language: each.is_much_harder for each in languages} == {"fr": False, "so": True}
    assert {each.language: (each.facility, each.english) for each in languages} == {"fr": (0.8, 0.8), "so": (0.3, 0.8)}


def test_a_language_of_weaker_learners_is_not_a_bad_translation():
    # They get fewer right because they get fewer right everywhere; at the same rest they do as well.
    def able(count: int, language: str) -> list[Answered]:
        return [Answered(float(number % 10 < 9), 1.0, language=language) for number in range(count)]

    def unsure(count: int, language: str) -> list[Answered]:
        return [Answered(float(number % 10 < 4), 0.0, language=language) for number in range(count)]

    english, somali = able(60, "en") + unsure(20, "en"), able(20, "so") + unsure(60, "so")

    (found,) = statistics_of(english + somali).languages

    assert sum(each.mark for each in somali) / len(somali) < sum(each.mark for each in english) / len(english) - 0.2
    assert abs(found.delta) < 0.2
    assert not found.is_much_harder


@pytest.mark.parametrize(("english", "somali"), [(29, 60), (60, 29)])
def test_few_people_in_a_language_are_not_compared(english, somali):
    assert statistics_of(people(english, 1.0) + people(somali, 0.0, language="so")).languages == ()


def test_a_textbook_table():
    # Two bands of 10 and 10; by hand with half added to each cell.
    english = people(8, 1.0, 0.2) + people(2, 0.0, 0.2) + people(9, 1.0, 0.8) + people(1, 0.0, 0.8)
    theirs = people(4, 1.0, 0.2) + people(6, 0.0, 0.2) + people(6, 1.0, 0.8) + people(4, 0.0, 0.8)

    delta, chi_square = mantel_haenszel(english, theirs)

    above = 8.5 * 6.5 / 22 + 9.5 * 4.5 / 22
    below = 2.5 * 4.5 / 22 + 1.5 * 6.5 / 22
    assert isclose(delta, -2.35 * log(above / below), abs_tol=1e-9)
    variance = 10 * 10 * 12 * 8 / (400 * 19) + 10 * 10 * 15 * 5 / (400 * 19)
    assert isclose(chi_square, (abs(17 - 13.5) - 0.5) ** 2 / variance, abs_tol=1e-9)


@given(ANSWERS, ANSWERS)
def test_any_answers_compare_without_a_crash(english, theirs):
    assume(english and theirs)
    found = mantel_haenszel(english, theirs)
    if found is not None:
        assert found[1] >= 0


@pytest.mark.parametrize(
    ("facility", "discrimination", "telling"),
    [
        (None, None, "unknown"),
        (1.0, None, "unknown"),
        (0.6, 0.3, "well"),
        (0.6, 0.29, "a little"),
        (0.6, 0.09, "hardly"),
        (0.6, -0.09, "hardly"),
        (0.6, -0.1, "turned"),
        (0.95, 0.05, "easy"),
        (0.95, -0.2, "turned"),
    ],
)
def test_how_it_tells_people_apart_in_a_word(facility, discrimination, telling):
    assert ItemStatistics(count=25, facility=facility, discrimination=discrimination).telling == telling


def test_an_unknown_language_is_not_compared():
    assert statistics_of(graded(8, "en") + graded(1, "")).languages == ()


def test_time_is_its_middle():
    assert statistics_of([Answered(1.0, 0.5, seconds=seconds) for seconds in range(1, 22)]).seconds == 11
    assert statistics_of(people(30, 1.0)).seconds is None
