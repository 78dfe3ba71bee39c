"""Looks at the answers again that a corrected key touches, in batches, each a transaction of its own.

A batch keeps what came of its attempts, the completions that follow, and how far it has come: a worker that is killed
leaves whole batches behind, and whoever goes on begins after them. Between two batches others write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from organisations.clock import LONDON, day_of
from organisations.letter_limits import last_letters
from organisations.mail import queue_letter
from organisations.rules_letters import LIMIT, leaves_at
from quizzes.models import QuestionVersion, QuizVersion
from records.actions.completions import complete_if_a_quiz_decides, lock_enrolment
from records.mail import later, post_regrade
from records.models import Attempt, AttemptDraft, Enrolment, LessonProgress, Part, Regrade, RegradedAttempt
from records.rules.regrading import Change
from records.selectors.regrading import Effect, attempts_asking, changes_of, counts_of, lessons_passed
from records.selectors.reminders import away_on

State = Regrade.State
#: Attempts of one transaction: about a second even where each completes a module, so that others hand in meanwhile.
BATCH = 20
#: How often somebody else's write may come in between before it counts as a fault.
TRIES = 5
#: How long a worker on SQLite stops between two batches, in seconds.
BREATH = 0.15


def look_again(*, after_batch: Callable[[], None] | None = None) -> None:
    """Goes on with every correction that is being applied, one after the other, until none is left.

    `after_batch` is called between transactions.
    """
    while regrade := Regrade.objects.filter(state=State.APPLYING).order_by("decided_at", "pk").first():
        _tried(partial(_wait_for_who_hands_in, regrade.version))
        while _tried(partial(_look_at_next, regrade.pk)):
            (after_batch or _let_others_write)()


def _tried(work: Callable[[], Any]) -> Any:
    """Two who wait for one another are parted by the database: then the work is done anew."""
    for again in range(TRIES):
        try:
            return work()
        except OperationalError:
            if again == TRIES - 1 or connection.in_atomic_block:
                raise
    return None


def _let_others_write() -> None:
    """On SQLite one writes at a time, and who waits looks again too rarely to come between two that follow at once."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH)


@transaction.atomic
def _wait_for_who_hands_in(version: QuestionVersion) -> None:
    """The correction is on record, so whoever reads the key from now on reads the corrected one. Who has read the old
    one holds their draft until their attempt is on record: once each draft was held here, no such attempt is to come.
    """
    carrying = QuizVersion.objects.filter(places__question_version=version)
    drafts = AttemptDraft.objects.filter(quiz_version__in=carrying).order_by("pk")
    list(drafts.select_for_update().values_list("pk"))


@transaction.atomic
def _look_at_next(regrade_pk: int) -> bool:
    """Looks at the next attempts, each once, and says whether any were left; two workers take turns."""
    regrade = Regrade.objects.select_for_update(of=("self",)).select_related("version").get(pk=regrade_pk)
    if regrade.state != State.APPLYING:
        return False
    version, at = regrade.version, regrade.decided_at or timezone.now()
    next_ones = attempts_asking(version).filter(pk__gt=regrade.last_attempt)
    enrolment_ids = set(next_ones.values_list("enrolment_id", flat=True)[:BATCH])
    # Held before anything is read of it: whoever works in one of these waits.
    work = Enrolment.objects.select_for_update().filter(pk__in=enrolment_ids).order_by("pk")
    open_ids = {each.pk for each in work if each.state == Enrolment.State.OPEN}
    attempts = list(next_ones.filter(enrolment__in=enrolment_ids)[:BATCH])
    passed = lessons_passed(enrolment_ids)
    effect = Effect()
    changes = list(changes_of(version, regrade.content, effect, attempts))
    rows = RegradedAttempt.objects.bulk_create(_row(regrade, attempt, change) for attempt, change in changes)
    passing = [row for row, (_attempt, change) in zip(rows, changes, strict=True) if change.gains_pass]
    news = [
        row
        for row in passing
        if row.attempt.enrolment_id in open_ids and (row.attempt.enrolment_id, row.attempt.lesson_key) not in passed
    ]
    for pk in sorted({row.attempt.enrolment_id for row in passing} & open_ids):
        _complete(pk, at)
    _write_to(regrade, news)
    for name in ("asked", "without_answers"):
        regrade.counts[name] = regrade.counts.get(name, 0) + getattr(effect, name)
    regrade.looked_at += len(attempts)
    regrade.last_attempt = max((attempt.pk for attempt in attempts), default=regrade.last_attempt)
    if not attempts:
        regrade.state, regrade.counts = State.APPLIED, counts_of(regrade)
    regrade.save(update_fields=["state", "counts", "looked_at", "last_attempt"])
    return bool(attempts)


def _row(regrade: Regrade, attempt: Attempt, change: Change) -> RegradedAttempt:
    return RegradedAttempt(
        regrade=regrade,
        attempt=attempt,
        score_before=change.score_before,
        was_passed=change.was_passed,
        score_marked=change.score_marked,
        score=change.score,
        is_passed=change.is_passed,
    )


def _complete(enrolment_pk: int, at: datetime) -> None:
    """Completes the module on the day of the attempt that passes, or of what was done last, if that came later."""
    enrolment = lock_enrolment(Enrolment(pk=enrolment_pk))
    counting = set(enrolment.edition.lessons.filter(is_counting=True).values_list("lesson_key", flat=True))
    attempts = Attempt.objects.counting().filter(enrolment=enrolment, part=Part.LESSON)
    first: dict[Any, datetime] = {}
    for lesson_key, moment, _score, is_passed in attempts.results("lesson_key", "submitted_at"):
        # A quiz that counts is done with the first pass, practice with the first attempt.
        if is_passed or lesson_key not in counting:
            first.setdefault(lesson_key, moment)
    read = LessonProgress.objects.filter(enrolment=enrolment).values_list("done_at", flat=True)
    done_at = max([*first.values(), *read], default=at)
    complete_if_a_quiz_decides(enrolment, done_at, recorded_at=at)


def _write_to(regrade: Regrade, rows: Sequence[RegradedAttempt]) -> None:
    """Queues one letter to each of these people with the write, for a time that keeps a week from any other; none to
    who is away, has no address or was told of this correction. They read it on their own pages.
    """
    now = timezone.now()
    people = {row.attempt.enrolment.person.human_id: row for row in rows}
    told = regrade.attempts.filter(goes_at__isnull=False).select_related("attempt__enrolment__person")
    told_ids = {row.attempt.enrolment.person.human_id for row in told.defer("attempt__questions")} if rows else set()
    away, last = (away_on(day_of(now), people), last_letters(people)) if rows else (set(), {})
    for pk, row in people.items():
        if pk in told_ids or pk in away:
            continue
        row.goes_at = leaves_at(max(now, last[pk] + LIMIT if pk in last else now).astimezone(LONDON))
        row.save(update_fields=["goes_at"])
        queue_letter(later(post_regrade, row.goes_at), row.pk)
