"""Whoever looks at a demo reads that it is invented; nobody else does."""

from __future__ import annotations

import pytest
from django.urls import reverse

from config import error_pages
from tests.downloads.papers import text_of
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    PartnershipMembershipFactory,
)

SENTENCE = "The people and organisations here are invented."


def says_so(client, path: str) -> bool:
    return SENTENCE in client.get(path).content.decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_every_page_of_an_installation_that_is_a_demo_says_so(db, client, settings, is_demo):
    settings.DEMO = is_demo
    for path in (reverse("account_login"), reverse("verify"), reverse("privacy:notice")):
        assert says_so(client, path) is is_demo, path


@pytest.mark.parametrize("is_demo", [True, False])
def test_on_a_site_with_real_people_only_those_of_the_demo_read_it(db, client, is_demo):
    real, invented = MembershipFactory(), MembershipFactory()
    for member, of_demo in ((real, False), (invented, is_demo)):
        PartnershipMembershipFactory(organisation=member.organisation, partnership=PartnershipFactory(is_demo=of_demo))
    lead = AppointmentFactory(kind="partnership_lead", partnership=PartnershipFactory(is_demo=is_demo))
    for person, reads in ((real.person, False), (invented.person, is_demo), (lead.person, is_demo)):
        client.force_login(person)
        assert says_so(client, reverse("records:my_learning")) is reads


@pytest.mark.parametrize("is_demo", [True, False])
def test_so_do_error_pages_without_a_query(settings, is_demo):
    settings.DEMO = is_demo
    assert (SENTENCE in error_pages.render("500.html", 500).content.decode()) is is_demo


@pytest.mark.parametrize("is_demo", [True, False])
def test_so_does_the_frame_of_the_cms(db, client, settings, is_demo):
    trainer = AppointmentFactory(kind="trainer", partnership=PartnershipFactory()).person
    client.force_login(trainer)
    settings.DEMO = is_demo
    for path in (reverse("wagtailadmin_home"), reverse("wagtailadmin_reports:site_history")):
        assert says_so(client, path) is is_demo, path


def test_and_whoever_writes_for_an_invented_partnership_reads_it_in_the_cms(db, client):
    for is_demo in (True, False):
        trainer = AppointmentFactory(kind="trainer", partnership=PartnershipFactory(is_demo=is_demo)).person
        client.force_login(trainer)
        assert says_so(client, reverse("wagtailadmin_home")) is is_demo


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_record_that_somebody_prints_says_so(db, client, is_demo):
    client.force_login(MembershipFactory(organisation=OrganisationFactory(is_demo=is_demo)).person)
    assert (SENTENCE in text_of(client.get(reverse("records:my_record_pdf")).content)) is is_demo
