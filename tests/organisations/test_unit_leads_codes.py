"""Whom the lead of a unit adds without an e-mail address, and to whom they give a code to sign in."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.actions import add_person_without_email, give_sign_in_code, use_sign_in_code
from organisations.models import Appointment, Membership, SignInCode, User
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.organisations.lead_world import Kind, page, sign_in
from tests.organisations.unit_world import Station


def new_person(station: Station, **changes: object) -> dict[str, object]:
    return {
        "name": "Nia New",
        "staff_number": "S-1",
        "role": station.world.role.pk,
        "kind": "employee",
        "unit": station.team.pk,
        "started_on": "2026-11-01",
        **changes,
    }


def test_a_person_is_added_into_one_of_the_units(station):
    client, address = sign_in(station.lead), page("person_new", "riverside")
    for unit in ("", station.depot.pk, station.far.pk):
        assert "There is a problem" in client.post(address, new_person(station, unit=unit)).content.decode()
    assert not User.objects.filter(name="Nia New").exists()
    done = client.post(address, new_person(station), follow=True)
    made = Membership.objects.get(person__name="Nia New")
    assert (made.unit, made.organisation) == (station.team, station.world.ours)
    assert done.redirect_chain == [(page("person", "riverside", made.pk), 302)]
    own = sign_in(station.world.lead)
    own.post(address, new_person(station, name="Ned New", staff_number="S-2", unit=station.depot.pk))
    assert Membership.objects.get(person__name="Ned New").unit == station.depot


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("name", "Nia \u202ewen", "nobody can see"),
        ("name", "\u200b", "nobody can see"),
        ("name", "123", "it has no letters"),
        ("staff_number", "S-\u202e1", "nobody can see"),
    ],
)
def test_what_is_typed_is_refused_as_in_a_file(station, field, text, why):
    for lead in (station.lead, station.world.lead):
        said = sign_in(lead).post(page("person_new", "riverside"), new_person(station, **{field: text})).text
        assert why in said
    assert not Membership.objects.filter(started_on=date(2026, 11, 1), unit=station.team).exists()


def test_a_name_is_kept_with_single_spaces_and_what_its_script_needs(station):
    typed = new_person(station, name="  \u0645\u06cc\u200c\u0631\u0627   Nia ")
    sign_in(station.lead).post(page("person_new", "riverside"), typed)
    assert User.objects.filter(name="\u0645\u06cc\u200c\u0631\u0627 Nia").exists()


@pytest.mark.parametrize("where", ["depot", "none", "theirs"])
def test_the_action_refuses_units_that_are_not_theirs(station, where):
    world = station.world
    unit, organisation = {
        "depot": (station.depot, world.ours),
        "none": (None, world.ours),
        "theirs": (station.far, world.theirs),
    }[where]
    with pytest.raises(PermissionDenied):
        add_person_without_email(
            name="Nia New",
            staff_number="S-1",
            organisation=organisation,
            role=world.role,
            kind="employee",
            by=station.lead,
            started_on=date(2026, 11, 1),
            unit=unit,
        )


def test_a_number_of_somebody_elsewhere_is_refused_and_nothing_is_told(station):
    Membership.objects.filter(pk=station.dee.pk).update(staff_number="S-1")
    text = sign_in(station.lead).post(page("person_new", "riverside"), new_person(station)).content.decode()
    assert "This number cannot be used" in text
    assert "Somebody here has" not in text
    assert not User.objects.filter(name="Nia New").exists()


@pytest.fixture
def without_email(station) -> Membership:
    person = UserFactory(name="Noor Number", email="", verified=False)
    return MembershipFactory(
        person=person,
        organisation=station.world.ours,
        role=station.world.role,
        unit=station.team,
        staff_number="N-7",
    )


def test_a_code_is_given_to_who_works_in_the_units_alone(station, without_email):
    client, address = sign_in(station.lead), page("person_code", "riverside", without_email.pk)
    assert "Your way in".lower() in client.post(address).content.decode().lower()
    assert SignInCode.objects.get().given_by == station.lead


def test_which_units_are_led_is_asked_once(station, without_email):
    # Refused at the end, after every look at what is theirs.
    MembershipFactory(organisation=station.world.ours, unit=station.depot, staff_number="N-7")
    lead = User.objects.get(pk=station.lead.pk)
    with CaptureQueriesContext(connection) as queries, pytest.raises(ValidationError, match="cannot be used"):
        give_sign_in_code(membership=without_email, by=lead, at=timezone.now())
    units = [each["sql"] for each in queries if 'FROM "organisations_unit"' in each["sql"]]
    assert len(units) == 1


MORE_THAN_THE_UNITS = ["place elsewhere", "place to come", "no unit", "employer", "leads", "led once", "superuser"]


def open_more(station: Station, membership: Membership, why: str) -> None:
    """Gives the account of a person something beyond the units."""
    person, ours = membership.person, station.world.ours
    if why in ("place elsewhere", "place to come", "no unit"):
        started_on = date(2027, 1, 1) if why == "place to come" else date(2026, 1, 5)
        unit = None if why == "no unit" else station.depot
        MembershipFactory(person=person, organisation=ours, role=RoleFactory(), unit=unit, started_on=started_on)
    elif why == "employer":
        MembershipFactory(person=person, organisation=station.world.theirs, role=RoleFactory())
    elif why == "superuser":
        User.objects.filter(pk=person.pk).update(is_superuser=True)
    else:
        ended_on = date(2026, 3, 1) if why == "led once" else None
        AppointmentFactory(person=person, kind=Kind.UNIT_LEAD, unit=station.team, ended_on=ended_on)


@pytest.mark.parametrize("why", MORE_THAN_THE_UNITS)
def test_a_code_that_opens_more_than_the_units_is_not_given(station, without_email, why):
    open_more(station, without_email, why)
    text = sign_in(station.lead).post(page("person_code", "riverside", without_email.pk)).content.decode()
    assert "own lead gives this person a code" in text
    assert "another organisation" not in text
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("since", ["", "moved away", "led no more", *MORE_THAN_THE_UNITS])
def test_a_code_works_as_long_as_it_may_be_given(station, without_email, since):
    code = give_sign_in_code(membership=without_email, by=station.lead, at=timezone.now())
    if since == "moved away":
        Membership.objects.filter(pk=without_email.pk).update(unit=station.depot)
    elif since == "led no more":
        Appointment.objects.filter(person=station.lead).update(ended_on=date(2026, 11, 21))
    elif since:
        open_more(station, without_email, since)
    came_in = use_sign_in_code(
        short_name="riverside", staff_number="N-7", code=code, password="a long one 77", at=timezone.now()
    )
    assert came_in == (None if since else without_email.person)


def test_the_action_gives_no_code_beside_the_units(station, without_email):
    beside = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.depot).person
    with pytest.raises(PermissionDenied):
        give_sign_in_code(membership=without_email, by=beside, at=timezone.now())
