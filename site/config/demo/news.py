"""What has happened lately in the council of the demo: whom to tell, names from a room, who is away, a unit's file."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db.models import QuerySet

from config.demo.desk import as_csv
from config.demo.people import World, at_nine
from courses.models import Edition
from organisations.actions import record_away
from organisations.actions.imports import bring_file, check_file, choose_columns
from organisations.models import ImportRun, Membership, Organisation, User
from records.actions.attendance import confirm_attendances
from records.actions.check_in import Given, check_in
from records.actions.places import take_place
from records.actions.sessions import answer_invitation, cancel_session, invite_organisations, plan_session
from records.actions.telling import note_told
from records.models import Attendance, BriefingLetter, Session
from reporting.working_days import working_day_after

COUNCIL, UNIT_LEAD = "Riverside Council", "Priya Nair"
BELOW = ("East Team", "West Team")
#: They came in with the staff list, without an address; their lead has told the last of them.
TO_TELL = ("Nadia Brookes", "Wiktor Zieliński", "Hui Min Low")
#: Typed at the door: one who may be known to the council under a name much like it, and one whom nobody knows.
AT_THE_DOOR = ("K. Mensah", "Rosalind Tarn")
#: The list of a unit: two who are new, and one of another unit.
STAFF = (
    ("RC2101", "Saoirse Pembridge", "Social worker (adults)", "East Team"),
    ("RC2102", "Kwame Dunstan", "Social worker (adults)", ""),
    ("RC2103", "Elif Marchetti", "Social worker (adults)", "Licensing"),
)


def load_news(world: World, edition: Edition, trainer: User, lead: User) -> None:
    """All of it by what people do themselves on the pages."""
    council = world.organisations[COUNCIL]
    _cancel(world, edition, trainer, lead, council)
    _meet(world, edition, trainer, council)
    unit_lead = world.person(UNIT_LEAD)
    theirs = Membership.objects.filter(organisation=council, unit__name__in=BELOW).exclude(person=unit_lead)
    _go_away(world, unit_lead, theirs.active_on(world.today))
    _bring_file(world, unit_lead, council, theirs.filter(ended_on__lt=world.today))


def _plan(
    world: World, edition: Edition, trainer: User, host: Organisation | None, days_ago: int, to_start: int
) -> Session:
    assert edition.module is not None
    starts_at = at_nine(world.today + timedelta(days=to_start))
    return plan_session(
        partnership=world.partnership,
        module=edition.module,
        place=f"{COUNCIL}, training room",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=20,
        host=host,
        trainers=[trainer],
        by=trainer,
        at=at_nine(world.today - timedelta(days=days_ago)),
    )


def _cancel(world: World, edition: Edition, trainer: User, lead: User, council: Organisation) -> None:
    """A briefing to come that was cancelled yesterday: no letter reaches those of the council who have no address."""
    to_start = (working_day_after(world.today, 6) - world.today).days
    session = _plan(world, edition, trainer, None, days_ago=5, to_start=to_start)
    asked_at, off_at = (at_nine(world.today - timedelta(days=days)) for days in (4, 1))
    (invitation,) = invite_organisations(session=session, organisations=[council], by=trainer, at=asked_at)
    answer_invitation(invitation=invitation, is_accepted=True, people=len(TO_TELL), by=lead, at=asked_at)
    for person in User.objects.filter(name__in=TO_TELL, memberships__organisation=council).order_by("pk"):
        take_place(session=session, person=person, at=asked_at)
    cancel_session(session=session, reason="The training room is flooded (invented).", by=trainer, at=off_at)
    told = BriefingLetter.objects.filter(invitation__session=session, person__name=TO_TELL[-1])
    ids = list(told.values_list("pk", flat=True))
    note_told(organisation=council, letter_ids=ids, seen_at=off_at, by=lead, at=off_at + timedelta(hours=2))


def _meet(world: World, edition: Edition, trainer: User, council: Organisation) -> None:
    """A morning at the council to which people came who gave a name and no account."""
    session = _plan(world, edition, trainer, council, days_ago=24, to_start=-10)
    rows = [
        check_in(
            session=session,
            given=Given(name=name, organisation=council),
            how=Attendance.How.CODE,
            key=uuid4(),
            at=session.starts_at + timedelta(minutes=5),
        )
        for name in AT_THE_DOOR
    ]
    confirm_attendances(session=session, pks=[row.pk for row in rows], by=trainer, at=session.ends_at)


def _go_away(world: World, unit_lead: User, working: QuerySet[Membership]) -> None:
    """One of the unit is away, with a day on which they come back."""
    membership = working.filter(away=None).order_by("pk")[0]
    first, last = (world.today + timedelta(days=days) for days in (-9, 19))
    record_away(membership=membership, started_on=max(first, membership.started_on), ended_on=last, by=unit_lead)


def _bring_file(world: World, unit_lead: User, council: Organisation, left: QuerySet[Membership]) -> None:
    """Who leads the unit has brought its list, and looks at it before saving; one on it had left, where one has."""
    back = [
        (each.staff_number, each.person.name, "Social worker (adults)", "")
        for each in left.exclude(staff_number="").select_related("person").order_by("pk")[:1]
    ]
    at = at_nine(world.today)
    run = bring_file(
        place=council,
        kind=ImportRun.Kind.PEOPLE,
        content=as_csv(("Staff number", "Name", "Role", "Unit"), *STAFF, *back),
        file_name="Adult Social Care.csv",
        by=unit_lead,
        at=at,
        is_of_units=True,
    )
    choose_columns(run=run, columns=run.columns, is_queued=False)
    check_file(run=run, at=at)
