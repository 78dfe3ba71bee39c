"""Who reads a requirement that is not theirs to change, and which number of people they read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import TODAY
from tests.factories.records import RequirementFactory, RequirementVersionFactory
from tests.organisations.lead_world import make_world, sign_in
from tests.records.test_requirements_pages import LIST, address, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def world(today):
    return make_world()


def required_by(role=None, **owner):
    """What a partnership requires of one role, or an organisation of everyone."""
    requirement = RequirementFactory(**{"partnership": None, **owner})
    return RequirementVersionFactory(requirement=requirement, roles=[role] if role else []).requirement


@pytest.fixture
def of_ours(world):
    return required_by(organisation=world.ours, module_title="Approved terminology")


@pytest.fixture
def of_partnership(world):
    return required_by(world.role, partnership=world.partnership)


def test_a_partnership_lead_reads_what_an_organisation_requires_and_nobodys_name(world, of_ours):
    """Its terms explain a column of their coverage; it is not theirs to change."""
    response = sign_in(world.partnership_lead).get(address("requirement", of_ours))
    said = words(response)
    assert "Of whom Everyone" in said
    assert "2 people today, in 1 organisation" in said
    assert "Only the lead of Riverside Council changes it." in said
    assert "Mina Member" not in said
    for name in ("requirement_change", "requirement_end"):
        assert address(name, of_ours) not in response.text
    assert "Only the lead of" not in words(sign_in(world.lead).get(address("requirement", of_ours)))


def test_what_an_organisation_requires_is_the_partnerships_to_read_while_it_belongs_to_it(world, of_ours):
    held = world.ours.partnership_memberships.get()
    held.ended_on = TODAY - timedelta(days=1)
    held.save()
    client = sign_in(world.partnership_lead)
    assert client.get(address("requirement", of_ours)).status_code == 403
    assert "Approved terminology" not in words(client.get(LIST))
    world.foreign.partnership_memberships.create(partnership=world.partnership, started_on=TODAY)
    of_foreign = RequirementVersionFactory(
        requirement=RequirementFactory(organisation=world.foreign, partnership=None, module_title="Going there")
    ).requirement
    client = sign_in(world.partnership_lead)
    assert client.get(address("requirement", of_foreign)).status_code == 200
    assert client.get(address("requirement_change", of_foreign)).status_code == 403


def test_the_lead_of_an_organisation_reads_only_their_own_number_of_what_the_partnership_requires(
    world, of_partnership
):
    said = words(sign_in(world.lead).get(address("requirement", of_partnership)))
    assert "2 people today, in 1 organisation" in said
    assert "Only the lead of Northshire changes it." in said
