"""How long each kind of record is kept where, and what is past its period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from organisations.models import (
    ImportRun,
    Invitation,
    JoinRequest,
    Membership,
    NamesSeen,
    Organisation,
    User,
)
from organisations.querysets import open_on
from privacy.kinds import BY_TYPE, KINDS, Kind
from privacy.models import ErasureRequest, RecordType, RetentionPeriod
from privacy.rules import Setting, by_length, months_before, period
from records.models import Attempt, AttemptDraft, Attendance, Certificate, Enrolment, LessonProgress, ReminderRound

#: Rows that no organisation holds, such as an account without a place.
NOWHERE = 0


def periods_of(
    organisation_ids: Collection[int] | None, day: date, *, is_own_counted: bool = True
) -> dict[str, dict[int, int | None]]:
    """For each kind of record the months that hold in each organisation on the day; three queries at most.

    All organisations where none are given. NOWHERE stands for what belongs to none: there the defaults hold.
    """
    own: dict[tuple[str, int], Setting] = {}
    of_partnership: dict[tuple[str, int], Setting] = {}
    for each in RetentionPeriod.objects.all():
        if each.organisation_id and is_own_counted:
            own[each.record_type, each.organisation_id] = Setting(each.months)
        elif each.partnership_id:
            of_partnership[each.record_type, each.partnership_id] = Setting(each.months)
    places: defaultdict[int, set[int]] = defaultdict(set)
    rows = Organisation.objects.order_by("pk").values_list("pk", "partnership_memberships__partnership_id")
    held = rows.filter(
        Q(partnership_memberships__isnull=True)
        | open_on(day, start="partnership_memberships__started_on", end="partnership_memberships__ended_on")
    )
    if organisation_ids is None:
        everywhere = set(Organisation.objects.values_list("pk", flat=True))
    else:
        everywhere = set(organisation_ids)
        held = held.filter(pk__in=everywhere)
    for pk, partnership in held:
        if partnership:
            places[pk].add(partnership)
    found: dict[str, dict[int, int | None]] = {}
    for kind in KINDS:
        months = {NOWHERE: kind.months}
        for place in everywhere if kind.is_of_organisations else ():
            set_there = [of_partnership.get((kind.record_type, each)) for each in places[place]]
            months[place] = period(
                own.get((kind.record_type, place)), [each for each in set_there if each], kind.months
            )
        found[kind.record_type] = months
    return found


def periods_in(partnership_id: int) -> dict[str, int | None]:
    """The months that hold in a partnership where an organisation has not set its own; one query."""
    found = {kind.record_type.value: kind.months for kind in KINDS}
    for each in RetentionPeriod.objects.filter(partnership=partnership_id):
        found[each.record_type] = each.months
    return found


def own_periods_of(organisation: Organisation) -> dict[str, Setting]:
    """What an organisation has set for itself; one query."""
    return {each.record_type: Setting(each.months) for each in organisation.retention_periods.all()}


@dataclass(frozen=True)
class Due:
    """Rows of one kind that are past their period in organisations where the same months hold."""

    kind: Kind
    months: int
    #: Annotated with `held_by`, the organisation that they count under, and `since`, their day.
    rows: QuerySet[Any]


def due_on(day: date, periods: Mapping[str, Mapping[int, int | None]], only: Collection[int] | None) -> Iterator[Due]:
    """Everything past its period on the day, kind by kind; in these organisations only, where some are given.

    Where a person has several employers the longest period counts: what one of them still needs stays.
    """
    for kind in KINDS:
        if only is not None and not kind.is_of_organisations:
            continue
        longer: list[int] = []
        for months, places in by_length(periods[kind.record_type]):
            if months is not None:
                rows = ROWS[kind.record_type](months_before(day, months), places, longer)
                if only is not None:
                    rows = rows.filter(held_by__in=only)
                yield Due(kind, months, rows)
            longer += places


@dataclass(frozen=True)
class Line:
    """One line of the preview."""

    kind: Kind
    organisation: str
    months: int
    count: int
    oldest: date | None


def preview(day: date, only: Collection[int] | None = None) -> list[Line]:
    """How much of what is past its period where, without touching it; the same number of queries for any amount.

    All organisations are looked at for their periods, because the longest of a person's employers counts.
    """
    names = dict(Organisation.objects.values_list("pk", "name"))
    lines = []
    for due in due_on(day, periods_of(None, day), only):
        counted = due.rows.order_by().values("held_by").annotate(count=Count("pk", distinct=True), oldest=Min("since"))
        for row in counted:
            if not row["count"]:
                continue
            oldest = row["oldest"].date() if isinstance(row["oldest"], datetime) else row["oldest"]
            lines.append(Line(due.kind, names.get(row["held_by"], ""), due.months, row["count"], oldest))
    order = [kind.record_type for kind in KINDS]
    return sorted(lines, key=lambda line: (order.index(line.kind.record_type), line.organisation.casefold()))


def _start(day: date) -> datetime:
    """The moment before which a time is past its period."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _of_organisation(rows: QuerySet[Any], places: list[int]) -> QuerySet[Any]:
    """Rows that belong to one organisation by themselves."""
    return rows.filter(organisation__in=places).annotate(held_by=F("organisation_id"))


def _of_people(rows: QuerySet[Any], path: str, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Rows of people who were ever in one of the places, and in none that keeps longer; merged people are one."""
    mine = Membership.objects.filter(_same_as(path))
    theirs = mine.filter(organisation__in=places).order_by("organisation_id").values("organisation_id")[:1]
    rows = rows.exclude(Exists(mine.filter(organisation__in=longer))) if longer else rows
    if NOWHERE in places:
        # Who never had a place falls under the defaults.
        return rows.annotate(held_by=Subquery(theirs)).filter(Q(held_by__isnull=False) | ~Exists(mine))
    return rows.annotate(held_by=Subquery(theirs)).filter(held_by__isnull=False)


def _same_as(path: str) -> Q:
    """Rows of the person of an outer row, and of whoever was merged into them."""
    return Q(person=OuterRef(path)) | Q(person__merged_into=OuterRef(path))


def _invitations(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    ended = Coalesce("accepted_at", "withdrawn_at", "expires_at")
    return _of_organisation(Invitation.objects.annotate(since=ended).filter(since__lt=_start(before)), places)


def _imports(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    brought = ImportRun.objects.filter(started_at__lt=_start(before)).annotate(since=F("started_at"))
    # A file about several organisations belongs to none of them.
    where = Q(organisation__in=places) | (Q(organisation__isnull=True) if NOWHERE in places else Q(pk__in=[]))
    return brought.defer("content", "samples").filter(where).annotate(held_by=F("organisation_id"))


def _requests(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    answered = JoinRequest.objects.filter(decided_at__lt=_start(before)).annotate(since=F("decided_at"))
    return _of_organisation(answered, places)


def _details(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    ended = Membership.objects.filter(ended_on__lt=before).exclude(staff_number="", work_email="")
    return _of_organisation(ended.annotate(since=F("ended_on")), places)


def _names(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    looks = NamesSeen.objects.filter(seen_at__lt=_start(before)).annotate(since=F("seen_at"))
    where = Q(organisation__in=places)
    if NOWHERE in places:
        where |= Q(organisation__isnull=True)
    return looks.filter(where).annotate(held_by=F("organisation_id"))


def _reminders(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """What leads sent goes by their organisation's period, what Signpost sent by the defaults."""
    sent = ReminderRound.objects.filter(sent_at__lt=_start(before)).annotate(since=F("sent_at"))
    where = Q(organisation__in=places)
    if NOWHERE in places:
        where |= Q(organisation__isnull=True)
    return sent.filter(where).annotate(held_by=F("organisation_id"))


def _held_names(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Names from a room that no account holds; who gave no listed organisation falls under the defaults."""
    held = Attendance.objects.filter(person__isnull=True, is_unnamed=False, checked_in_at__lt=_start(before))
    where = Q(organisation__in=places)
    if NOWHERE in places:
        where |= Q(organisation__isnull=True)
    return held.filter(where).annotate(held_by=F("organisation_id"), since=F("checked_in_at"))


def _open_work(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Work on which nothing was done since: no lesson, no answer. Of work that has ended, what still holds a quiz that
    was begun and not handed in."""
    start = _start(before)
    goes_on = Q(state=Enrolment.State.OPEN) | Q(Exists(AttemptDraft.objects.filter(enrolment=OuterRef("pk"))))
    lying = Enrolment.objects.filter(goes_on, started_at__lt=start).annotate(since=F("started_at"))
    for model, moment in ((LessonProgress, "done_at"), (AttemptDraft, "saved_at"), (Attempt, "submitted_at")):
        newer: Any = model._default_manager.filter(**{"enrolment": OuterRef("pk"), f"{moment}__gte": start})
        lying = lying.exclude(Exists(newer))
    return _of_people(lying, "person_id", places, longer)


def _answers(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Attempts that still hold answers, or the language they were given in, of work that has ended."""
    as_text = Attempt.objects.annotate(text=Cast("questions", TextField()))
    holding = as_text.filter(Q(text__contains='"answer"') | ~Q(language=""))
    old = holding.filter(submitted_at__lt=_start(before))
    ended = old.exclude(enrolment__state=Enrolment.State.OPEN).annotate(since=F("submitted_at"))
    return _of_people(ended, "enrolment__person_id", places, longer)


def _people(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Who left everywhere and has not signed in since; who owns a certificate and can sign in stays for life."""
    start = _start(before)
    left = Membership.objects.filter(_same_as("pk")).order_by("-ended_on")
    still = Membership.objects.filter(_same_as("pk")).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=before))
    can_sign_in = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    has_certificate = Certificate.objects.filter(_same_as("pk"))
    gone = (
        User.objects.filter(erased_at__isnull=True, merged_into__isnull=True, is_superuser=False)
        .filter(Q(last_login__isnull=True) | Q(last_login__lt=start))
        .filter(Exists(left))
        .exclude(Exists(still))
        .exclude(Exists(can_sign_in) & Exists(has_certificate))
        .exclude(appointments__ended_on__isnull=True, appointments__isnull=False)
        .annotate(since=Subquery(left.values("ended_on")[:1]))
        .distinct()
    )
    return _of_people(gone, "pk", places, longer)


def _unused(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    """Accounts that nobody ever used, that hold no place, no record and no appointment."""
    return (
        User.objects.filter(
            erased_at__isnull=True,
            merged_into__isnull=True,
            is_superuser=False,
            last_login__isnull=True,
            created_at__lt=_start(before),
            memberships__isnull=True,
            appointments__isnull=True,
            completions__isnull=True,
            enrolments__isnull=True,
            merged__isnull=True,
        )
        .annotate(since=F("created_at"), held_by=_nowhere())
        .distinct()
    )


def _erasures(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    ended = ErasureRequest.objects.filter(decided_at__lt=_start(before))
    return ended.annotate(since=F("decided_at"), held_by=_nowhere())


def _tasks(before: date, places: list[int], longer: list[int]) -> QuerySet[Any]:
    results: Any = apps.get_model("django_tasks_database", "DBTaskResult")._default_manager
    return results.filter(finished_at__lt=_start(before)).annotate(since=F("finished_at"), held_by=_nowhere())


def _nowhere() -> Subquery:
    return Subquery(Organisation.objects.none().values("pk")[:1])


ROWS = {
    RecordType.INVITATIONS: _invitations,
    RecordType.IMPORTS: _imports,
    RecordType.REQUESTS: _requests,
    RecordType.DETAILS: _details,
    RecordType.OPEN_WORK: _open_work,
    RecordType.ANSWERS: _answers,
    RecordType.PEOPLE: _people,
    RecordType.HELD_NAMES: _held_names,
    RecordType.REMINDERS: _reminders,
    RecordType.NAMES: _names,
    RecordType.UNUSED: _unused,
    RecordType.ERASURES: _erasures,
    RecordType.TASKS: _tasks,
}
assert set(ROWS) == set(BY_TYPE)
