"""Sets how long records are kept, and takes away what is past its period, step by step."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import (
    ImportRun,
    Invitation,
    JoinRequest,
    Membership,
    NamesSeen,
    Organisation,
    Partnership,
    User,
)
from privacy.actions.erasure import (
    carry_out_erasure,
    empty_answers,
    empty_attendances,
    erase_person,
    hold_details,
)
from privacy.kinds import BY_TYPE, CHOICES
from privacy.models import ErasureRequest, RecordType, RetentionPeriod, RetentionResult, RetentionRun
from privacy.selectors.people import ids_of, leads_something, works_somewhere
from privacy.selectors.retention import due_on, periods_of
from records.models import Attempt, AttemptDraft, Attendance, Enrolment, ReminderRound

#: Rows in one transaction: few enough that a learner who hands in a quiz meanwhile does not wait.
STEP = 200


@transaction.atomic
def set_period(
    *,
    record_type: str,
    months: int | None,
    by: User,
    at: datetime,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
) -> RetentionPeriod:
    """Sets how many months one kind of record is kept in one place; None is without end.

    Refuses months that are not offered, and an organisation's own period for what belongs to no organisation.
    """
    kind = BY_TYPE.get(RecordType(record_type))
    if kind is None or (organisation is not None and not kind.is_of_organisations):
        raise ValidationError(_("This kind of record has one period for all."))
    if months is not None and months not in CHOICES:
        raise ValidationError(_("Choose one of the periods."))
    found, _is_new = RetentionPeriod.objects.update_or_create(
        record_type=record_type,
        partnership=partnership,
        organisation=organisation,
        defaults={"months": months, "set_by": by, "set_at": at},
    )
    write_log(found, "privacy.period", by, record_type=record_type, months=months)
    return found


@transaction.atomic
def unset_period(*, record_type: str, organisation: Organisation, by: User) -> None:
    """Lets the partnership's period hold again in an organisation."""
    for found in RetentionPeriod.objects.filter(record_type=record_type, organisation=organisation):
        write_log(found, "privacy.period", by, record_type=record_type, months="partnership")
        found.delete()


@transaction.atomic
def start_run(
    *,
    by: User | None,
    at: datetime,
    organisation_ids: Collection[int] = (),
    night_of: date | None = None,
    is_queued: bool = True,
) -> RetentionRun:
    """Notes that a run begins and queues its work; one of the same places that was stopped is taken up again.

    A run over all places is by nobody or by an operator: the view asks.
    """
    places = sorted(organisation_ids)
    under_way = RetentionRun.objects.filter(finished_at__isnull=True, organisation_ids=places).first()
    run = under_way or RetentionRun.objects.create(
        started_by=by, started_at=at, organisation_ids=places, night_of=night_of
    )
    write_log(run, "privacy.run", by)
    if is_queued:
        transaction.on_commit(partial(_queue, run.pk))
    return run


def _queue(run_pk: int) -> None:
    from privacy.tasks import work_through

    work_through.enqueue(run_pk)


def work_through_run(*, run: RetentionRun, at: datetime) -> dict[str, int]:
    """Goes over everything past its period until nothing is left; says how much of each kind it dealt with.

    Each step is a transaction that also counts what it did. A run that was stopped goes on where it was when it is
    called again, and one that is finished does nothing: what is dealt with is no longer past its period.
    """
    only = run.organisation_ids or None
    day = day_of(at)
    for due in due_on(day, periods_of(None, day), only):
        record_type = due.kind.record_type
        rows = due.rows.order_by("pk").values_list("pk", "held_by").distinct()
        step = list(rows[:STEP])
        while step:
            _take(run, record_type, step, at)
            step = list(rows.filter(pk__gt=step[-1][0])[:STEP])
    Session.objects.filter(expire_date__lt=at).delete()
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    totals: dict[str, int] = {}
    for result in run.results.all():
        totals[result.record_type] = totals.get(result.record_type, 0) + result.done
    return totals


@transaction.atomic
def _take(run: RetentionRun, record_type: RecordType, step: list[tuple[Any, int | None]], at: datetime) -> None:
    """One step: deals with the rows and counts them, both or neither."""
    WAYS[record_type]([pk for pk, _place in step], at)
    by_place: dict[int | None, int] = {}
    for _pk, place in step:
        by_place[place] = by_place.get(place, 0) + 1
    for place, count in by_place.items():
        result, _is_new = RetentionResult.objects.get_or_create(
            run=run, record_type=record_type, organisation=place and Organisation(pk=place)
        )
        result.done += count
        result.save(update_fields=["done"])


def _delete(model: Any, pks: list[int], at: datetime) -> None:
    model._default_manager.filter(pk__in=pks).delete()


def _empty_details(pks: list[int], at: datetime) -> None:
    Membership.objects.filter(pk__in=pks).update(staff_number="", work_email="")


def _close_work(pks: list[int], at: datetime) -> None:
    AttemptDraft.objects.filter(enrolment__in=pks).delete()
    work = Enrolment.objects.select_for_update().filter(pk__in=pks, state=Enrolment.State.OPEN)
    for enrolment in work:
        enrolment.state, enrolment.ended_at, enrolment.close_reason = Enrolment.State.CLOSED, at, "left lying"
        enrolment.save(update_fields=["state", "ended_at", "close_reason"])


def _empty_answers(pks: list[int], at: datetime) -> None:
    empty_answers(list(Attempt.objects.select_for_update().filter(pk__in=pks)))


def _erase(pks: list[int], at: datetime) -> None:
    people = list(User.objects.filter(pk__in=pks, erased_at__isnull=True))
    # One after the other they would not be held in the order in which everybody holds them.
    hold_details([pk for person in people for pk in ids_of(person)])
    for person in people:
        erase_person(person=person, by=None, at=at)


def _empty_held_names(pks: list[int], at: datetime) -> None:
    empty_attendances(list(Attendance.objects.filter(pk__in=pks)))


WAYS: dict[RecordType, Callable[[list[Any], datetime], None]] = {
    RecordType.INVITATIONS: partial(_delete, Invitation),
    RecordType.IMPORTS: partial(_delete, ImportRun),
    RecordType.REQUESTS: partial(_delete, JoinRequest),
    RecordType.DETAILS: _empty_details,
    RecordType.OPEN_WORK: _close_work,
    RecordType.ANSWERS: _empty_answers,
    RecordType.PEOPLE: _erase,
    RecordType.HELD_NAMES: _empty_held_names,
    RecordType.REMINDERS: partial(_delete, ReminderRound),
    RecordType.NAMES: partial(_delete, NamesSeen),
    RecordType.UNUSED: _erase,
    RecordType.ERASURES: partial(_delete, ErasureRequest),
    RecordType.TASKS: partial(_delete, DBTaskResult),
}


def carry_out_due_erasures(*, at: datetime) -> int:
    """Removes the details of people who asked 14 days ago and work nowhere any more; says how many."""
    done = 0
    waiting = ErasureRequest.objects.filter(state=ErasureRequest.State.OPEN, is_by_letter=False, runs_from__lte=at)
    for request in waiting.select_related("person").order_by("pk"):
        ids = ids_of(request.person)
        if not works_somewhere(ids) and not leads_something(ids):
            carry_out_erasure(request=request, by=None, at=at)
            done += 1
    return done
