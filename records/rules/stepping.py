"""What stays done when a person in the middle of a module moves to a newer edition of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Taught:
    """What a lesson teaches in an edition: its words, and the quiz that ends it."""

    #: Of what everyone reads: the English words. A translation that came or was mended makes no other lesson.
    words: str
    quiz_version_id: int | None = None


@dataclass(frozen=True)
class Step:
    """The way from one edition to the next."""

    #: Lessons that are the same: what is done of them counts.
    kept: frozenset[UUID]
    #: Lessons that changed, came, or came back: what was done of them before does not count.
    asked_again: frozenset[UUID]
    #: Quizzes that cannot be answered to the end, because they are not asked any more.
    dropped_quizzes: frozenset[UUID]

    def stays_done(self, done: Collection[UUID]) -> frozenset[UUID]:
        """Which of these lessons are done after the step."""
        return self.kept & frozenset(done)


def step_between(
    before: Mapping[UUID, Taught], after: Mapping[UUID, Taught], answering: Collection[UUID] = ()
) -> Step:
    """Compares two editions, given as lessons by key; `answering` are lessons whose quiz is being answered.

    A lesson is the same when its key, its words and its quiz are. Where it stands, whom it is for and how many minutes
    it takes do not matter. Half an answer is kept as long as the very same quiz is asked.
    """
    kept = frozenset(key for key, taught in after.items() if before.get(key) == taught)
    same_quiz = {
        key
        for key, taught in after.items()
        if key in before and taught.quiz_version_id is not None
        and before[key].quiz_version_id == taught.quiz_version_id
    }  # fmt: skip
    return Step(
        kept=kept,
        asked_again=frozenset(after) - kept,
        dropped_quizzes=frozenset(answering) - same_quiz,
    )
