"""An organisation's lead lets a partnership read names: who, when, how far, and how it ends."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations.actions.names import agree_to_names, withdraw_names
from organisations.models import NamesAgreement, NamesSeen, PartnershipMembership
from tests.organisations.lead_world import make_world, page, sign_in


@pytest.fixture
def world(db, today):
    return make_world()


def people_of(world, organisation=None):
    return reverse("reporting:organisation_people", args=[(organisation or world.ours).slug])


def agree(world):
    return agree_to_names(organisation=world.ours, partnership=world.partnership, by=world.lead, at=timezone.now())


def test_the_lead_agrees_on_a_page_and_the_partnerships_lead_then_reads_names_and_it_is_noted(world):
    partnership_lead = sign_in(world.partnership_lead)
    assert partnership_lead.get(people_of(world)).status_code == 403
    lead = sign_in(world.lead)
    answer = lead.post(page("names", "riverside"), {"partnership": world.partnership.pk}, follow=True)
    assert "Ada Lead" in answer.content.decode()
    shown = partnership_lead.get(people_of(world))
    assert shown.status_code == 200
    file = reverse("reporting:organisation_people_csv", args=["riverside"])
    assert partnership_lead.get(file).status_code == 200
    assert partnership_lead.get(people_of(world, world.theirs)).status_code == 403
    agreement = NamesAgreement.objects.get()
    lead.post(page("names_withdraw", "riverside", agreement.pk))
    assert partnership_lead.get(people_of(world)).status_code == 403
    assert "withdrew it" in lead.get(page("names", "riverside")).content.decode()


def test_names_that_are_read_by_agreement_are_noted_for_the_organisation(scene_with_names):
    world, client = scene_with_names
    html = client.get(people_of(world)).content.decode()
    assert "Mina Member" in html
    assert "this organisation's lead agreed: <bdi>Ada Lead</bdi>" in html
    look = NamesSeen.objects.get()
    assert (look.seen_by, look.organisation) == (world.partnership_lead, world.ours)
    # To be read, no more: no page of a person opens, and nobody is reminded.
    assert reverse("organisations:person", args=["riverside", world.member.pk]) not in html
    assert client.get(page("person", "riverside", world.member.pk)).status_code == 403
    assert client.get(page("person_end", "riverside", world.member.pk)).status_code == 403
    assert client.get(reverse("reporting:organisation_remind", args=["riverside"])).status_code == 403


@pytest.fixture
def scene_with_names(world):
    from records.actions.standing import rebuild_standing
    from tests.factories.records import RequirementVersionFactory

    RequirementVersionFactory(requirement__partnership=world.partnership, is_for_all_roles=True)
    rebuild_standing()
    agree(world)
    return world, sign_in(world.partnership_lead)


def test_it_holds_only_while_the_organisation_belongs_to_the_partnership(world):
    agree(world)
    assert sign_in(world.foreign_partnership_lead).get(people_of(world)).status_code == 403
    PartnershipMembership.objects.filter(organisation=world.ours).update(ended_on=date(2026, 11, 20))
    assert sign_in(world.partnership_lead).get(people_of(world)).status_code == 403


def test_twice_is_once_and_after_an_end_it_can_begin_anew(world):
    first = agree(world)
    assert agree(world) == first
    withdraw_names(agreement=first, by=world.lead, at=timezone.now())
    withdraw_names(agreement=first, by=world.their_lead, at=timezone.now())
    first.refresh_from_db()
    assert first.withdrawn_by == world.lead
    assert agree(world) != first


def test_a_partnership_that_it_does_not_belong_to_is_refused(world):
    other = world.foreign.partnership_memberships.get().partnership
    with pytest.raises(ValidationError):
        agree_to_names(organisation=world.ours, partnership=other, by=world.lead, at=timezone.now())
    answer = sign_in(world.lead).post(page("names", "riverside"), {"partnership": other.pk})
    assert answer.status_code == 404


def test_anothers_agreement_is_not_withdrawn(world):
    agreement = agree(world)
    assert sign_in(world.their_lead).post(page("names_withdraw", "riverside", agreement.pk)).status_code == 403
    assert sign_in(world.their_lead).post(page("names_withdraw", "harbour", agreement.pk)).status_code == 404
    agreement.refresh_from_db()
    assert agreement.withdrawn_at is None
