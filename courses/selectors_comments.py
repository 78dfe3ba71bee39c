"""Reads of what trainers and reviewers wrote beside submissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, Q

from courses.models import Comment, Submission

#: First remarks that nobody has dealt with, beside a submission that has not gone live.
WAITING = Q(answers__isnull=True, resolved_at__isnull=True) & ~Q(submission__state=Submission.State.APPROVED)


@dataclass(frozen=True)
class Thread:
    """A remark with its answers."""

    comment: Comment
    answers: tuple[Comment, ...]
    #: Whether it was written beside an earlier submission of the module and still waits.
    is_earlier: bool


@dataclass(frozen=True)
class Threads:
    """All that was written beside a submission."""

    #: By part and language.
    by_place: Mapping[tuple[str, str], Sequence[Thread]]
    #: How many wait to be dealt with, by language.
    open_by_language: Mapping[str, int]

    def of(self, part: str, language: str) -> Sequence[Thread]:
        """The threads of one part in one language."""
        return self.by_place.get((part, language), ())

    @property
    def open_count(self) -> int:
        """How many wait to be dealt with."""
        return sum(self.open_by_language.values())


def threads_of(submission: Submission) -> Threads:
    """What was written beside the submission, and what still waits from earlier ones of its module; two queries."""
    before = Q(submission__module_key=submission.module_key, submission__submitted_at__lt=submission.submitted_at)
    comments = (
        Comment.objects.filter(Q(submission=submission) | before & WAITING, answers__isnull=True)
        .select_related("author", "resolved_by", "submission")
        .defer("submission__content")
        .prefetch_related("replies__author")
    )
    by_place: dict[tuple[str, str], list[Thread]] = {}
    waiting: Counter[str] = Counter()
    for comment in comments:
        thread = Thread(comment, tuple(comment.replies.all()), comment.submission_id != submission.pk)
        by_place.setdefault((comment.part, comment.language), []).append(thread)
        waiting[comment.language] += comment.resolved_at is None
    return Threads(by_place, waiting)


@dataclass(frozen=True)
class WaitingComments:
    """How many remarks on a module wait to be dealt with, and the newest submission that has one."""

    count: int
    submission_pk: int


def waiting_comments() -> dict[UUID, WaitingComments]:
    """Remarks that wait, by module key; one query."""
    rows = Comment.objects.filter(WAITING).order_by().values("submission__module_key")
    return {
        row["submission__module_key"]: WaitingComments(row["count"], row["newest"])
        for row in rows.annotate(count=Count("pk"), newest=Max("submission"))
    }
