"""Reads of the questions before and after a module: whether they are open to a person, and what they show together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.cards import LessonCard
from courses.rules_tags import obstacle_to_leaving_out
from organisations.querysets import same_person
from quizzes.marking import per_cent
from quizzes.models import QuizVersionQuestion
from records.models import Attempt, AttemptDraft, Completion, Enrolment, Part
from records.rules.before_after import (
    Marked,
    known_tags,
    may_ask_after,
    may_ask_before,
    may_leave_out,
    shares_by_tag,
)
from records.rules.progress import has_counting_quiz, is_done
from records.selectors.learning import Learning

#: How sure somebody is, from the first step to the fifth.
CONFIDENCE: Mapping[int, str | Promise] = {
    1: _("Not sure at all"),
    2: _("A little sure"),
    3: _("Fairly sure"),
    4: _("Sure"),
    5: _("Very sure"),
}


@dataclass(frozen=True)
class Offer:
    """Questions that are open to a person now."""

    module_key: UUID
    part: str
    #: Whether the person has begun to answer them.
    has_draft: bool

    @property
    def is_before(self) -> bool:
        """Whether they come before the first lesson."""
        return self.part == Part.BEFORE


def asks_before(learning: Learning) -> bool:
    """Whether the questions before the first lesson are open to the person; no query."""
    work = learning.progress.work
    return learning.card.check_version_id is not None and may_ask_before(
        is_open=learning.is_open,
        has_begun=bool(work.read or work.handed_in),
        is_answered=Part.BEFORE in learning.around,
    )


def _asks_after(learning: Learning) -> bool:
    return learning.card.check_version_id is not None and may_ask_after(
        is_open=learning.is_open, is_all_done=learning.progress.is_all_done, is_answered=Part.AFTER in learning.around
    )


def offer_in(learning: Learning | None) -> Offer | None:
    """The questions that are open to the person in their work now; one query where there are any."""
    if learning is None or learning.is_behind:
        return None
    part = Part.BEFORE if asks_before(learning) else Part.AFTER if _asks_after(learning) else None
    return _offer(learning.enrolment_id, learning.module_key, part) if part else None


def offer_after(completion: Completion) -> Offer | None:
    """The questions at the end of a module that was completed; no query where the module has none."""
    if completion.edition is None or completion.edition.check_version_id is None:
        return None
    enrolment = completion.enrolment
    if enrolment is None or Attempt.objects.filter(enrolment=enrolment, part=Part.AFTER).exists():
        return None
    # The button leads into the person's newest work in the module: an old certificate offers nothing of that.
    work = Enrolment.objects.filter(same_person(completion.person), module_key=completion.module_key)
    if work.exclude(state=Enrolment.State.CLOSED).filter(started_at__gt=enrolment.started_at).exists():
        return None
    return _offer(enrolment.pk, completion.module_key, Part.AFTER)


def _offer(enrolment_id: int, module_key: UUID, part: str) -> Offer:
    drafts = AttemptDraft.objects.filter(enrolment=enrolment_id, lesson_key=module_key, part=part)
    return Offer(module_key, part, has_draft=drafts.exists())


@dataclass(frozen=True)
class Side:
    """What was answered before, or after."""

    score: int
    confidence: str | Promise
    tags: Mapping[str, int]


@dataclass(frozen=True)
class TagLine:
    """What is right about one thing, before and after; None where it was not asked then."""

    tag: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class BeforeAfter:
    """Both, side by side, as their person reads them."""

    before: Side | None
    after: Side | None

    @property
    def lines(self) -> Sequence[TagLine]:
        """What is right by tag."""
        sides = [side.tags if side else {} for side in (self.before, self.after)]
        return [TagLine(tag, *(side.get(tag) for side in sides)) for tag in sorted(set(sides[0]) | set(sides[1]))]


def before_and_after(enrolment: Enrolment) -> BeforeAfter:
    """What somebody answered before and after a module; two queries."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment).exclude(part=Part.LESSON))
    marked = _marked(attempts)
    sides = {each.part: _side(each, marked[each.pk]) for each in attempts}
    return BeforeAfter(sides.get(Part.BEFORE), sides.get(Part.AFTER))


def _side(attempt: Attempt, asked: Sequence[Marked]) -> Side:
    return Side(
        score=per_cent(attempt.score),
        confidence=CONFIDENCE[attempt.confidence] if attempt.confidence else "",
        tags={tag: per_cent(share) for tag, share in shares_by_tag(asked).items()},
    )


def _marked(attempts: Sequence[Attempt]) -> dict[int, list[Marked]]:
    """What each attempt asked, with the tags that its version has of it; one query."""
    places = QuizVersionQuestion.objects.filter(quiz_version__in={each.quiz_version_id for each in attempts})
    tags = {
        (version, question): tuple(names)
        for version, question, names in places.values_list("quiz_version_id", "question_version_id", "tags")
    }
    return {
        each.pk: [
            Marked(
                tags.get((each.quiz_version_id, row.get("version_id")), ()),
                Decimal(row["mark"]) if "mark" in row else None,
            )
            for row in each.questions
        ]
        for each in attempts
    }


def known_before(enrolment_id: int) -> frozenset[str]:
    """The tags about which the person answered everything rightly before the first lesson; two queries at most."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment_id, part=Part.BEFORE))
    return known_tags(_marked(attempts)[attempts[0].pk]) if attempts else frozenset()


def may_be_left_out(learning: Learning, lesson: LessonCard) -> bool:
    """Whether the person may mark the lesson as done, because they know what it teaches; two queries where that can
    be, none otherwise."""
    counts = has_counting_quiz(lesson)
    if not (learning.is_open and learning.card.may_test_out and Part.BEFORE in learning.around):
        return False
    if is_done(lesson, learning.progress.work) or obstacle_to_leaving_out(lesson.teaches, has_counting_quiz=counts):
        return False
    return may_leave_out(lesson.teaches, known_before(learning.enrolment_id), has_counting_quiz=counts)
