"""What leads of the demo have done: files, two entries put together, names agreed on, reminders, a waiver."""

from __future__ import annotations

from datetime import timedelta

from config.demo.people import World, at_nine
from courses.models import Edition
from organisations.actions import merge_people
from organisations.actions.imports import bring_file, check_file, choose_columns, start_applying
from organisations.actions.imports_apply import apply_import
from organisations.actions.names import agree_to_names, withdraw_names
from organisations.models import ImportRun, Membership, NamesSeen, Organisation, User
from records.actions.waivers import waive_module
from records.models import Reminder, Standing
from records.selectors.waivers import AskedModule
from reporting.actions import choose_monthly_report
from tests.factories.organisations import AreaFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory

Outcome = Reminder.Outcome
#: The staff list of the council: some who are new, three who have an entry already, and two rows that say too little.
STAFF = (
    ("RC2001", "Nadia Brookes", "Housing officer", "Homes and Advice", ""),
    ("RC2002", "Wiktor Zieliński", "Licensing officer", "Licensing", ""),
    ("RC2003", "Hui Min Low", "Social worker (adults)", "East Team", ""),
    ("RC2004", "Amir HADDAD", "Housing officer", "Homes and Advice", ""),
    ("RC2005", "B. Sorrell", "Housing officer", "Homes and Advice", ""),
    ("RC2006", "Owen Pugh", "Social worker (adults)", "West Team", ""),
    ("RC2007", "Marta Lisiewicz", "Airline pilot", "Licensing", ""),
    ("RC2008", "Dele Ogunbanjo", "Housing officer", "Homes and Advice", "30/02/2026"),
)
#: Came in with the staff list although they were there; their lead has seen it of one.
PUT_TOGETHER = "Owen Pugh"
AREAS = {
    "Harbour side": ("Riverside Council", "Riverside Port Office", "Harbour Light", "Wharfside College"),
    "Hill side": ("Riverside Council", "St Brannoc Hospital Trust", "Millrace Homes"),
}
WORDS = "Please find half an hour before the end of the month. The quiet room on the second floor is free on Fridays."


def load_areas(world: World) -> None:
    """Two parts of the partnership's ground, and who works there."""
    for name, places in AREAS.items():
        area = AreaFactory(partnership=world.partnership, name=name, slug=name.lower().replace(" ", "-"))
        area.organisations.set(world.organisations[place] for place in places)


def load_desks(world: World, edition: Edition, lead: User, partnership_lead: User) -> None:
    """The desk of the council's lead, and what other leads have let the partnership see."""
    council = world.organisations["Riverside Council"]
    _bring_files(world, council, lead)
    _agree_on_names(world, partnership_lead, lead)
    _remind(world, council, edition, lead)
    there = Membership.objects.filter(organisation=council, person=world.person("Grace Oyelaran"))
    waive_module(
        membership=there.get(),
        module=AskedModule(edition.module_key, edition.title),
        reason="Teaches this module at the university and has shown us her material (invented).",
        by=lead,
        at=at_nine(world.today),
    )
    choose_monthly_report(person=lead, is_wanted=True, at=at_nine(world.today))


def _bring_files(world: World, council: Organisation, lead: User) -> None:
    """One staff list that is saved but for two rows, and headcounts that wait for an answer."""
    at = at_nine(world.today - timedelta(days=6))
    heading = ("Staff number", "Name", "Role", "Unit", "End date")
    run = bring_file(
        place=council,
        kind=ImportRun.Kind.PEOPLE,
        content=as_csv(heading, *STAFF),
        file_name="Staff list.csv",
        by=lead,
        at=at,
    )
    choose_columns(run=run, columns=run.columns, is_queued=False)
    check_file(run=run, at=at)
    start_applying(run=run, mode=ImportRun.Mode.GOOD, by=lead, is_queued=False)
    apply_import(run=run, at=at)
    entries = User.objects.filter(name=PUT_TOGETHER, memberships__organisation=council).order_by("pk")
    kept, merged = entries
    merge_people(kept=kept, merged=merged, organisation=council, by=lead, at=at + timedelta(hours=1))
    day = world.today.strftime("%d/%m/%Y")
    counts = (("Housing officer", "19"), ("Licensing officer", "6"), ("Lift attendant", "2"))
    rows = tuple((role, people, day, "Payroll (invented)") for role, people in counts)
    at = at_nine(world.today)
    run = bring_file(
        place=council,
        kind=ImportRun.Kind.HEADCOUNTS,
        content=as_csv(("Role", "People", "Counted on", "Source"), *rows),
        file_name="Headcounts.csv",
        by=lead,
        at=at,
    )
    choose_columns(run=run, columns=run.columns, is_queued=False)
    check_file(run=run, at=at)


def as_csv(*rows: tuple[str, ...]) -> bytes:
    """A file as a spreadsheet saves it."""
    return "\n".join(";".join(row) for row in rows).encode()


def _agree_on_names(world: World, partnership_lead: User, lead: User) -> None:
    """The police let the partnership's leads read names and do so still; Harbour Light did for a while."""
    police, harbour = (world.organisations[name] for name in ("Riverside Police", "Harbour Light"))
    given = {"partnership": world.partnership}
    agree_to_names(
        organisation=police,
        by=world.person("Oluwaseun Marlowe"),
        at=at_nine(world.today - timedelta(days=75)),
        **given,
    )
    desta, day = world.person("Desta Lindqvist"), world.today - timedelta(days=210)
    agreement = agree_to_names(organisation=harbour, by=desta, at=at_nine(day), **given)
    withdraw_names(agreement=agreement, by=desta, at=at_nine(day + timedelta(days=90)))
    council = world.organisations["Riverside Council"]
    NamesSeen.objects.bulk_create(
        NamesSeen(seen_by=who, organisation=place, place=where, rows=rows, seen_at=at_nine(day))
        for who, place, where, rows, day in (
            (partnership_lead, police, "coverage", 12, world.today - timedelta(days=30)),
            (lead, council, "people", 25, world.today - timedelta(days=12)),
            (lead, council, "reminders", 14, world.today - timedelta(days=12)),
        )
    )


def _remind(world: World, council: Organisation, edition: Edition, lead: User) -> None:
    """Two letters to those who are late: some time ago to all of them, and a few days ago to some."""
    late = Standing.objects.filter(
        organisation=council,
        module_key=edition.module_key,
        required_to=None,
        satisfied_from=None,
        due_on__lt=world.today,
        person__merged_into=None,
    )
    people = list(User.objects.filter(pk__in=late.values("person")).exclude(pk=lead.pk).order_by("pk"))
    for days_ago, words, reminded in ((12, WORDS, people), (3, "", people[: len(people) // 3])):
        sent_at = at_nine(world.today - timedelta(days=days_ago))
        sent = ReminderRoundFactory(organisation=council, words=words, sent_by=lead, sent_at=sent_at)
        Reminder.objects.bulk_create(
            ReminderFactory.build(
                round=sent,
                person=person,
                outcome=Outcome.SENT if person.email else Outcome.NO_ADDRESS,
                posted_at=sent_at if person.email else None,
            )
            for person in reminded
        )
