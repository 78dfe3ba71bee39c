"""Who leads a unit, and how people come into one."""

from __future__ import annotations

from datetime import date

from organisations.models import Appointment, Membership, NamesSeen
from tests.factories.organisations import AppointmentFactory, UnitFactory
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in


def test_a_unit_lead_is_appointed_after_a_look_and_ended_by_day(world):
    unit = UnitFactory(organisation=world.ours, name="Harbour Station")
    client = sign_in(world.lead)
    units = page("units", "riverside")
    new = page("unit_lead_new", "riverside", unit.pk)
    assert new in client.get(units).content.decode()
    filled = {"email": world.member.work_email, "started_on": "2026-11-21"}
    look = client.post(new, filled).content.decode()
    assert "Mina Member" in look
    assert "the units below it by name, remind them, add people" in look
    assert not Appointment.objects.filter(kind=Kind.UNIT_LEAD).exists()
    done = client.post(new, {**filled, "confirm": "1"}, follow=True)
    assert done.redirect_chain == [(units, 302)]
    made = Appointment.objects.get(kind=Kind.UNIT_LEAD)
    assert (made.person, made.unit, made.organisation, made.appointed_by) == (
        world.member.person,
        unit,
        None,
        world.lead,
    )
    text = done.content.decode()
    assert "Mina Member" in text
    end = page("unit_lead_end", "riverside", unit.pk, made.pk)
    assert end in text
    question = client.get(end).content.decode()
    assert "Harbour Station" in question
    client.post(end, {"on": "2026-12-01"})
    made.refresh_from_db()
    assert made.ended_on == date(2026, 12, 1)
    assert "ends on 1 December 2026" in client.get(units).content.decode()
    assert set(NamesSeen.objects.filter(seen_by=world.lead).values_list("place", flat=True)) == {
        "appointment",
        "leads",
    }


def test_who_is_not_there_or_oneself_cannot_be_appointed(world):
    unit = UnitFactory(organisation=world.ours)
    new = page("unit_lead_new", "riverside", unit.pk)
    client = sign_in(world.lead)
    for email in (world.their_lead.email, world.lead.email, "nobody@example.org"):
        text = client.post(new, {"email": email, "started_on": "2026-11-21", "confirm": "1"}).content.decode()
        assert "There is a problem" in text
    assert not Appointment.objects.filter(kind=Kind.UNIT_LEAD).exists()


def test_units_and_leads_of_other_organisations_are_not_found_here(world):
    unit, theirs = UnitFactory(organisation=world.ours), UnitFactory(organisation=world.theirs)
    held = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=theirs)
    ours = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=unit)
    client = sign_in(world.lead)
    assert client.get(page("unit_lead_new", "riverside", theirs.pk)).status_code == 404
    assert client.get(page("unit_lead_end", "riverside", theirs.pk, held.pk)).status_code == 403
    assert client.get(page("unit_lead_end", "harbour", unit.pk, ours.pk)).status_code == 404
    assert client.get(page("unit_lead_end", "riverside", unit.pk + 99, ours.pk)).status_code == 404


def test_a_partnership_lead_reads_who_leads_units_and_leaves_it_to_the_organisation(world):
    held = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=UnitFactory(organisation=world.ours), person__name="Una Unit")
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=UnitFactory(organisation=world.foreign), person__name="Fay Far")
    client = sign_in(world.partnership_lead)
    text = client.get(page("units", "riverside")).content.decode()
    assert "Una Unit" in text
    assert page("unit_lead_new", "riverside", held.unit_id) not in text
    listed = client.get(page("appointments")).content.decode()
    assert "Una Unit" in listed
    assert "Fay Far" not in listed
    assert page("second_factor_reset", held.pk) in listed
    assert page("appointment_end", held.pk) not in listed
    assert client.get(page("appointment_end", held.pk)).status_code == 403


def test_the_units_cost_the_same_at_two_sizes(world):
    UnitFactory(organisation=world.ours)
    before = queries_of(world.lead, page("units", "riverside"))
    for _ in range(12):
        unit = UnitFactory(organisation=world.ours)
        AppointmentFactory(kind=Kind.UNIT_LEAD, unit=unit, person=member_of(world.ours, world.role).person)
    assert len(queries_of(world.lead, page("units", "riverside"))) <= len(before) + 1


def test_a_person_moves_to_another_unit_and_kind_in_the_same_role(world):
    unit = UnitFactory(organisation=world.ours)
    other = UnitFactory(organisation=world.theirs)
    client = sign_in(world.lead)
    address = page("person_role", "riverside", world.member.pk)
    data = {"role": world.role.pk, "kind": "agency", "on": "2026-11-01"}
    assert "There is a problem" in client.post(address, {**data, "unit": other.pk}).content.decode()
    client.post(address, {**data, "unit": unit.pk})
    following = Membership.objects.get(person=world.member.person, ended_on=None)
    assert (following.unit, following.kind, following.started_on) == (unit, "agency", date(2026, 11, 1))
    assert (following.role, following.is_role_confirmed) == (world.role, world.member.is_role_confirmed)
    assert Membership.objects.get(pk=world.member.pk).ended_on == date(2026, 10, 31)
