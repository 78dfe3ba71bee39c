"""Which lessons a person takes, which come next, and when a module is complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from enum import Enum
from typing import Generic, Protocol, TypeVar
from uuid import UUID


class LessonOfEdition(Protocol):
    """What the rules read of a lesson; a row of an edition has all of it."""

    @property
    def lesson_key(self) -> UUID:
        """What records keep of the lesson."""

    @property
    def minutes(self) -> int:
        """How long it takes."""

    @property
    def role_slugs(self) -> Sequence[str]:
        """The roles it is for; none means everyone."""

    @property
    def quiz_version_id(self) -> int | None:
        """Its quiz, if it has one."""

    @property
    def is_counting(self) -> bool:
        """Whether the quiz must be passed."""


@dataclass(frozen=True)
class PlainLesson:
    """A lesson that is nothing but what the rules read."""

    lesson_key: UUID
    minutes: int = 3
    role_slugs: tuple[str, ...] = ()
    quiz_version_id: int | None = None
    is_counting: bool = True


@dataclass(frozen=True)
class Work:
    """What a person has done in one enrolment: lessons read, quizzes passed, quizzes handed in."""

    read: frozenset[UUID] = frozenset()
    #: The best score of those passed.
    passed: Mapping[UUID, Decimal] = field(default_factory=dict)
    handed_in: frozenset[UUID] = frozenset()
    #: Of those read the lessons that were left out, because the person knew what they teach.
    left_out: frozenset[UUID] = frozenset()
    #: Of those read the lessons that an earlier completion holds.
    taken_over: frozenset[UUID] = frozenset()


class Stage(Enum):
    """How far a person is in a module."""

    #: No lesson of the module is for any of the person's roles.
    NOTHING_TO_TAKE = "nothing_to_take"
    UNDER_WAY = "under_way"
    #: Everything is done and no quiz decides: the person says when they have finished.
    READY_TO_FINISH = "ready_to_finish"
    COMPLETE = "complete"


def is_for(lesson: LessonOfEdition, role_slugs: Iterable[str]) -> bool:
    """Whether a person with these roles takes the lesson; a lesson without roles is for everyone."""
    return not lesson.role_slugs or not set(lesson.role_slugs).isdisjoint(role_slugs)


def has_counting_quiz(lesson: LessonOfEdition) -> bool:
    """Whether the lesson holds a quiz that must be passed."""
    return lesson.quiz_version_id is not None and lesson.is_counting


def is_done(lesson: LessonOfEdition, work: Work) -> bool:
    """A lesson is done when read; with a counting quiz, when passed; with a practice quiz, when handed in.

    One that may be left out by who knows it is done, too, but never one with a counting quiz. What an earlier
    completion holds is done in any case.
    """
    if lesson.lesson_key in work.taken_over:
        return True
    if lesson.quiz_version_id is None:
        return lesson.lesson_key in work.read
    if lesson.is_counting:
        return lesson.lesson_key in work.passed
    return lesson.lesson_key in work.handed_in or lesson.lesson_key in work.left_out


Row = TypeVar("Row", bound=LessonOfEdition)


@dataclass(frozen=True)
class Progress(Generic[Row]):
    """A person's way through a module: the lessons for them, in order, and what is done."""

    lessons: tuple[Row, ...]
    work: Work

    @property
    def done_keys(self) -> frozenset[UUID]:
        """The lessons for the person that are done."""
        return frozenset(lesson.lesson_key for lesson in self.lessons if is_done(lesson, self.work))

    @property
    def done(self) -> int:
        """How many lessons are done."""
        return len(self.done_keys)

    @property
    def total(self) -> int:
        """How many lessons there are for the person."""
        return len(self.lessons)

    @property
    def next_undone(self) -> Row | None:
        """The first lesson that is not done."""
        return next((lesson for lesson in self.lessons if not is_done(lesson, self.work)), None)

    @property
    def minutes_left(self) -> int:
        """The minutes of the lessons that are not done."""
        return sum(lesson.minutes for lesson in self.lessons if not is_done(lesson, self.work))

    @property
    def is_all_done(self) -> bool:
        """Whether there is at least one lesson and none is left."""
        return bool(self.lessons) and self.next_undone is None

    @property
    def stage(self) -> Stage:
        """How far the person is; failed is not completed, and nothing to take is not completed either."""
        if not self.lessons:
            return Stage.NOTHING_TO_TAKE
        if not self.is_all_done:
            return Stage.UNDER_WAY
        return Stage.COMPLETE if any(map(has_counting_quiz, self.lessons)) else Stage.READY_TO_FINISH

    @property
    def score(self) -> Decimal | None:
        """The score of the quiz that was passed; of several, their mean, rounded down; none without one.

        A quiz that an earlier completion holds has no score here.
        """
        counting = [lesson.lesson_key for lesson in self.lessons if has_counting_quiz(lesson)]
        scores = [
            self.work.passed[key] for key in counting if key not in self.work.taken_over or key in self.work.passed
        ]
        if not scores:
            return None
        return (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.0001"), ROUND_DOWN)

    def place_of(self, lesson_key: UUID) -> int | None:
        """The lesson's number among those for the person, from 1."""
        return next((n for n, lesson in enumerate(self.lessons, 1) if lesson.lesson_key == lesson_key), None)

    def before(self, lesson_key: UUID) -> Row | None:
        """The lesson before this one."""
        place = self.place_of(lesson_key)
        return self.lessons[place - 2] if place and place > 1 else None

    def following(self, lesson_key: UUID) -> Row | None:
        """The lesson after this one, done or not."""
        place = self.place_of(lesson_key)
        return self.lessons[place] if place and place < self.total else None

    def next_from(self, lesson_key: UUID) -> Row | None:
        """Where to go on from this lesson: the next that is not done, looking on from here and then from the start."""
        place = self.place_of(lesson_key) or 0
        onwards = self.lessons[place:] + self.lessons[: max(place - 1, 0)]
        return next((lesson for lesson in onwards if not is_done(lesson, self.work)), None)


def progress_of(lessons: Iterable[Row], role_slugs: Iterable[str], work: Work) -> Progress[Row]:
    """The way of a person with these roles through these lessons of an edition."""
    slugs = frozenset(role_slugs)
    return Progress(tuple(lesson for lesson in lessons if is_for(lesson, slugs)), work)


def roles_left_out(lessons: Iterable[LessonOfEdition], done: Iterable[UUID], held: Iterable[str]) -> frozenset[str]:
    """The roles, but for those held, that have lessons of their own of which one was not done."""
    known = frozenset(done)
    lacking = {role for lesson in lessons if lesson.lesson_key not in known for role in lesson.role_slugs}
    return frozenset(lacking).difference(held)


def lessons_to_add(
    lessons: Iterable[Row], role_slugs: Iterable[str], done: Iterable[UUID], held: Iterable[str]
) -> tuple[Row, ...]:
    """What somebody in these roles takes who completed the module in the roles held then: the lessons that only roles
    have which they did not have, and that they did not do.
    """
    known, before = frozenset(done), frozenset(held)
    return tuple(
        lesson
        for lesson in progress_of(lessons, role_slugs, Work()).lessons
        if lesson.role_slugs and lesson.lesson_key not in known and before.isdisjoint(lesson.role_slugs)
    )
