"""Organisations: the list, adding, details, domains."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.models import Organisation, OrganisationDomain, PartnershipMembership, Role
from organisations.rules import Figure, Place, headcount_total
from tests.factories.organisations import (
    AppointmentFactory,
    HeadcountFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    RoleFactory,
)
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in

DAY = date(2026, 3, 1)


# --- the list -------------------------------------------------------------------------------------
def test_a_partnership_lead_sees_every_organisation_of_theirs(world):
    response = sign_in(world.partnership_lead).get(page("organisations"))
    assert [row.organisation.name for row in response.context["rows"]] == ["Harbour Light", "Riverside Council"]
    assert "Far Trust" not in response.content.decode()


def test_an_organisation_lead_sees_only_their_own(world):
    response = sign_in(world.lead).get(page("organisations"))
    assert [row.organisation for row in response.context["rows"]] == [world.ours]
    assert page("organisation_new") not in response.content.decode()


def test_an_organisation_that_closed_or_left_is_not_listed(world):
    world.ours.closed_on = date(2026, 10, 1)
    world.ours.save()
    PartnershipMembership.objects.filter(organisation=world.theirs).update(ended_on=date(2026, 10, 1))
    response = sign_in(world.partnership_lead).get(page("organisations"))
    assert response.context["rows"] == []
    assert "No organisations yet" in response.content.decode()


def test_the_list_counts_people_once_and_names_leads(world):
    person = world.member.person
    MembershipFactory(person=person, organisation=world.ours)
    MembershipFactory(organisation=world.ours, ended_on=date(2026, 6, 1))
    HeadcountFactory(organisation=world.ours, people=40)
    AppointmentFactory(
        kind=Kind.ORGANISATION_LEAD, organisation=world.theirs, ended_on=date(2026, 11, 21), person__name="Gone Today"
    )
    response = sign_in(world.partnership_lead).get(page("organisations"))
    theirs, ours = response.context["rows"]
    assert (ours.registered, ours.headcount.people, ours.leads) == (2, 40, ("Ada Lead",))
    assert (theirs.registered, theirs.headcount, theirs.leads) == (1, None, ("Bo Harbour",))


def test_no_lead_yet(world):
    OrganisationFactory(name="Alone", partnership=world.partnership)
    assert "no lead yet" in sign_in(world.partnership_lead).get(page("organisations")).content.decode()


def test_the_list_costs_the_same_at_two_sizes(world):
    before = queries_of(world.partnership_lead, page("organisations"))
    for _ in range(12):
        organisation = OrganisationFactory(partnership=world.partnership)
        AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=organisation)
        HeadcountFactory(organisation=organisation)
        MembershipFactory(organisation=organisation)
    assert len(queries_of(world.partnership_lead, page("organisations"))) == len(before) <= 6


# --- headcounts of an organisation, pure ------------------------------------------------------------
@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, None),
        ({(None, ""): Figure(40, DAY)}, (40, 0)),
        ({(None, ""): Figure(40, DAY), (1, ""): Figure(15, DAY)}, (40, 0)),
        ({(1, ""): Figure(15, DAY), (2, ""): Figure(5, DAY)}, (20, 2)),
        ({(1, "employee"): Figure(15, DAY), (1, "volunteer"): Figure(3, DAY)}, (18, 1)),
        ({(1, "employee"): Figure(15, DAY), (1, ""): Figure(30, DAY)}, (30, 1)),
        ({(None, "employee"): Figure(15, DAY), (None, "agency"): Figure(2, DAY)}, (17, 0)),
    ],
)
def test_headcount_total(figures, expected):
    total = headcount_total(Place(figures))
    assert (total and (total.people, total.roles)) == expected


# --- adding and changing ------------------------------------------------------------------------------
def test_a_partnership_lead_adds_an_organisation(world):
    client = sign_in(world.partnership_lead)
    data = {"name": "  Fair   Harvest ", "kind": "business", "nation": "wales"}
    response = client.post(page("organisation_new"), data, follow=True)
    created = Organisation.objects.get(name="Fair Harvest")
    assert response.redirect_chain == [(page("organisation", created.slug), 302)]
    assert "Fair Harvest is added" in response.content.decode()
    assert created in Organisation.objects.in_partnership(world.partnership, date(2026, 11, 21))


@pytest.mark.parametrize("name", ["", "   ", "riverside council"])
def test_an_organisation_without_a_new_name_is_refused(world, name):
    data = {"name": name, "kind": "council", "nation": "england"}
    response = sign_in(world.partnership_lead).post(page("organisation_new"), data)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert Organisation.objects.count() == 3


@pytest.mark.parametrize("name", ["Safe\u202egro.live", "River\u200bside"])
def test_a_name_that_does_not_read_as_it_is_written_is_refused(world, name):
    client = sign_in(world.partnership_lead)
    for address, data in (
        (page("organisation_new"), {"name": name, "kind": "council", "nation": "england"}),
        (page("unit_new", world.ours.slug), {"name": name}),
        (page("area_new"), {"name": name}),
        (page("role_new"), {"name_en": "Porter", "name_ar": name}),
    ):
        assert "characters here that nobody can see" in client.post(address, data).content.decode(), address
    assert Organisation.objects.count() == 3
    assert not world.ours.units.exists()
    assert not world.partnership.areas.exists()
    assert Role.objects.get() == world.role


def test_a_unit_is_found_by_files_however_its_letters_were_typed(world):
    sign_in(world.partnership_lead).post(page("unit_new", world.ours.slug), {"name": "Cafe\u0301 team"})
    assert world.ours.units.get().name == "Caf\u00e9 team"


def test_an_organisation_called_new_gets_an_address_of_its_own(world):
    sign_in(world.partnership_lead).post(
        page("organisation_new"), {"name": "New", "kind": "charity", "nation": "england"}
    )
    assert Organisation.objects.get(name="New").slug != "new"


def profile(**changes):
    return {
        "name": "Riverside Council",
        "kind": "council",
        "nation": "england",
        "first_responder": "yes",
        "first_responder_basis": "section 52",
        "first_responder_source": "Home Office list",
        "first_responder_checked_on": "2026-11-01",
        **changes,
    }


def test_a_lead_changes_the_details(world):
    client = sign_in(world.lead)
    response = client.post(page("organisation_change", "riverside"), profile(), follow=True)
    world.ours.refresh_from_db()
    assert world.ours.first_responder == "yes"
    text = response.content.decode()
    assert "Home Office list" in text
    assert "The details are saved." in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_responder_source": ""}, "Say where you found this"),
        ({"first_responder_checked_on": ""}, "Enter the day on which you checked"),
        ({"first_responder_checked_on": "2026-11-22"}, "The day must be 21 November 2026 or earlier"),
        ({"first_responder_checked_on": "yesterday"}, "Enter a real day"),
        ({"first_responder": "perhaps"}, "Select a valid choice"),
        ({"name": "harbour light"}, "There is already an organisation with this name"),
    ],
)
def test_details_that_make_no_sense_are_refused(world, changes, words):
    response = sign_in(world.lead).post(page("organisation_change", "riverside"), profile(**changes))
    assert words in response.content.decode()
    world.ours.refresh_from_db()
    assert world.ours.first_responder == "unknown"


def test_the_overview_says_what_to_do_next(world):
    alone = OrganisationFactory(name="<b>Alone</b>", slug="alone", partnership=world.partnership)
    text = sign_in(world.partnership_lead).get(page("organisation", alone.slug)).content.decode()
    assert "No lead yet" in text
    assert "not given yet" in text
    assert "<b>Alone" not in text
    member_of(world.ours, RoleFactory(), is_confirmed=False)
    text = sign_in(world.lead).get(page("organisation", "riverside")).content.decode()
    assert "No lead yet" not in text
    assert "role is not confirmed yet" in text
    assert "Ada Lead" in text


# --- e-mail domains ---------------------------------------------------------------------------------------
def test_a_lead_adds_and_removes_a_domain(world):
    client = sign_in(world.lead)
    client.post(page("domain_new", "riverside"), {"domain": "someone@Riverside.gov.uk.", "needs_approval": "on"})
    domain = OrganisationDomain.objects.get()
    assert (domain.domain, domain.needs_approval, domain.organisation) == ("riverside.gov.uk", True, world.ours)
    address = page("domain_remove", "riverside", domain.pk)
    assert "Everybody who is here already stays" in client.get(address).content.decode()
    assert OrganisationDomain.objects.exists()
    client.post(address)
    assert not OrganisationDomain.objects.exists()


@pytest.mark.parametrize("domain", ["", "two words", "gmail.com", "nodot", "<script>", "riverside.gov.uk"])
def test_a_domain_that_is_none_public_or_known_is_refused(world, domain):
    OrganisationDomainFactory(organisation=world.ours, domain="riverside.gov.uk")
    response = sign_in(world.lead).post(page("domain_new", "riverside"), {"domain": domain})
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert OrganisationDomain.objects.count() == 1


def test_a_domain_of_another_organisation_cannot_be_removed(world):
    domain = OrganisationDomainFactory(organisation=world.theirs)
    client = sign_in(world.lead)
    assert client.post(page("domain_remove", "riverside", domain.pk)).status_code == 403
    assert client.post(page("domain_remove", "harbour", domain.pk)).status_code == 403
    assert OrganisationDomain.objects.exists()
