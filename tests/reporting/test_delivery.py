"""What was delivered between two days: counted once, by organisation, module and source, and only for its leads."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from organisations.actions import change_organisation
from organisations.clock import LONDON
from organisations.models import Appointment, NamesSeen, PartnershipMembership
from reporting.forms import PeriodForm
from reporting.selectors.delivery import Done, Scope, delivered
from tests.factories.organisations import AppointmentFactory, MembershipFactory, PartnershipFactory, UserFactory
from tests.factories.records import AttendanceFactory, CompletionFactory, CompletionMembershipFactory, SessionFactory
from tests.organisations.lead_world import make_world, sign_in
from tests.queries import writes

DELIVERY = reverse("reporting:delivery")
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
MODULE, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def world(db, today):
    return make_world()


def complete(membership, *more, module=MODULE, day=date(2026, 3, 1), **fields):
    """A completion that copies these places of work."""
    completion = CompletionFactory(person=membership.person, module_key=module, completed_on=day, **fields)
    for each in (membership, *more):
        CompletionMembershipFactory(completion=completion, membership=each)
    return completion


def hold(world, *, day=date(2026, 3, 2), **fields):
    """A briefing that was held."""
    return SessionFactory(
        partnership=world.partnership,
        state="held",
        starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=LONDON),
        trainers=[UserFactory(name="Femi Hart")],
        **fields,
    )


def come(session, **fields):
    fields.setdefault("name", "")
    return AttendanceFactory(
        session=session, confirmed_at=session.ends_at, confirmed_by=session.trainers.get(), **fields
    )


def all_of(world) -> Scope:
    return Scope(frozenset({world.partnership.pk}))


def test_people_count_once_and_completions_each(world):
    both = MembershipFactory(person=world.member.person, organisation=world.theirs, role=world.role)
    complete(world.member, both)
    complete(world.member, both, day=date(2026, 5, 1), source="attended")
    complete(world.member, module=OTHER, title="Another", source="recognised")
    complete(MembershipFactory(organisation=world.ours, role=world.role))
    found = delivered(all_of(world), FIRST, LAST)
    theirs, ours = found.rows
    assert (ours.name, ours.together.all) == ("Riverside Council", Done(4, 2))
    assert [(line.title, line.all) for line in ours.lines] == [("Another", Done(1, 1)), ("Seeing it", Done(3, 2))]
    seeing = ours.lines[1]
    assert (seeing.assessed, seeing.attended, seeing.recognised) == (Done(2, 2), Done(1, 1), Done())
    assert theirs.together.all == Done(2, 1)
    assert found.everything.all == Done(4, 2)
    assert [line.all for line in found.modules] == [Done(1, 1), Done(3, 2)]


def test_two_roles_in_one_place_are_one_completion(world):
    second = MembershipFactory(person=world.member.person, organisation=world.ours)
    complete(world.member, second)
    assert delivered(all_of(world), FIRST, LAST).rows[0].together.all == Done(1, 1)


def test_days_voids_merges_and_leaving_the_partnership(world):
    PartnershipMembership.objects.update(started_on=date(2025, 1, 1))
    first = complete(world.member, day=FIRST)
    complete(world.member, day=LAST)
    complete(world.member, day=date(2025, 12, 31))
    complete(world.member, day=date(2026, 7, 1))
    twin = MembershipFactory(organisation=world.ours, role=world.role, person__merged_into=world.member.person)
    complete(twin)
    assert delivered(all_of(world), FIRST, LAST).everything.all == Done(3, 1)
    first.voided_at, first.voided_by, first.void_reason = first.created_at, world.lead, "Somebody else"
    first.save()
    assert delivered(all_of(world), FIRST, LAST).everything.all == Done(2, 1)
    PartnershipMembership.objects.filter(organisation=world.ours).update(ended_on=date(2026, 5, 31))
    assert delivered(all_of(world), FIRST, LAST).everything.all == Done(1, 1)
    assert delivered(Scope(organisation_ids=frozenset({world.ours.pk})), FIRST, LAST).everything.all == Done(2, 1)


def test_the_room_counts_people_without_a_name_and_from_elsewhere_apart_from_completions(world):
    session = hold(world)
    come(session, is_unnamed=True, organisation=world.ours)
    come(session, name="Kit Lowe", organisation_text="A shelter")
    come(session, person=world.member.person, organisation=world.ours)
    found = delivered(all_of(world), FIRST, LAST)
    assert (found.briefings.attendances, found.briefings.not_listed) == (3, 1)
    assert found.everything.all == Done()
    mine = delivered(Scope(organisation_ids=frozenset({world.ours.pk})), FIRST, LAST)
    assert (mine.briefings.attendances, mine.briefings.not_listed) == (2, 0)


@pytest.mark.parametrize(("who", "seen"), [("lead", 2), ("their_lead", 1), ("partnership_lead", 4)])
def test_each_lead_sees_their_own(world, who, seen):
    complete(world.member)
    complete(MembershipFactory(organisation=world.theirs, role=world.role))
    session = hold(world)
    come(session, is_unnamed=True, organisation=world.ours)
    come(session, name="Kit Lowe", organisation_text="A shelter")
    response = sign_in(getattr(world, who)).get(DELIVERY)
    found = response.context["delivery"]
    assert found.everything.all.completions + found.briefings.attendances == seen
    assert ("A shelter" in response.content.decode()) is False
    assert ("Harbour Light" in response.content.decode()) is (who != "lead")


@pytest.mark.parametrize("name", ["delivery", "delivery_csv", "delivery_xlsx"])
def test_others_are_refused_and_names_of_deliverers_are_noted(world, name):
    session = hold(world)
    come(session, is_unnamed=True, organisation=world.ours)
    address = reverse(f"reporting:{name}")
    assert sign_in(world.member.person).get(address).status_code == 403
    assert NamesSeen.objects.count() == 0
    response = sign_in(world.partnership_lead).get(address)
    b"".join(response.streaming_content) if response.streaming else response.content
    (seen,) = NamesSeen.objects.all()
    assert (seen.rows, seen.partnership, seen.place.split()[0]) == (1, world.partnership, "delivery")


def test_the_page_asks_the_same_number_of_questions_for_any_amount(world):
    client = sign_in(world.partnership_lead)
    complete(world.member)
    come(hold(world), is_unnamed=True, organisation=world.ours)
    client.get(DELIVERY)
    counts = []
    for more in (0, 6):
        for number in range(more):
            complete(MembershipFactory(organisation=world.theirs, role=world.role), module=uuid.uuid4())
            come(hold(world, title=f"Number {number}"), is_unnamed=True, organisation=world.theirs)
        with CaptureQueriesContext(connection) as queries:
            client.get(DELIVERY)
        counts.append(len(queries))
        # Nothing is written but the look at names.
        assert all("namesseen" in sql or "savepoint" in sql.lower() for sql in writes(queries))
    assert counts[0] == counts[1]


def test_files_hold_what_the_page_shows(world):
    complete(world.member, source="attended")
    come(hold(world), name="Kit Lowe", organisation_text="A shelter")
    client = sign_in(world.partnership_lead)
    kept = {"first": "2026-01-01", "last": "2026-06-30"}
    text = b"".join(client.get(reverse("reporting:delivery_csv"), kept).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["Table"] for row in rows} == {"Completions", "Briefings held", "In the room"}
    assert {(row["From"], row["To"]) for row in rows} == {("2026-01-01", "2026-06-30")}
    held = next(row for row in rows if row["Table"] == "Briefings held")
    assert (held["Delivered by"], held["In the room"], held["Of organisations not listed"]) == ("Femi Hart", "1", "1")
    book = load_workbook(
        io.BytesIO(b"".join(client.get(reverse("reporting:delivery_xlsx"), kept).streaming_content)), read_only=True
    )
    assert book.sheetnames == [
        "Completions",
        "Briefings held",
        "In the room",
        "Delivered by",
        "How this was counted",
    ]
    sheet = [[cell.value for cell in row] for row in book["Completions"]]
    assert sheet[1] == ["Riverside Council", "Seeing it", "attended", 1, 1]


@pytest.mark.parametrize(
    ("asked", "expected", "is_wrong"),
    [
        ({}, (date(2025, 11, 22), date(2026, 11, 21)), False),
        ({"last": "2026-03-31"}, (date(2025, 4, 1), date(2026, 3, 31)), False),
        ({"first": "2026-06-01", "last": "2026-05-01"}, (date(2025, 11, 22), date(2026, 11, 21)), True),
        ({"first": "nonsense"}, (date(2025, 11, 22), date(2026, 11, 21)), True),
        ({"last": "2030-01-01"}, (date(2025, 11, 22), date(2026, 11, 21)), True),
    ],
)
def test_the_days_asked_for(asked, expected, is_wrong):
    form = PeriodForm(asked, today=date(2026, 11, 21))
    assert form.days == expected
    assert bool(form.errors) is is_wrong


def test_a_last_day_alone_ends_the_year_before_it(world):
    context = sign_in(world.lead).get(DELIVERY, {"first": "", "last": "2025-03-31"}).context
    assert not context["form"].errors
    assert (context["delivery"].first, context["delivery"].last) == (date(2024, 4, 1), date(2025, 3, 31))
    assert context["form"]["first"].value() == date(2024, 4, 1)


def test_a_wrong_day_is_said_on_the_page(world):
    response = sign_in(world.lead).get(DELIVERY, {"first": "2026-06-01", "last": "2026-05-01"})
    assert re.search(r"The last day is before the first", response.content.decode())


def test_an_organisation_has_one_name_in_a_report_of_a_day(world, today):
    complete(world.member)
    session = hold(world)
    come(session, is_unnamed=True, organisation=world.ours)
    today.move_to("2026-11-23 12:00 +0000")
    change_organisation(organisation=world.ours, name="Riverside and Hill Council", by=world.lead)

    def names(**more):
        found = delivered(all_of(world), FIRST, LAST, **more)
        return {
            found.rows[0].name,
            found.briefings.by_organisation[0].organisation,
            *found.briefings.organisations,
            *found.briefings.sessions[0].organisations,
        }

    assert names() == {"Riverside Council"}
    assert names(named=date(2026, 11, 23)) == {"Riverside and Hill Council"}


def test_a_lead_of_two_partnerships_has_a_look_noted_in_each(world):
    far = PartnershipFactory()
    AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=far, person=world.partnership_lead)
    AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=world.ours, person=world.partnership_lead)
    come(hold(world), is_unnamed=True, organisation=world.ours)
    other = SessionFactory(
        partnership=far, state="held", starts_at=datetime(2026, 3, 3, 10, tzinfo=LONDON), trainers=[UserFactory()]
    )
    come(other, is_unnamed=True)
    sign_in(world.partnership_lead).get(DELIVERY, {"first": "2026-01-01", "last": "2026-06-30"})
    looks = NamesSeen.objects.filter(place="delivery").values_list("partnership", "organisation", "rows")
    assert set(looks) == {(world.partnership.pk, None, 1), (far.pk, None, 1)}
