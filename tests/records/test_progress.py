"""Which lessons apply, which come next, and when a module is complete."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.rules.progress import PlainLesson, Stage, Work, is_for, progress_of

relaxed = settings(deadline=None)


def key(number: int) -> UUID:
    return UUID(int=number)


def lesson(number: int, **fields) -> PlainLesson:
    return PlainLesson(lesson_key=key(number), **fields)


def quiz(number: int, **fields) -> PlainLesson:
    return lesson(number, quiz_version_id=number, **fields)


@pytest.mark.parametrize(
    ("for_roles", "roles", "expected"),
    [
        ((), set(), True),
        ((), {"nurse"}, True),
        (("nurse",), set(), False),
        (("nurse",), {"officer"}, False),
        (("nurse", "officer"), {"officer"}, True),
        (("nurse",), {"officer", "nurse"}, True),
    ],
)
def test_whom_a_lesson_is_for(for_roles, roles, expected):
    assert is_for(lesson(1, role_slugs=for_roles), roles) is expected


PASSED = {key(2): Decimal("0.9")}


@pytest.mark.parametrize(
    ("lessons", "work", "stage"),
    [
        pytest.param([], Work(), Stage.NOTHING_TO_TAKE, id="no lesson at all"),
        pytest.param([lesson(1, role_slugs=("nurse",))], Work(), Stage.NOTHING_TO_TAKE, id="only for others"),
        pytest.param([lesson(1)], Work(), Stage.UNDER_WAY, id="nothing done"),
        pytest.param([lesson(1)], Work(read={key(1)}), Stage.READY_TO_FINISH, id="all read, no quiz"),
        pytest.param([lesson(1), quiz(2)], Work(read={key(1)}), Stage.UNDER_WAY, id="quiz to do"),
        pytest.param(
            [lesson(1), quiz(2)],
            Work(read={key(1)}, handed_in={key(2)}),
            Stage.UNDER_WAY,
            id="failed is not completed",
        ),
        pytest.param(
            [lesson(1), quiz(2)], Work(read={key(1)}, handed_in={key(2)}, passed=PASSED), Stage.COMPLETE, id="passed"
        ),
        pytest.param(
            [lesson(1), quiz(2)], Work(passed=PASSED), Stage.UNDER_WAY, id="passed before the lesson is read"
        ),
        pytest.param([quiz(2)], Work(read={key(2)}), Stage.UNDER_WAY, id="a quiz is not done by reading"),
        pytest.param(
            [quiz(2, is_counting=False)], Work(handed_in={key(2)}), Stage.READY_TO_FINISH, id="practice handed in"
        ),
        pytest.param([quiz(2, is_counting=False)], Work(), Stage.UNDER_WAY, id="practice not handed in"),
        pytest.param(
            [lesson(1), quiz(2, role_slugs=("nurse",))],
            Work(read={key(1)}),
            Stage.READY_TO_FINISH,
            id="the quiz is for others",
        ),
    ],
)
def test_how_far_somebody_is(lessons, work, stage):
    assert progress_of(lessons, {"officer"}, work).stage is stage


def test_the_way_through():
    lessons = [
        lesson(1, minutes=2),
        lesson(2, minutes=3, role_slugs=("nurse",)),
        lesson(3, minutes=4),
        quiz(4, minutes=5),
    ]
    progress = progress_of(lessons, {"officer"}, Work(read={key(1), key(2)}))
    assert (progress.done, progress.total, progress.minutes_left) == (1, 3, 9)
    assert progress.next_undone == lessons[2]
    assert progress.place_of(key(3)) == 2
    assert progress.place_of(key(2)) is None
    assert progress.before(key(3)) == lessons[0]
    assert progress.before(key(1)) is None
    assert progress.following(key(3)) == lessons[3]
    assert progress.following(key(4)) is None
    assert progress.next_from(key(4)) == lessons[2]


def test_the_score_of_several_quizzes_is_their_mean():
    lessons = [quiz(1), quiz(2), quiz(3, is_counting=False)]
    work = Work(passed={key(1): Decimal("0.8"), key(2): Decimal("0.9333"), key(3): Decimal("0.1")}, handed_in={key(3)})
    assert progress_of(lessons, set(), work).score == Decimal("0.8666")
    assert progress_of([lesson(1)], set(), Work(read={key(1)})).score is None


ROLES = ["nurse", "officer", "adviser"]
LESSONS = st.lists(
    st.builds(
        PlainLesson,
        lesson_key=st.integers(1, 12).map(key),
        minutes=st.integers(1, 9),
        role_slugs=st.lists(st.sampled_from(ROLES), unique=True, max_size=2).map(tuple),
        quiz_version_id=st.none() | st.just(1),
        is_counting=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.lesson_key,
)
KEYS = st.frozensets(st.integers(1, 12).map(key))


@st.composite
def works(draw) -> Work:
    handed_in = draw(KEYS)
    passed = draw(st.frozensets(st.sampled_from(sorted(handed_in)))) if handed_in else frozenset()
    scores = {each: draw(st.decimals("0.5", "1", places=4)) for each in passed}
    return Work(read=draw(KEYS), passed=scores, handed_in=handed_in)


@relaxed
@given(LESSONS, st.sets(st.sampled_from(ROLES)), works())
def test_complete_means_that_nothing_is_left(lessons, roles, work):
    progress = progress_of(lessons, roles, work)
    is_over = progress.stage in (Stage.COMPLETE, Stage.READY_TO_FINISH)
    assert is_over == (bool(progress.lessons) and progress.done == progress.total)
    assert is_over == (bool(progress.lessons) and progress.next_undone is None)
    assert (progress.minutes_left == 0) == (progress.next_undone is None)
    if progress.stage is Stage.COMPLETE:
        counting = [each for each in progress.lessons if each.quiz_version_id and each.is_counting]
        assert counting
        assert all(each.lesson_key in work.passed for each in counting)
        assert 0 <= progress.score <= 1


@relaxed
@given(LESSONS, st.sets(st.sampled_from(ROLES)), st.sampled_from(ROLES), works())
def test_another_role_never_takes_a_lesson_away(lessons, roles, role, work):
    before = {each.lesson_key for each in progress_of(lessons, roles, work).lessons}
    after = {each.lesson_key for each in progress_of(lessons, roles | {role}, work).lessons}
    assert before <= after


@relaxed
@given(LESSONS, st.sets(st.sampled_from(ROLES)), works(), KEYS)
def test_doing_more_never_undoes_anything(lessons, roles, work, more):
    before = progress_of(lessons, roles, work)
    after = progress_of(lessons, roles, Work(work.read | more, work.passed, work.handed_in | more))
    assert before.done_keys <= after.done_keys


@relaxed
@given(LESSONS, st.sets(st.sampled_from(ROLES)), works())
def test_going_on_from_any_lesson_finds_what_is_left(lessons, roles, work):
    progress = progress_of(lessons, roles, work)
    for each in progress.lessons:
        found = progress.next_from(each.lesson_key)
        left = [row for row in progress.lessons if row.lesson_key not in progress.done_keys and row != each]
        assert (found is None) == (not left)
        assert found is None or found in left
