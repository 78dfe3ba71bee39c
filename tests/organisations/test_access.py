"""Who may reach what: two organisations, two partnerships, every function."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from organisations import access
from organisations.access import authority_of
from organisations.models import Appointment, JoinRequest, Organisation
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    PartnershipMembershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
Kind = Appointment.Kind


@pytest.fixture
def partnership():
    return PartnershipFactory(name="Northshire")


@pytest.fixture
def ours(partnership):
    return OrganisationFactory(partnership=partnership)


@pytest.fixture
def theirs(partnership):
    """A second organisation of the same partnership."""
    return OrganisationFactory(partnership=partnership)


@pytest.fixture
def elsewhere():
    """An organisation of another partnership."""
    return OrganisationFactory(partnership=PartnershipFactory())


@pytest.fixture
def lead(ours):
    return AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=ours).person


@pytest.fixture
def partnership_lead(partnership):
    return AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=partnership).person


def outcome(call, *args):
    """What a person gets: the thing, or 403, or 404."""
    try:
        call(*args)
    except PermissionDenied:
        return 403
    except Http404:
        return 404
    return 200


class TestAuthority:
    def test_a_visitor_and_a_member_have_none(self, ours):
        assert authority_of(AnonymousUser()) == access.Authority()
        member = MembershipFactory(organisation=ours).person
        authority = authority_of(member)
        assert not authority.leads_anything
        assert not authority.may_enter_cms
        assert not authority.leads(ours)

    def test_an_organisation_lead_leads_only_their_own(self, lead, ours, theirs):
        authority = authority_of(lead)
        assert authority.leads_anything
        assert authority.leads(ours)
        assert authority.may_see_names(ours)
        assert not authority.leads(theirs)
        assert not authority.may_see_names(theirs)
        assert not authority.may_enter_cms

    def test_a_partnership_lead_sees_counts_and_no_names(self, partnership_lead, ours, theirs, elsewhere):
        authority = authority_of(partnership_lead)
        assert authority.leads(ours)
        assert authority.leads(theirs)
        assert not authority.leads(elsewhere)
        assert not authority.may_see_names(ours)

    def test_a_partnership_lead_loses_sight_of_an_organisation_that_has_left(self, partnership_lead, partnership):
        gone = PartnershipMembershipFactory(partnership=partnership, ended_on=TODAY - timedelta(days=1)).organisation
        assert not authority_of(partnership_lead).leads(gone)
        assert authority_of(partnership_lead, TODAY - timedelta(days=1)).leads(gone)

    @pytest.mark.parametrize("kind", [Kind.TRAINER, Kind.REVIEWER])
    def test_trainers_and_reviewers_enter_the_cms(self, kind, partnership):
        person = AppointmentFactory(kind=kind, partnership=partnership).person
        authority = authority_of(person)
        assert authority.may_enter_cms
        assert (authority.trains_in | authority.reviews_in) == {partnership.pk}
        assert access.may_enter_cms(person)

    def test_an_operator_enters_the_cms_and_leads_nothing(self, ours):
        authority = authority_of(AppointmentFactory(kind=Kind.OPERATOR).person)
        assert authority.is_operator
        assert authority.may_enter_cms
        assert not authority.leads(ours)

    @pytest.mark.parametrize(
        ("started_on", "ended_on", "holds"),
        [
            (TODAY, None, True),
            (TODAY + timedelta(days=1), None, False),
            (TODAY - timedelta(days=9), TODAY + timedelta(days=1), True),
            (TODAY - timedelta(days=9), TODAY, False),
            (TODAY, TODAY, False),
        ],
    )
    def test_it_is_computed_by_day(self, partnership, started_on, ended_on, holds):
        person = AppointmentFactory(
            kind=Kind.TRAINER, partnership=partnership, started_on=started_on, ended_on=ended_on
        ).person
        assert authority_of(person).may_enter_cms is holds

    def test_a_closed_account_has_none(self, lead, ours):
        lead.is_active = False
        lead.save()
        assert not authority_of(lead).leads(ours)

    def test_two_queries_and_then_none(self, partnership_lead, ours, django_assert_num_queries):
        with django_assert_num_queries(2):
            authority_of(partnership_lead)
        with django_assert_num_queries(0):
            assert authority_of(partnership_lead).leads(ours)


class TestOrganisations:
    def test_whoever_leads_it_gets_it(self, lead, partnership_lead, ours, theirs, elsewhere):
        stranger = UserFactory()
        get = access.get_organisation_for
        assert get(lead, ours.slug) == ours
        assert outcome(get, lead, theirs.slug) == 403
        assert get(partnership_lead, theirs.slug) == theirs
        assert outcome(get, partnership_lead, elsewhere.slug) == 403
        assert outcome(get, stranger, ours.slug) == 403
        assert outcome(get, AnonymousUser(), ours.slug) == 403
        assert outcome(get, lead, "nowhere") == 404

    def test_names_only_for_its_own_lead(self, lead, partnership_lead, ours, theirs):
        get = access.get_organisation_with_names_for
        assert get(lead, ours.slug) == ours
        assert outcome(get, lead, theirs.slug) == 403
        assert outcome(get, partnership_lead, ours.slug) == 403
        assert outcome(get, lead, "nowhere") == 404

    def test_lists(self, lead, partnership_lead, ours, theirs, elsewhere):
        assert list(access.organisations_led_by(lead)) == [ours]
        assert set(access.organisations_led_by(partnership_lead)) == {ours, theirs}
        assert list(access.organisations_led_by(UserFactory())) == []
        assert Organisation.objects.count() == 3
        assert list(access.organisations_led_by(partnership_lead, date(2020, 1, 1))) == []

    def test_partnerships(self, lead, partnership_lead, partnership):
        assert access.get_partnerships_led_by(partnership_lead) == [partnership]
        assert outcome(access.get_partnerships_led_by, lead) == 403


class TestThingsThatCarryNames:
    def test_memberships(self, lead, partnership_lead, ours, theirs):
        our_member, their_member = MembershipFactory(organisation=ours), MembershipFactory(organisation=theirs)
        get = access.get_membership_for
        assert get(lead, our_member.pk) == our_member
        assert outcome(get, lead, their_member.pk) == 403
        assert outcome(get, partnership_lead, our_member.pk) == 403
        assert outcome(get, our_member.person, our_member.pk) == 403
        assert outcome(get, lead, 0) == 404

    def test_own_memberships(self, ours, theirs):
        mine = MembershipFactory(organisation=ours)
        other = MembershipFactory(organisation=theirs)
        over = MembershipFactory(person=mine.person, organisation=theirs, ended_on=TODAY - timedelta(days=1))
        get = access.get_own_membership
        assert get(mine.person, mine.pk) == mine
        assert outcome(get, mine.person, other.pk) == 404
        assert outcome(get, mine.person, over.pk) == 404

    def test_requests_to_join(self, lead, partnership_lead, ours, theirs):
        ask = [
            JoinRequest.objects.create(
                person=UserFactory(), organisation=place, role=RoleFactory(), email="a@example.org"
            )
            for place in (ours, theirs)
        ]
        get = access.get_join_request_for
        assert get(lead, ask[0].pk) == ask[0]
        assert outcome(get, lead, ask[1].pk) == 403
        assert outcome(get, partnership_lead, ask[0].pk) == 403
        assert outcome(get, ask[0].person, ask[0].pk) == 403
        assert outcome(get, lead, 0) == 404

    def test_invitations(self, lead, partnership_lead, ours, theirs):
        by_lead = InvitationFactory(organisation=ours, invited_by=lead)
        by_partnership_lead = InvitationFactory(organisation=ours, invited_by=partnership_lead)
        other = InvitationFactory(organisation=theirs)
        get = access.get_invitation_for
        assert get(lead, by_lead.pk) == by_lead
        assert get(lead, by_partnership_lead.pk) == by_partnership_lead
        assert outcome(get, lead, other.pk) == 403
        assert get(partnership_lead, by_partnership_lead.pk) == by_partnership_lead
        assert outcome(get, partnership_lead, by_lead.pk) == 403
        assert outcome(get, lead, 0) == 404

    def test_an_invitation_by_its_link(self, ours):
        invitation = InvitationFactory(organisation=ours)
        assert access.get_invitation(invitation.token) == invitation
        assert outcome(access.get_invitation, "x") == 404


class TestAppointments:
    @pytest.mark.parametrize("kind", [Kind.TRAINER, Kind.REVIEWER, Kind.PARTNERSHIP_LEAD])
    def test_of_a_partnership_by_its_lead(self, kind, lead, partnership_lead, partnership):
        other = PartnershipFactory()
        assert access.may_appoint(partnership_lead, kind, partnership=partnership)
        assert not access.may_appoint(partnership_lead, kind, partnership=other)
        assert not access.may_appoint(lead, kind, partnership=partnership)
        assert not access.may_appoint(partnership_lead, kind)

    def test_of_an_organisation_by_whoever_leads_it(self, lead, partnership_lead, ours, theirs, elsewhere):
        kind = Kind.ORGANISATION_LEAD
        assert access.may_appoint(lead, kind, organisation=ours)
        assert not access.may_appoint(lead, kind, organisation=theirs)
        assert access.may_appoint(partnership_lead, kind, organisation=theirs)
        assert not access.may_appoint(partnership_lead, kind, organisation=elsewhere)

    def test_of_a_unit_by_its_organisations_lead(self, lead, partnership_lead, ours, theirs):
        assert access.may_appoint(lead, Kind.UNIT_LEAD, unit=UnitFactory(organisation=ours))
        assert not access.may_appoint(lead, Kind.UNIT_LEAD, unit=UnitFactory(organisation=theirs))
        assert not access.may_appoint(partnership_lead, Kind.UNIT_LEAD, unit=UnitFactory(organisation=ours))

    def test_of_operators_by_operators(self, lead, partnership_lead):
        operator = AppointmentFactory(kind=Kind.OPERATOR).person
        assert access.may_appoint(operator, Kind.OPERATOR)
        assert not access.may_appoint(partnership_lead, Kind.OPERATOR)
        assert not access.may_appoint(lead, Kind.OPERATOR)

    def test_fetching(self, lead, partnership_lead, partnership, ours, theirs):
        trainer = AppointmentFactory(kind=Kind.TRAINER, partnership=partnership)
        their_lead = AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=theirs)
        operator = AppointmentFactory(kind=Kind.OPERATOR)
        get = access.get_appointment_for
        assert get(partnership_lead, trainer.pk) == trainer
        assert outcome(get, lead, trainer.pk) == 403
        assert outcome(get, lead, their_lead.pk) == 403
        assert outcome(get, partnership_lead, operator.pk) == 403
        assert outcome(get, lead, 0) == 404
