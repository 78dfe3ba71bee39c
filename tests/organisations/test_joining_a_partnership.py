"""An organisation that is there already joins a partnership: with its lead's yes, or where nobody else is asked."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from organisations.actions import leave_partnership
from organisations.models import Appointment, PartnershipMembership
from organisations.partnership_links import Asked, asking_token
from tests.factories.organisations import AppointmentFactory, OrganisationFactory
from tests.organisations.lead_world import Kind, page, sign_in

NEW = "partnership_join"


def belongs(organisation, partnership) -> list[tuple[date, date | None]]:
    rows = PartnershipMembership.objects.filter(organisation=organisation, partnership=partnership)
    return list(rows.values_list("started_on", "ended_on"))


def filled(world, organisation="", on="2026-12-01"):
    return {"partnership": world.partnership.pk, "organisation": organisation, "on": on}


def test_by_a_link_that_the_organisations_own_lead_uses(world):
    client = sign_in(world.partnership_lead)
    assert page(NEW) in client.get(page("organisations")).content.decode()
    form = client.get(page(NEW)).content.decode()
    assert world.foreign.name not in form
    link = client.post(page(NEW), filled(world)).context["link"]
    assert belongs(world.foreign, world.partnership) == []
    address = link[link.index("/en/") :]
    theirs = sign_in(world.foreign_lead)
    text = theirs.get(address).content.decode()
    assert "Northshire" in text
    assert "1 December 2026" in text
    assert belongs(world.foreign, world.partnership) == []
    theirs.post(address, {"organisation": world.foreign.pk})
    assert belongs(world.foreign, world.partnership) == [(date(2026, 12, 1), None)]
    assert "already belongs" in theirs.post(address, {"organisation": world.foreign.pk}).content.decode()
    entry = ModelLogEntry.objects.get(action="organisations.join_partnership", user=world.foreign_lead)
    assert entry.data["partnership"] == world.partnership.pk


@pytest.mark.parametrize("who", ["lead", "member", "foreign_partnership_lead"])
def test_a_link_lets_nobody_put_in_what_is_not_theirs(world, who):
    token = asking_token(Asked(world.partnership.pk, world.partnership_lead.pk, date(2026, 12, 1)))
    person = world.member.person if who == "member" else getattr(world, who)
    sign_in(person).post(page("partnership_join_own", token), {"organisation": world.foreign.pk})
    assert belongs(world.foreign, world.partnership) == []


def test_a_link_ends_with_its_days_and_with_who_made_it(world):
    token = asking_token(Asked(world.partnership.pk, world.partnership_lead.pk, date(2026, 12, 1)))
    address, client = page("partnership_join_own", token), sign_in(world.foreign_lead)
    assert client.get(address).status_code == 200
    assert client.get(address.replace(token, token[:-2] + "xx")).status_code == 404
    with time_machine.travel("2026-12-06 12:00 +0000", tick=False):
        assert sign_in(world.foreign_lead).get(address).status_code == 404
    Appointment.objects.filter(person=world.partnership_lead).update(ended_on=date(2026, 11, 21))
    assert client.get(address).status_code == 404


def test_without_a_link_only_where_nobody_else_is_asked(world):
    client = sign_in(world.partnership_lead)
    data = filled(world, world.foreign.pk)
    assert "There is a problem" in client.post(page(NEW), data).content.decode()
    came_back = OrganisationFactory(partnership=world.partnership)
    leave_partnership(organisation=came_back, partnership=world.partnership, on=date(2026, 11, 20), by=None)
    client.post(page(NEW), filled(world, came_back.pk))
    assert belongs(came_back, world.partnership)[1:] == [(date(2026, 12, 1), None)]
    foreign = world.foreign.partnership_memberships.get().partnership
    AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=foreign, person=world.partnership_lead)
    client = sign_in(world.partnership_lead)
    client.post(page(NEW), data)
    assert belongs(world.foreign, world.partnership) == [(date(2026, 12, 1), None)]


def test_what_cannot_be_is_refused(world):
    client = sign_in(world.partnership_lead)
    for data, words in (
        (filled(world, world.ours.pk), "already belongs"),
        (filled(world, on="2024-01-01"), "must be"),
        ({**filled(world), "partnership": world.foreign.partnership_memberships.get().partnership_id}, "a problem"),
    ):
        assert words in client.post(page(NEW), data).content.decode()
    assert len(belongs(world.ours, world.partnership)) == 1
