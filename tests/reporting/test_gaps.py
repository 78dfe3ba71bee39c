"""What is missing, and that what is there is not called missing."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from guidance.selectors_gaps import LOCAL_PURPOSES
from organisations.models import Appointment, Organisation
from records.actions.standing import rebuild_standing
from reporting.gaps import Lack
from reporting.selectors.gaps import gaps_of
from tests.factories.guidance import ContactFactory
from tests.factories.organisations import (
    AppointmentFactory,
    HeadcountFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
)
from tests.organisations.lead_world import sign_in

TODAY = date(2026, 11, 21)


def lacks(organisation, day=TODAY):
    return {gap.lack for gap in gaps_of(Organisation.objects.filter(pk=organisation.pk), day)}


def test_an_empty_organisation_lacks_all_but_what_needs_people(scene):
    bare = OrganisationFactory(partnership=scene.partnership)
    assert lacks(bare) == {Lack.LEAD, Lack.HEADCOUNT, Lack.PEOPLE, Lack.CONTACT}


def test_a_well_kept_organisation_lacks_only_its_contacts(scene):
    assert lacks(scene.ours) == {Lack.CONTACT}
    for purpose in LOCAL_PURPOSES:
        ContactFactory(scope="organisation", organisation=scene.ours, purpose=purpose, opening="always")
    assert lacks(scene.ours) == set()


def test_a_headcount_is_old_after_a_year_and_too_small_below_the_registered(scene):
    # Two housing officers had gone by May; the figure of nine is of 1 September 2026.
    assert Lack.NEW_HEADCOUNT not in lacks(scene.ours, date(2027, 9, 1))
    assert Lack.NEW_HEADCOUNT in lacks(scene.ours, date(2027, 9, 2))
    HeadcountFactory(organisation=scene.ours, role=scene.role, people=2, counted_on=TODAY)
    assert Lack.LEAVERS in lacks(scene.ours)


def test_nobody_trained_means_nobody_current_in_anything(scene):
    assert Lack.TRAINING not in lacks(scene.ours)
    MembershipFactory(organisation=scene.world.theirs, role=scene.role)
    rebuild_standing()
    assert Lack.TRAINING in lacks(scene.world.theirs)


def test_a_role_of_which_nothing_is_required_is_named(scene):
    cook = RoleFactory(name="Cook", name_en="Cook")
    MembershipFactory.create_batch(2, organisation=scene.ours, role=cook)
    found = [gap for gap in gaps_of(Organisation.objects.filter(pk=scene.ours.pk), TODAY) if gap.about == "Cook"]
    assert [gap.sentence for gap in found] == ["Nothing is required of this role: Cook."]
    # In another partnership nothing is required of housing officers either.
    assert Lack.REQUIREMENT in lacks(scene.world.foreign)


def test_a_partnership_without_organisations_is_not_told_that_all_is_well(scene):
    lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=PartnershipFactory()).person
    text = sign_in(lead).get(reverse("reporting:gaps")).content.decode()
    assert "There is no organisation to show" in text
    assert "Nothing is missing" not in text


def test_gaps_cost_the_same_at_any_size(scene, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        gaps_of(Organisation.objects.all(), TODAY)
    for _number in range(5):
        MembershipFactory(organisation=OrganisationFactory(partnership=scene.partnership))
    with django_assert_max_num_queries(11):
        assert len(gaps_of(Organisation.objects.all(), TODAY)) > 20


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("lead", {"Riverside Council"}),
        ("partnership_lead", {"Riverside Council", "Harbour Light"}),
        ("foreign_partnership_lead", {"Far Trust"}),
    ],
)
def test_each_lead_reads_the_gaps_of_their_own_and_each_leads_to_a_page_that_opens(scene, who, names):
    client = sign_in(getattr(scene.world, who))
    response = client.get(reverse("reporting:gaps"))
    assert {one.name for one in response.context["page_obj"].object_list} == names
    for one in response.context["page_obj"].object_list:
        for gap in one.gaps:
            if gap.lack != Lack.CONTACT:
                assert client.get(gap.address).status_code == 200, gap
    text = b"".join(client.get(reverse("reporting:gaps_csv")).streaming_content).decode()
    for name in ("Riverside Council", "Harbour Light", "Far Trust"):
        assert (name in text) == (name in names)
