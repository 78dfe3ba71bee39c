"""Writes about partnerships, organisations, roles, domains and headcounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from organisations import actions
from organisations.access import authority_of
from organisations.events import partnership_membership_changed
from organisations.models import Appointment, Organisation
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def heard():
    """The organisations of which an event was heard."""
    organisations = []

    def receiver(sender, organisation, **kwargs):
        organisations.append(organisation)

    partnership_membership_changed.connect(receiver)
    yield organisations
    partnership_membership_changed.disconnect(receiver)


def test_a_partnership_has_a_name_of_its_own():
    first = actions.create_partnership(name=" Northshire ", by=None)
    assert (first.name, first.slug) == ("Northshire", "northshire")
    with pytest.raises(ValidationError, match="already a partnership"):
        actions.create_partnership(name="NORTHSHIRE", by=None)


def test_an_organisation_is_led_by_the_partnership_lead_who_made_it(heard):
    partnership = PartnershipFactory()
    lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=partnership).person
    assert authority_of(lead).leads_anything
    made = actions.create_organisation(
        name="Northshire Council", kind="council", nation="england", partnership=partnership, by=lead, started_on=TODAY
    )
    assert made.slug == "northshire-council"
    assert heard == [made]
    assert authority_of(lead).leads(made)
    assert ModelLogEntry.objects.filter(action="organisations.create", user=lead).exists()


def test_an_organisation_is_refused_a_name_taken_and_a_kind_unknown():
    OrganisationFactory(name="Harbour Trust")
    with pytest.raises(ValidationError, match="already an organisation"):
        actions.create_organisation(name="harbour trust", kind="health", nation="wales", by=None, started_on=TODAY)
    with pytest.raises(ValidationError):
        actions.create_organisation(name="Other", kind="circus", nation="wales", by=None, started_on=TODAY)
    assert Organisation.objects.count() == 1


def test_addresses_stay_apart_and_off_our_own_words():
    names = ["New", "A&B", "A B", "قناة"]
    slugs = [
        actions.create_organisation(name=name, kind="other", nation="england", by=None, started_on=TODAY).slug
        for name in names
    ]
    assert slugs == ["new-2", "ab", "a-b", "organisation"]


def test_changing_an_organisation_keeps_its_address_and_others():
    ours, theirs = OrganisationFactory(slug="ours"), OrganisationFactory(name="Theirs")
    actions.change_organisation(organisation=ours, by=None, name="Renamed", nation="wales")
    ours.refresh_from_db()
    assert (ours.name, ours.nation, ours.slug) == ("Renamed", "wales", "ours")
    with pytest.raises(ValidationError):
        actions.change_organisation(organisation=ours, by=None, name="THEIRS")
    with pytest.raises(TypeError):
        actions.change_organisation(organisation=ours, by=None, slug="x")
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_joining_and_leaving_a_partnership(heard):
    partnership, other = PartnershipFactory(), PartnershipFactory()
    ours = OrganisationFactory(partnership=partnership)
    with pytest.raises(ValidationError, match="already belongs"):
        actions.join_partnership(organisation=ours, partnership=partnership, on=TODAY, by=None)
    with pytest.raises(ValidationError, match="does not belong"):
        actions.leave_partnership(organisation=ours, partnership=other, on=TODAY, by=None)
    actions.leave_partnership(organisation=ours, partnership=partnership, on=TODAY, by=None)
    with pytest.raises(ValidationError):
        actions.join_partnership(organisation=ours, partnership=partnership, on=TODAY, by=None)
    actions.join_partnership(organisation=ours, partnership=partnership, on=TODAY + timedelta(days=1), by=None)
    actions.join_partnership(organisation=ours, partnership=other, on=TODAY, by=None)
    assert heard == [ours, ours, ours]
    assert Organisation.objects.in_partnership(partnership, TODAY).count() == 1


def test_roles():
    role = actions.create_role(names={"en": "Housing officer", "fr": "Agent de logement"}, by=None)
    assert (role.slug, role.name_fr) == ("housing-officer", "Agent de logement")
    with pytest.raises(ValidationError, match="already a role"):
        actions.create_role(names="HOUSING officer", by=None)
    with pytest.raises(ValidationError, match="in English"):
        actions.create_role(names={"fr": "Infirmier"}, by=None)
    actions.change_role_details(role=role, by=None, names={"en": "Housing adviser"}, is_active=False)
    role.refresh_from_db()
    assert (role.name, role.is_active, role.slug) == ("Housing adviser", False, "housing-officer")


def test_units_stay_within_their_organisation():
    ours, theirs = OrganisationFactory(), OrganisationFactory()
    ward = actions.create_unit(organisation=ours, name="Ward 4", by=None)
    bay = actions.create_unit(organisation=ours, name="Bay 1", parent=ward, by=None)
    assert bay.parent == ward
    with pytest.raises(ValidationError, match="already a unit"):
        actions.create_unit(organisation=ours, name="ward 4", by=None)
    with pytest.raises(ValidationError, match="another organisation"):
        actions.create_unit(organisation=theirs, name="Bay 1", parent=ward, by=None)
    assert actions.create_unit(organisation=theirs, name="Ward 4", by=None).organisation == theirs


def test_domains():
    ours, theirs = OrganisationFactory(), OrganisationFactory()
    row = actions.add_domain(organisation=ours, domain="@Northshire.gov.uk", by=None)
    assert row.domain == "northshire.gov.uk"
    with pytest.raises(ValidationError, match="already on the list"):
        actions.add_domain(organisation=ours, domain="northshire.gov.uk.", by=None)
    with pytest.raises(ValidationError, match="Anybody can get"):
        actions.add_domain(organisation=ours, domain="gmail.com", by=None)
    with pytest.raises(ValidationError, match="after the @"):
        actions.add_domain(organisation=ours, domain="northshire", by=None)
    shared = actions.add_domain(organisation=theirs, domain="northshire.gov.uk", by=None, needs_approval=True)
    actions.remove_domain(domain=row, by=None)
    assert list(ours.domains.all()) == []
    assert list(theirs.domains.all()) == [shared]


def test_a_second_headcount_of_a_day_replaces_the_first():
    ours, role, lead = OrganisationFactory(), RoleFactory(), UserFactory()
    give = {"organisation": ours, "counted_on": TODAY, "source": "HR", "by": lead}
    actions.record_headcount(people=40, **give)
    actions.record_headcount(people=12, role=role, **give)
    actions.record_headcount(people=41, **give)
    rows = ours.headcounts.order_by("role_id").values_list("role", "people", "recorded_by")
    assert sorted(rows, key=lambda row: row[1]) == [(role.pk, 12, lead.pk), (None, 41, lead.pk)]
    with pytest.raises(ValidationError):
        actions.record_headcount(people=-1, **give)
    with pytest.raises(ValidationError):
        actions.record_headcount(people=1, **{**give, "source": " "})
