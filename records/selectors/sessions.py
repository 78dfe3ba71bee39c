"""Reads briefings: what is planned, who was there, who waits for one, and what was delivered between two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from organisations.clock import LONDON, day_of
from organisations.models import Appointment, Membership, Organisation, Partnership, User
from organisations.querysets import names_on
from organisations.rules_names import are_alike
from records.models import Attendance, BriefingRequest, Session, SessionInvitation
from records.rules.sessions import is_open_at
from records.selectors.recognition import is_enough_in

State = BriefingRequest.State


def organisations_in(partnership: Partnership, at: datetime) -> QuerySet[Organisation]:
    """The organisations of a partnership at a moment, by name."""
    return Organisation.objects.in_partnership(partnership, day_of(at)).order_by("name")


def deliverers_in(partnership: Partnership, at: datetime) -> QuerySet[User]:
    """Those who may deliver a session then: trainers and leads of the partnership."""
    kinds = [Appointment.Kind.TRAINER, Appointment.Kind.PARTNERSHIP_LEAD]
    held = Appointment.objects.active_on(day_of(at)).filter(partnership=partnership, kind__in=kinds)
    return User.objects.filter(pk__in=held.values("person"))


def is_checking_in(session: Session, at: datetime) -> bool:
    """Whether the session's code works at this moment."""
    is_on = session.state != Session.State.CANCELLED
    return is_on and is_open_at(at, session.starts_at, session.ends_at)


def is_enough(session: Session) -> bool:
    """Whether having been at this session completes its module: one query."""
    edition = session.edition
    if edition is None:
        return False
    return is_enough_in(edition, "briefing")


def with_counts(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions, each with how many checked in and how many of them are confirmed."""
    there = Q(attendances__voided_at__isnull=True, attendances__missed_at__isnull=True)
    return sessions.annotate(
        checked_in=Count("attendances", filter=there, distinct=True),
        confirmed=Count("attendances", filter=there & Q(attendances__confirmed_at__isnull=False), distinct=True),
    ).select_related("host", "partnership")


def people_of(session: Session) -> list[Attendance]:
    """Who is on the list of a session, as they came; one query."""
    return list(session.attendances.filter(voided_at__isnull=True).select_related("person", "organisation"))


@dataclass(frozen=True)
class InRoom:
    """One line of who was in the room: an organisation, and how many of its people."""

    name: str
    #: False where it was typed, or not given at all.
    is_listed: bool
    people: int
    unnamed: int


def in_the_room(session: Session, *, is_confirmed: bool = False) -> list[InRoom]:
    """Who was in the room by organisation, by name; those without one come last. One query."""
    rows = session.attendances.filter(voided_at__isnull=True, missed_at__isnull=True)
    if is_confirmed:
        rows = rows.filter(confirmed_at__isnull=False)
    counted = rows.values("organisation_id", "organisation__name", "organisation_text").annotate(
        people=Count("pk"), unnamed=Count("pk", filter=Q(is_unnamed=True))
    )
    found = [
        InRoom(
            row["organisation__name"] or row["organisation_text"],
            bool(row["organisation__name"]),
            row["people"],
            row["unnamed"],
        )
        for row in counted.order_by()
    ]
    return sorted(found, key=lambda each: (not each.name, not each.is_listed, each.name.casefold()))


def invitations_of(organisation: Organisation, at: datetime) -> QuerySet[SessionInvitation]:
    """An organisation's invitations to briefings that are not over; one query."""
    asked = organisation.session_invitations.filter(person__isnull=True, session__ends_at__gte=at)
    return asked.select_related("session").order_by("session__starts_at")


def partnerships_to_ask(organisation: Organisation, day: date) -> QuerySet[Partnership]:
    """The partnerships to which an organisation belongs on a day, by name; one query."""
    return Partnership.objects.filter(pk__in=organisation.partnership_memberships.active_on(day).values("partnership"))


def with_invitations_to_answer(organisations: QuerySet[Organisation], at: datetime) -> QuerySet[Organisation]:
    """Organisations by name, each with how many invitations to briefings that are to come wait for an answer."""
    invited = Q(
        session_invitations__person__isnull=True,
        session_invitations__answer=SessionInvitation.Answer.NONE,
        session_invitations__session__state=Session.State.PLANNED,
        session_invitations__session__ends_at__gte=at,
    )
    return organisations.annotate(to_answer=Count("session_invitations", filter=invited)).order_by("name")


def waiting_in(partnerships: QuerySet[Partnership]) -> QuerySet[BriefingRequest]:
    """Requests for a briefing that wait, the oldest first; one query."""
    waiting = BriefingRequest.objects.filter(partnership__in=partnerships, state=State.OPEN)
    return waiting.select_related("organisation").order_by("asked_at")


# --- Waiting for a briefing -------------------------------------------------------------------------


@dataclass(frozen=True)
class UnmetRequest:
    """A request for a briefing that came to nothing yet, as a report prints it."""

    organisation: str
    title: str
    people: int
    asked_on: date
    #: Empty while it waits.
    declined_because: str


def unmet_requests(
    partnership: Partnership, first: date, last: date, *, named: date | None = None
) -> list[UnmetRequest]:
    """Requests that were waiting at the end of the last day, and those declined between the two days. Two queries.

    Organisations stand under their names of the last day, or of the day given.
    """
    begins, ends = _start(first), _start(last + timedelta(days=1))
    asked = partnership.briefing_requests.filter(asked_at__lt=ends)
    waiting = Q(decided_at__isnull=True) | Q(decided_at__gte=ends)
    declined = Q(state=State.DECLINED, decided_at__gte=begins, decided_at__lt=ends)
    found = list(asked.filter(waiting | declined))
    names = names_on({each.organisation_id for each in found}, named or last)
    return [
        UnmetRequest(
            organisation=names[each.organisation_id],
            title=each.title,
            people=each.people,
            asked_on=day_of(each.asked_at),
            declined_because=each.reason if each.decided_at and each.decided_at < ends else "",
        )
        for each in found
    ]


# --- Delivery ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HeldSession:
    """A session that took place."""

    title: str
    held_on: date
    delivered_by: tuple[str, ...]
    #: Confirmed attendances, with and without a name.
    people: int
    organisations: tuple[str, ...]
    #: Of them, those of organisations that are not listed, or of none.
    not_listed: int
    partnership_id: int
    deliverer_ids: tuple[int, ...]


@dataclass(frozen=True)
class DeliveredTo:
    """What one organisation's people were at."""

    organisation: str
    title: str
    attendances: int
    #: Of them, those counted without a name.
    unnamed: int


@dataclass(frozen=True)
class Deliverer:
    """Who stood in front of the room, and how often."""

    person_id: int
    name: str
    sessions: int
    people: int


@dataclass(frozen=True)
class BriefingDelivery:
    """Briefings between two days: what was held and who was there. Never part of coverage."""

    sessions: Sequence[HeldSession] = ()
    by_organisation: Sequence[DeliveredTo] = ()
    deliverers: Sequence[Deliverer] = ()
    organisations: Sequence[str] = ()

    @property
    def attendances(self) -> int:
        """All confirmed attendances."""
        return sum(each.people for each in self.sessions)

    @property
    def not_listed(self) -> int:
        """Confirmed attendances of organisations that are not listed, and of none."""
        return sum(each.not_listed for each in self.sessions)


def delivery_between(
    first: date,
    last: date,
    *,
    partnership_ids: Collection[int] = (),
    organisation_ids: Collection[int] = (),
    named: date | None = None,
) -> BriefingDelivery:
    """Sessions held from the first through the last day with confirmed attendance; four queries for any amount.

    Organisations stand under their names of the last day, or of the day given. Of the partnerships everybody who was
    there counts, of the organisations only their own people.
    """
    held = Session.objects.filter(
        state=Session.State.HELD, starts_at__gte=_start(first), starts_at__lt=_start(last + timedelta(days=1))
    )
    confirmed = Attendance.objects.filter(confirmed_at__isnull=False, voided_at__isnull=True).filter(
        Q(session__partnership__in=partnership_ids) | Q(organisation__in=organisation_ids)
    )
    theirs = Q(partnership__in=partnership_ids)
    if organisation_ids:
        theirs |= Q(pk__in=confirmed.filter(organisation__in=organisation_ids).values("session"))
    sessions: list[HeldSession] = []
    there = list(
        held.filter(theirs).prefetch_related("trainers", Prefetch("attendances", confirmed, to_attr="were_there"))
    )
    rooms: dict[int, list[Attendance]] = {session.pk: session.were_there for session in there}
    listed = {row.organisation_id for rows in rooms.values() for row in rows if row.organisation_id}
    names = names_on(listed, named or last)
    to: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    by: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for session in there:
        rows = rooms[session.pk]
        for row in rows:
            if row.organisation_id is not None:
                _add(to[row.organisation_id, session.title], 1, row.is_unnamed)
        trainers = sorted((str(each), each.pk) for each in session.trainers.all())
        for name, pk in trainers:
            _add(by[pk, name], 1, len(rows))
        sessions.append(
            HeldSession(
                title=session.title,
                held_on=day_of(session.starts_at),
                delivered_by=tuple(name for name, _pk in trainers),
                people=len(rows),
                organisations=_in_order(names[row.organisation_id] for row in rows if row.organisation_id),
                not_listed=sum(row.organisation_id is None for row in rows),
                partnership_id=session.partnership_id,
                deliverer_ids=tuple(pk for _name, pk in trainers),
            )
        )
    by_organisation = sorted(to.items(), key=lambda each: (names[each[0][0]].casefold(), each[0]))
    return BriefingDelivery(
        sessions,
        [DeliveredTo(names[pk], title, *counts) for (pk, title), counts in by_organisation],
        sorted((Deliverer(*who, *counts) for who, counts in by.items()), key=lambda each: each.name.casefold()),
        list(_in_order(name for each in sessions for name in each.organisations)),
    )


def _add(counts: list[int], *more: int) -> None:
    for number, each in enumerate(more):
        counts[number] += each


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, by the alphabet."""
    return tuple(sorted(set(names), key=str.casefold))


# --- Whose a held attendance is ---------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A name from a list beside people of the organisation whose names are like it."""

    attendance: Attendance
    memberships: Sequence[Membership]


def suggestions_for(organisation: Organisation) -> list[Suggestion]:
    """Confirmed attendances held for the organisation, with its people of that day whose names are alike.

    Two queries. Only a lead turns a suggestion into a record.
    """
    held = list(
        organisation.attendances.filter(
            person__isnull=True, is_unnamed=False, confirmed_at__isnull=False, voided_at__isnull=True
        ).select_related("session", "confirmed_by")
    )
    if not held:
        return []
    people = list(Membership.objects.filter(organisation=organisation).select_related("person", "role"))
    found = []
    for attendance in held:
        day = day_of(attendance.session.starts_at)
        alike: dict[int, Membership] = {}
        for each in people:
            was_here = each.started_on <= day and (each.ended_on is None or each.ended_on >= day)
            is_own = attendance.is_confirmed_by(each.person)
            if was_here and not is_own and are_alike(attendance.name, each.person.name):
                alike.setdefault(each.person.human_id, each)
        found.append(Suggestion(attendance, list(alike.values())))
    return found


def _start(day: date) -> datetime:
    """The first moment of a day in London."""
    return datetime.combine(day, time(), LONDON)
