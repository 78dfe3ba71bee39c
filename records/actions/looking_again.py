"""Looks at the answers again that a corrected key touches, in batches, each a transaction of its own.

A batch keeps what came of its attempts, the completions that follow, and how far it has come: a worker that is killed
leaves whole batches behind, and whoever goes on begins after them. Between two batches others write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from organisations.actions.turns import hold_people
from organisations.clock import LONDON, day_of
from organisations.letter_limits import last_letters
from organisations.mail import later, queue_with_write
from organisations.models import User
from organisations.rules_letters import LIMIT, leaves_at
from quizzes.models import QuizVersion
from records.actions.completions import complete_if_a_quiz_decides, lock_enrolment
from records.mail import post_regrade
from records.models import Attempt, AttemptDraft, Enrolment, LessonProgress, Part, Regrade, RegradedAttempt
from records.rules.regrading import Change
from records.selectors.regrading import Effect, attempts_asking, changes_of, counts_of, lessons_passed, told_in
from records.selectors.reminders import away_on

State = Regrade.State
Outcome = TypeVar("Outcome")
#: Attempts of one transaction: about a second even where each completes a module, so that others hand in meanwhile.
BATCH = 20
#: How often somebody else's write may come in between before it counts as a fault.
TRIES = 5
#: How long a worker stops before it tries again, in seconds; each time longer.
PAUSE = 0.2
#: How long a worker on SQLite stops between two batches, in seconds.
BREATH = 0.15


def look_again(*, after_batch: Callable[[], None] | None = None) -> None:
    """Goes on with every correction that is being applied, one after the other, until none is left.

    `after_batch` is called between transactions. One that fails stays where it is and stops no other; in the end the
    first fault is raised.
    """
    faults: dict[int, Exception] = {}
    applying = Regrade.objects.filter(state=State.APPLYING).order_by("decided_at", "pk")
    while pk := applying.exclude(pk__in=faults).values_list("pk", flat=True).first():
        try:
            _look_at_all(pk, after_batch or _let_others_write)
        except Exception as fault:
            faults[pk] = fault
    if faults:
        raise next(iter(faults.values()))


def _look_at_all(regrade_pk: int, after_batch: Callable[[], None]) -> None:
    _tried(partial(_wait_for_who_hands_in, regrade_pk))
    while _tried(partial(_look_at_next, regrade_pk)):
        after_batch()
    _tried(partial(_finish, regrade_pk))


def _tried(work: Callable[[], Outcome]) -> Outcome:
    """Two who wait for one another are parted by the database: then the work is done anew."""
    for number in range(1, TRIES):
        try:
            return work()
        except OperationalError:
            if connection.in_atomic_block:
                raise
            time.sleep(number * PAUSE)
    return work()


def _let_others_write() -> None:
    """On SQLite one writes at a time, and who waits looks again too rarely to come between two that follow at once."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH)


@transaction.atomic
def _wait_for_who_hands_in(regrade_pk: int) -> None:
    """The correction is on record, so whoever reads the key from now on reads the corrected one. Who has read the old
    one holds their draft until their attempt is on record: once each draft was held here, no such attempt is to come.

    What is handed in later need not be looked at: the last attempt until now is kept.
    """
    regrade = _locked(regrade_pk)
    if regrade.until_attempt is not None:
        return
    carrying = QuizVersion.objects.filter(places__question_version=regrade.version)
    drafts = AttemptDraft.objects.filter(quiz_version__in=carrying).order_by("pk")
    list(drafts.select_for_update().values_list("pk"))
    there = attempts_asking(regrade.version).order_by().aggregate(count=Count("pk"), last=Max("pk"))
    regrade.total, regrade.until_attempt = there["count"], there["last"] or 0
    regrade.save(update_fields=["total", "until_attempt"])


@transaction.atomic
def _look_at_next(regrade_pk: int) -> bool:
    """Looks at the next attempts, each once, and says whether any were left; two workers take turns.

    Held are, in the order in which everybody holds them (organisations.actions.turns): the enrolments, the people, the
    places where they work.
    """
    regrade = _locked(regrade_pk)
    if regrade.state != State.APPLYING:
        return False
    version, at = regrade.version, regrade.decided_at or timezone.now()
    next_ones = attempts_asking(version).filter(pk__gt=regrade.last_attempt, pk__lte=regrade.until_attempt)
    enrolment_ids = set(next_ones.values_list("enrolment_id", flat=True)[:BATCH])
    # Held before anything is read of it: whoever works in one of these waits.
    work = Enrolment.objects.select_for_update().filter(pk__in=enrolment_ids).order_by("pk")
    open_ids = {each.pk for each in work if each.state == Enrolment.State.OPEN}
    attempts = list(next_ones.filter(enrolment__in=enrolment_ids)[:BATCH])
    if not attempts:
        return False
    passed = lessons_passed(enrolment_ids)
    effect = Effect()
    changes = list(changes_of(version, regrade.content, effect, attempts))
    rows = [_row(regrade, attempt, change) for attempt, change in changes]
    passing = [
        row
        for row, (attempt, change) in zip(rows, changes, strict=True)
        if change.gains_pass and attempt.enrolment_id in open_ids
    ]
    people = hold_people({row.attempt.enrolment.person.human_id for row in passing})
    news = [row for row in passing if (row.attempt.enrolment_id, row.attempt.lesson_key) not in passed]
    letters = _give_times(regrade, news, people)
    RegradedAttempt.objects.bulk_create(rows)
    for pk in sorted({row.attempt.enrolment_id for row in passing}):
        _complete(pk, at)
    for row, goes_at in letters:
        queue_with_write(later(post_regrade, goes_at), row.pk)
    for name in ("asked", "without_answers"):
        regrade.counts[name] = regrade.counts.get(name, 0) + getattr(effect, name)
    regrade.looked_at += len(attempts)
    regrade.last_attempt = max(attempt.pk for attempt in attempts)
    regrade.save(update_fields=["counts", "looked_at", "last_attempt"])
    return True


def _finish(regrade_pk: int) -> None:
    """Every attempt is behind us, so what came of them changes no more: it is added up before anything is held."""
    regrade = Regrade.objects.get(pk=regrade_pk)
    counts = counts_of(regrade)
    Regrade.objects.filter(pk=regrade_pk, state=State.APPLYING).update(state=State.APPLIED, counts=counts)


def _locked(regrade_pk: int) -> Regrade:
    return Regrade.objects.select_for_update(of=("self",)).select_related("version").get(pk=regrade_pk)


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


def _give_times(
    regrade: Regrade, rows: Sequence[RegradedAttempt], people: Mapping[int, User]
) -> list[tuple[RegradedAttempt, datetime]]:
    """Gives each of these people, who are held, one letter: a row with its time, a week from any other letter of ours;
    none to who is away, has no address, has left or was told of this correction. They read it on their own pages.
    """
    if not rows:
        return []
    now = timezone.now()
    reached = {row.attempt.enrolment.person.human_id: row for row in rows}
    left_out = told_in(regrade, reached) | away_on(day_of(now), reached)
    last = last_letters(reached)
    letters = []
    for pk, row in reached.items():
        if pk in left_out or not people[pk].email or not people[pk].is_active:
            continue
        goes_at = leaves_at(max(now, last[pk] + LIMIT if pk in last else now).astimezone(LONDON))
        row.goes_at = goes_at
        letters.append((row, goes_at))
    return letters
