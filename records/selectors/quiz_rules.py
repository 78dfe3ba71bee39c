"""Reads of what the rules of a quiz leave to one person: attempts, and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Q, Subquery
from django.utils import timezone

from organisations.models import User
from organisations.querysets import same_person
from quizzes.marking import is_marked
from quizzes.models import Feedback, QuizVersion
from quizzes.questions import Question
from records.models import Attempt, AttemptDraft, Enrolment, ExtraAttempt, MoreTime, Part
from records.rules.quizzes import Tries, is_over, minutes_for


@dataclass(frozen=True)
class QuizTerms:
    """The quiz of a lesson as one person may take it."""

    has_draft: bool
    #: When what is under way is to be handed in.
    ends_at: datetime | None
    #: For this person; None without a limit.
    minutes: int | None
    tries: Tries

    @property
    def is_over(self) -> bool:
        """Whether the time of what is under way has ended."""
        return is_over(self.ends_at, timezone.now())

    @property
    def has_limits(self) -> bool:
        """Whether there is anything to say about attempts or time."""
        return self.tries.left is not None or self.minutes is not None

    @property
    def may_start(self) -> bool:
        """Whether there is anything to begin or to go on with."""
        return self.has_draft or self.tries.left != 0


def terms_of(person: User, enrolment_id: int, module_key: UUID, lesson_key: UUID, version_id: int) -> QuizTerms:
    """The terms of a lesson's quiz; one query, and more only where the quiz has a limit."""
    draft = AttemptDraft.objects.filter(enrolment=enrolment_id, lesson_key=lesson_key)
    version = (
        QuizVersion.objects.filter(pk=version_id)
        .annotate(has_draft=Exists(draft), ends_at=Subquery(draft.values("ends_at")[:1]))
        .only(*QuizVersion.RULES)
        .get()
    )
    return QuizTerms(
        has_draft=version.has_draft,
        ends_at=version.ends_at,
        minutes=minutes_of(person, version.minutes_allowed),
        tries=tries_at(person, enrolment_id, module_key, lesson_key, version.attempts_allowed),
    )


def tries_at(person: User, enrolment_id: int, module_key: UUID, lesson_key: UUID, allowed: int | None) -> Tries:
    """The person's attempts at a lesson's quiz; two queries, none where there is no limit.

    Those of work that was closed when two accounts became one, while this went on, count too, with the tries that were
    added there. Those of a lesson that has changed since do not.
    """
    if allowed is None:
        return Tries()
    began = Enrolment.objects.filter(pk=enrolment_id).values("started_at")
    merged = same_person(person, "enrolment__person") & Q(
        enrolment__module_key=module_key,
        enrolment__close_reason=Enrolment.MERGED,
        # Not those of years before: renewing begins anew.
        enrolment__ended_at__gte=Subquery(began),
    )
    here = Q(enrolment=enrolment_id) | merged
    attempts = Attempt.objects.counting().filter(here, lesson_key=lesson_key)
    is_passed = Q(is_passed_now=True, enrolment=enrolment_id)
    counts = attempts.with_result().aggregate(used=Count("pk"), passed=Count("pk", filter=is_passed))
    extra = ExtraAttempt.objects.filter(here, lesson_key=lesson_key).count()
    return Tries(allowed, counts["used"], extra, bool(counts["passed"]))


def will_be_told(draft: AttemptDraft, question: Question) -> bool:
    """Whether what is right is said once the question is answered; the answer then stands.

    Never before and after a module: there, nothing but the order and the questions of a quiz holds.
    """
    is_at_once = draft.part == Part.LESSON and draft.quiz_version.feedback == Feedback.AT_ONCE
    return is_at_once and is_marked(question)


def more_time_of(person: User) -> str:
    """How much more time the person has, as it is chosen in a form."""
    extra = list(MoreTime.objects.filter(same_person(person)).values_list("extra_percent", flat=True))
    return "none" if None in extra else str(max(map(int, filter(None, extra)), default=0))


def minutes_of(person: User, limit: int | None) -> int | None:
    """The minutes that the person has where a quiz has this limit; a query only where it has one."""
    if limit is None:
        return None
    return minutes_for(limit, MoreTime.objects.filter(same_person(person)).values_list("extra_percent", flat=True))
