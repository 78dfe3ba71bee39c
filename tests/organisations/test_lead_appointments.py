"""Appointments: the list, appointing by address, ending."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Appointment
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in

NEW = "appointment_new"


def filled(email: str, kind: str = Kind.TRAINER, **changes):
    return {"email": email, "kind": kind, "organisation": "", "started_on": "2026-11-21", **changes}


def opened(person, kind) -> bool:
    return Appointment.objects.filter(person=person, kind=kind, ended_on__isnull=True).exists()


# --- the list -------------------------------------------------------------------------------------------
def test_the_list_shows_the_partnership_and_its_organisations(world):
    AppointmentFactory(kind=Kind.TRAINER, partnership=world.partnership, person__name="Tess Trainer")
    AppointmentFactory(
        kind=Kind.REVIEWER, partnership=world.partnership, person__name="Gone Reviewer", ended_on=date(2026, 11, 21)
    )
    text = sign_in(world.partnership_lead).get(page("appointments")).content.decode()
    for name in ("Tess Trainer", "Ada Lead", "Bo Harbour", str(world.partnership_lead)):
        assert name in text
    for name in ("Cy Far", "Gone Reviewer", "Mina Member", str(world.foreign_partnership_lead)):
        assert name not in text
    assert "Nothing goes live until a reviewer has checked it" in text


def test_the_list_costs_the_same_at_two_sizes(world):
    before = queries_of(world.partnership_lead, page("appointments"))
    for _ in range(12):
        AppointmentFactory(kind=Kind.TRAINER, partnership=world.partnership)
        AppointmentFactory(
            kind=Kind.ORGANISATION_LEAD, organisation=OrganisationFactory(partnership=world.partnership)
        )
    assert len(queries_of(world.partnership_lead, page("appointments"))) == len(before) <= 6


# --- appointing -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [Kind.TRAINER, Kind.REVIEWER, Kind.PARTNERSHIP_LEAD])
def test_a_person_is_appointed_in_the_partnership_after_a_look(world, kind):
    client = sign_in(world.partnership_lead)
    email = world.member.person.email.upper()
    text = client.post(page(NEW), filled(email, kind)).content.decode()
    assert "Check before you appoint" in text
    assert "Mina Member" not in text
    assert not opened(world.member.person, kind)
    response = client.post(page(NEW), filled(email, kind, confirm="1"), follow=True)
    assert response.redirect_chain == [(page("appointments"), 302)]
    appointment = Appointment.objects.get(person=world.member.person, kind=kind)
    assert (appointment.partnership, appointment.appointed_by) == (world.partnership, world.partnership_lead)


def test_an_organisation_lead_is_appointed_from_among_its_people(world):
    client = sign_in(world.partnership_lead)
    data = filled(world.member.work_email, Kind.ORGANISATION_LEAD, organisation=world.ours.pk, confirm="1")
    client.post(page(NEW), data)
    assert opened(world.member.person, Kind.ORGANISATION_LEAD)


def test_a_work_address_finds_a_person_too(world):
    member_of(world.ours, world.role, name="Wes Work", work_email="wes@work.example")
    client = sign_in(world.partnership_lead)
    assert "Check before you appoint" in client.post(page(NEW), filled("wes@work.example")).content.decode()


def people_who_are_not_found(world) -> dict[str, str]:
    unproved = MembershipFactory(organisation=world.ours, role=world.role, person=UserFactory(verified=False))
    gone = MembershipFactory(organisation=world.ours, role=world.role, ended_on=date(2026, 11, 20))
    asleep = MembershipFactory(organisation=world.ours, person=UserFactory(is_active=False))
    for _ in range(2):
        member_of(world.ours, world.role, work_email="shared@example.org")
    return {
        "unknown": "nobody@example.org",
        "elsewhere": world.foreign_lead.email,
        "no member": world.foreign_partnership_lead.email,
        "not proved": unproved.person.email,
        "gone": gone.person.email,
        "not active": asleep.person.email,
        "two people": "shared@example.org",
    }


def test_whoever_is_not_found_gets_one_and_the_same_answer(world):
    client = sign_in(world.partnership_lead)
    answers = {}
    for why, email in people_who_are_not_found(world).items():
        response = client.post(page(NEW), filled(email, confirm="1"))
        answers[why] = (response.status_code, response.context["form"].errors.as_text())
    assert len(set(answers.values())) == 1, answers
    assert "We cannot find one person with this address" in answers["unknown"][1]
    assert Appointment.objects.filter(kind=Kind.TRAINER).count() == 0


def test_a_lead_of_an_organisation_must_work_there(world):
    client = sign_in(world.partnership_lead)
    data = filled(world.member.work_email, Kind.ORGANISATION_LEAD, organisation=world.theirs.pk, confirm="1")
    assert "We cannot find one person" in client.post(page(NEW), data).content.decode()
    data = filled(world.foreign_lead.email, Kind.ORGANISATION_LEAD, organisation=world.foreign.pk, confirm="1")
    assert "There is a problem" in client.post(page(NEW), data).content.decode()
    assert not opened(world.member.person, Kind.ORGANISATION_LEAD)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": ""},
        {"kind": "operator"},
        {"kind": "unit_lead"},
        {"kind": "organisation_lead"},
        {"started_on": ""},
        {"started_on": "2026-11-20"},
        {"started_on": "2028-01-01"},
        {"email": "Mina Member"},
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused(world, changes):
    data = filled(world.member.person.email, confirm="1") | changes
    response = sign_in(world.partnership_lead).post(page(NEW), data)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not Appointment.objects.filter(person=world.member.person).exists()


def test_nobody_appoints_themselves(world):
    MembershipFactory(person=world.partnership_lead, organisation=world.ours, role=world.role)
    client = sign_in(world.partnership_lead)
    data = filled(world.partnership_lead.email, Kind.ORGANISATION_LEAD, organisation=world.ours.pk, confirm="1")
    assert "You cannot appoint yourself" in client.post(page(NEW), data).content.decode()
    assert not opened(world.partnership_lead, Kind.ORGANISATION_LEAD)


def test_nobody_is_appointed_twice(world):
    client = sign_in(world.partnership_lead)
    data = filled(world.lead.email, Kind.ORGANISATION_LEAD, organisation=world.ours.pk, confirm="1")
    assert "already appointed" in client.post(page(NEW), data).content.decode()


def test_an_organisation_lead_appoints_a_deputy_of_their_own_organisation(world):
    client = sign_in(world.lead)
    address = page("lead_new", "riverside")
    data = {"email": world.member.work_email, "started_on": "2026-12-01", "kind": "partnership_lead"}
    assert "Mina Member" in client.post(address, data).content.decode()
    response = client.post(address, data | {"confirm": "1"}, follow=True)
    assert "begins on 1 December 2026" in response.content.decode()
    appointment = Appointment.objects.get(person=world.member.person)
    assert (appointment.kind, appointment.organisation) == (Kind.ORGANISATION_LEAD, world.ours)
    assert "We cannot find" in client.post(address, data | {"email": world.their_lead.email}).content.decode()


# --- ending ---------------------------------------------------------------------------------------------
def test_an_appointment_ends_after_a_question_and_at_once(world):
    trainer = AppointmentFactory(kind=Kind.TRAINER, partnership=world.partnership, person=world.member.person)
    client = sign_in(world.partnership_lead)
    address = page("appointment_end", trainer.pk)
    assert "Mina Member is trainer of Northshire." in client.get(address).content.decode()
    client.post(address, {"on": "2026-11-21"})
    trainer.refresh_from_db()
    assert trainer.ended_on == date(2026, 11, 21)
    assert not Appointment.objects.active_on(date(2026, 11, 21)).filter(pk=trainer.pk).exists()


def test_the_only_partnership_lead_cannot_stop(world):
    own = Appointment.objects.get(person=world.partnership_lead)
    client = sign_in(world.partnership_lead)
    address = page("appointment_end", own.pk)
    assert "This is you" in client.get(address).content.decode()
    response = client.post(address, {"on": "2026-11-21"})
    assert "A partnership needs a lead" in response.content.decode()
    assert opened(world.partnership_lead, Kind.PARTNERSHIP_LEAD)
    AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=world.partnership)
    response = client.post(address, {"on": "2026-11-21"})
    assert response.status_code == 302
    assert response["Location"] != page("appointments")


def test_ending_the_last_lead_of_an_organisation_says_so(world):
    own = Appointment.objects.get(person=world.lead)
    client = sign_in(world.partnership_lead)
    address = page("lead_end", "riverside", own.pk)
    assert "Nobody else leads this organisation" in client.get(address).content.decode()
    AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=world.ours)
    assert "Nobody else leads this organisation" not in client.get(address).content.decode()
    assert client.post(address, {"on": "2026-11-21"})["Location"] == page("organisation", "riverside")


@pytest.mark.parametrize("on", ["", "2026-01-04", "2028-01-01"])
def test_an_end_that_makes_no_sense_is_refused(world, on):
    own = Appointment.objects.get(person=world.lead)
    response = sign_in(world.partnership_lead).post(page("appointment_end", own.pk), {"on": on})
    assert "There is a problem" in response.content.decode()
    assert opened(world.lead, Kind.ORGANISATION_LEAD)


def test_an_organisation_lead_cannot_end_what_is_not_theirs(world):
    trainer = AppointmentFactory(kind=Kind.TRAINER, partnership=world.partnership)
    theirs = Appointment.objects.get(person=world.their_lead)
    client = sign_in(world.lead)
    for pk in (trainer.pk, theirs.pk):
        assert client.post(page("appointment_end", pk), {"on": "2026-11-21"}).status_code == 403
        assert client.post(page("lead_end", "riverside", pk), {"on": "2026-11-21"}).status_code == 403
    assert client.get(page("lead_end", "riverside", Appointment.objects.get(person=world.lead).pk)).status_code == 200


def test_an_appointment_without_an_organisation_is_not_under_one(world):
    trainer = AppointmentFactory(kind=Kind.TRAINER, partnership=world.partnership)
    client = sign_in(world.partnership_lead)
    assert client.post(page("lead_end", "riverside", trainer.pk), {"on": "2026-11-21"}).status_code == 404
