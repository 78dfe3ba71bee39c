"""Writes about who works where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from organisations import actions, selectors
from organisations.access import authority_of
from organisations.events import membership_changed
from organisations.models import Appointment, Membership
from tests.conftest import TODAY
from tests.factories.organisations import (
    STARTED_ON,
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


@pytest.fixture
def heard():
    """The memberships of which an event was heard."""
    memberships = []

    def receiver(sender, membership, **kwargs):
        memberships.append(membership)

    membership_changed.connect(receiver)
    yield memberships
    membership_changed.disconnect(receiver)


@pytest.fixture
def lead():
    return UserFactory()


class TestAdding:
    def test_a_lead_puts_somebody_in(self, heard, lead):
        person, ours, role = UserFactory(), OrganisationFactory(), RoleFactory()
        made = actions.add_membership(
            person=person,
            organisation=ours,
            role=role,
            unit=UnitFactory(organisation=ours),
            by=lead,
            started_on=TODAY,
            work_email="Name@Example.org ",
            staff_number=" 7 ",
        )
        assert made.is_role_confirmed
        assert made.role_confirmed_by == lead
        assert (made.work_email, made.staff_number) == ("name@example.org", "7")
        assert heard == [made]
        entry = ModelLogEntry.objects.get(action="organisations.start_membership")
        assert person.name not in f"{entry.label} {entry.data}"

    def test_the_same_role_twice_is_refused_and_elsewhere_it_is_not(self, lead):
        first, elsewhere = MembershipFactory(), OrganisationFactory()
        give = {"person": first.person, "role": first.role, "by": lead, "started_on": TODAY}
        with pytest.raises(ValidationError, match="already has this role"):
            actions.add_membership(organisation=first.organisation, **give)
        actions.add_membership(organisation=elsewhere, **give)
        assert first.person.memberships.count() == 2

    def test_coming_back_the_day_one_left(self, lead):
        first = MembershipFactory()
        actions.end_membership(membership=first, on=TODAY, by=lead)
        again = actions.add_membership(
            person=first.person, organisation=first.organisation, role=first.role, by=lead, started_on=TODAY
        )
        assert again.pk != first.pk

    def test_what_does_not_fit_is_refused(self, lead):
        ours, role = OrganisationFactory(), RoleFactory()
        give = {"person": UserFactory(), "by": lead, "started_on": TODAY}
        with pytest.raises(ValidationError, match="another organisation"):
            actions.add_membership(organisation=ours, role=role, unit=UnitFactory(), **give)
        with pytest.raises(ValidationError, match="no longer be chosen"):
            actions.add_membership(organisation=ours, role=RoleFactory(is_active=False), **give)
        closed = OrganisationFactory(closed_on=TODAY - DAY)
        with pytest.raises(ValidationError, match="closed"):
            actions.add_membership(organisation=closed, role=role, **give)
        assert not Membership.objects.exists()


class TestRoles:
    def test_a_lead_confirms_and_nobody_confirms_their_own(self, heard, lead):
        membership = MembershipFactory()
        with pytest.raises(ValidationError, match="Somebody else"):
            actions.confirm_role(membership=membership, by=membership.person)
        assert not membership.is_role_confirmed
        actions.confirm_role(membership=membership, by=lead)
        membership.refresh_from_db()
        assert membership.role_confirmed_by == lead
        assert heard == [membership]

    def test_every_day_keeps_its_own_role(self, heard, lead):
        old = MembershipFactory(staff_number="7", work_email="a@example.org")
        actions.record_away(membership=old, started_on=TODAY - 5 * DAY, by=lead)
        new = actions.change_role(membership=old, role=RoleFactory(slug="next"), on=TODAY, by=lead)
        old.refresh_from_db()
        assert old.ended_on == TODAY - DAY
        assert (new.started_on, new.ended_on, new.staff_number) == (TODAY, None, "7")
        assert new.is_role_confirmed
        assert selectors.role_slugs_of(old.person, TODAY) == {"next"}
        assert selectors.role_slugs_of(old.person, TODAY - DAY) == {old.role.slug}
        assert [(away.started_on, away.ended_on) for away in old.away.all()] == [(TODAY - 5 * DAY, TODAY - DAY)]
        assert [(away.started_on, away.ended_on) for away in new.away.all()] == [(TODAY, None)]
        assert heard[-2:] == [old, new]

    def test_on_the_first_day_the_row_is_put_right(self, lead):
        old = MembershipFactory(started_on=TODAY)
        new = actions.change_role(membership=old, role=RoleFactory(slug="next"), on=TODAY, by=lead)
        assert new.pk == old.pk
        assert new.role.slug == "next"

    def test_a_role_of_ones_own_choice_waits_for_a_lead(self):
        old = MembershipFactory()
        new = actions.change_role(membership=old, role=RoleFactory(), on=TODAY, by=old.person)
        assert not new.is_role_confirmed

    def test_what_does_not_fit_is_refused(self, lead):
        old = MembershipFactory()
        twin = MembershipFactory(person=old.person, organisation=old.organisation)
        with pytest.raises(ValidationError, match="already has this role"):
            actions.change_role(membership=old, role=twin.role, on=TODAY, by=lead)
        with pytest.raises(ValidationError, match="within the membership"):
            actions.change_role(membership=old, role=RoleFactory(), on=STARTED_ON - DAY, by=lead)
        with pytest.raises(ValidationError, match="another organisation"):
            actions.change_role(membership=old, role=RoleFactory(), on=TODAY, by=lead, unit=UnitFactory())


class TestEnding:
    def test_the_day_is_the_last(self, heard, lead):
        membership = MembershipFactory()
        other = MembershipFactory(person=membership.person)
        actions.end_membership(membership=membership, on=TODAY, by=lead)
        assert set(selectors.active_memberships_of(membership.person, TODAY)) == {membership, other}
        assert selectors.active_memberships_of(membership.person, TODAY + DAY) == [other]
        assert heard == [membership]
        with pytest.raises(ValidationError, match="on or after"):
            actions.end_membership(membership=other, on=STARTED_ON - DAY, by=lead)

    @pytest.mark.parametrize(
        ("last", "told"),
        [
            (TODAY - DAY, "This membership has already ended."),
            (TODAY, "This membership already has a last day: 21 November 2026."),
            (TODAY + 2 * DAY, "This membership already has a last day: 23 November 2026."),
        ],
    )
    def test_a_last_day_that_is_there_is_told_truthfully(self, lead, last, told):
        membership = MembershipFactory(ended_on=last)
        with pytest.raises(ValidationError, match=told):
            actions.end_membership(membership=membership, on=TODAY + 3 * DAY, by=lead)

    def test_whoever_leaves_sees_no_names_any_more(self, lead):
        membership = MembershipFactory()
        person, ours, theirs = membership.person, membership.organisation, OrganisationFactory()
        for place in (ours, theirs):
            AppointmentFactory(person=person, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=place)
        AppointmentFactory(person=person, kind=Appointment.Kind.UNIT_LEAD, unit=UnitFactory(organisation=ours))
        AppointmentFactory(person=person, kind=Appointment.Kind.TRAINER, partnership=PartnershipFactory())
        actions.end_membership(membership=membership, on=TODAY, by=lead)
        authority = authority_of(type(person).objects.get(pk=person.pk))
        assert authority.organisation_ids == {theirs.pk}
        assert authority.unit_ids == frozenset()
        assert authority.may_enter_cms

    def test_also_when_the_place_stood_with_an_account_merged_into_theirs(self, lead):
        ours = OrganisationFactory()
        person = AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=ours).person
        membership = MembershipFactory(person=UserFactory(merged_into=person, is_active=False), organisation=ours)
        actions.end_membership(membership=membership, on=TODAY, by=lead)
        assert not authority_of(type(person).objects.get(pk=person.pk)).may_see_names(ours)

    def test_it_is_gone_at_the_next_request_of_a_session_that_goes_on(self, client, lead, today):
        membership = MembershipFactory()
        person, ours = membership.person, membership.organisation
        AppointmentFactory(person=person, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=ours)
        actions.end_membership(membership=membership, on=TODAY + DAY, by=lead)
        people = reverse("organisations:people", args=[ours.slug])
        # The last day is worked to its end.
        today.move_to("2026-11-22 23:50 +0000")
        client.force_login(person)
        assert client.get(people).status_code == 200
        today.move_to("2026-11-23 00:01 +0000")
        assert client.get(people).status_code == 403
        assert ours.name not in client.get(reverse("organisations:organisations")).text

    def test_today_means_now(self, client, lead):
        membership = MembershipFactory()
        person, ours = membership.person, membership.organisation
        AppointmentFactory(person=person, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=ours)
        client.force_login(person)
        people = reverse("organisations:people", args=[ours.slug])
        assert client.get(people).status_code == 200
        actions.end_membership(membership=membership, on=TODAY, by=lead)
        assert client.get(people).status_code == 403

    def test_an_appointment_that_ends_then_anyway_is_left_as_it_is(self, lead):
        membership = MembershipFactory()
        held = AppointmentFactory(
            person=membership.person,
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=membership.organisation,
            ended_on=TODAY + 2 * DAY,
        )
        actions.end_membership(membership=membership, on=TODAY + DAY, by=lead)
        held.refresh_from_db()
        assert held.ended_on == TODAY + 2 * DAY

    def test_a_second_role_keeps_the_authority(self, lead):
        membership = MembershipFactory()
        MembershipFactory(person=membership.person, organisation=membership.organisation)
        AppointmentFactory(
            person=membership.person,
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=membership.organisation,
        )
        actions.end_membership(membership=membership, on=TODAY, by=lead)
        assert authority_of(membership.person).may_see_names(membership.organisation)

    def test_one_may_leave_oneself_but_nobody_else(self, heard):
        membership = MembershipFactory()
        with pytest.raises(ValidationError, match="not yours"):
            actions.leave_organisation(membership=membership, person=UserFactory(), on=TODAY)
        actions.leave_organisation(membership=membership, person=membership.person, on=TODAY)
        membership.refresh_from_db()
        assert membership.ended_on == TODAY
        assert heard == [membership]


class TestAway:
    def test_from_day_to_day(self, heard, lead):
        membership = MembershipFactory()
        away = actions.record_away(membership=membership, started_on=TODAY, ended_on=TODAY + 9 * DAY, by=lead)
        with pytest.raises(ValidationError, match="already recorded"):
            actions.record_away(membership=membership, started_on=TODAY + 9 * DAY, by=lead)
        actions.end_away(away=away, on=TODAY + 2 * DAY, by=lead)
        away.refresh_from_db()
        assert away.ended_on == TODAY + 2 * DAY
        actions.end_away(away=away, on=TODAY - DAY, by=lead)
        assert not membership.away.exists()
        assert heard == [membership] * 3

    def test_what_does_not_fit_is_refused(self, lead):
        membership = MembershipFactory()
        with pytest.raises(ValidationError, match="within the membership"):
            actions.record_away(membership=membership, started_on=STARTED_ON - DAY, by=lead)
        with pytest.raises(ValidationError, match="not be before"):
            actions.record_away(membership=membership, started_on=TODAY, ended_on=TODAY - DAY, by=lead)


def test_putting_contact_details_right(lead):
    membership = MembershipFactory(staff_number="1")
    actions.change_membership(membership=membership, by=lead, work_email="NEW@example.org")
    membership.refresh_from_db()
    assert (membership.work_email, membership.staff_number) == ("new@example.org", "1")
    with pytest.raises(ValidationError):
        actions.change_membership(membership=membership, by=lead, work_email="nobody")


class TestSelectors:
    def test_where_a_person_works_in_one_query(self, django_assert_num_queries):
        one = MembershipFactory(unit=UnitFactory())
        MembershipFactory(person=one.person, ended_on=TODAY - DAY)
        MembershipFactory()
        with django_assert_num_queries(1):
            found = selectors.active_memberships_of(one.person, TODAY)
            assert [(m.organisation.name, m.role.name, m.unit.name) for m in found]
        assert found == [one]

    def test_the_partnership_is_that_of_the_work_place(self):
        one, other = PartnershipFactory(), PartnershipFactory()
        person = MembershipFactory(organisation=OrganisationFactory(partnership=one)).person
        AppointmentFactory(person=person, kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=other)
        assert selectors.partnership_of(person, TODAY) == one
        lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=other).person
        assert selectors.partnership_of(lead, TODAY) == other
        assert selectors.partnership_of(UserFactory(), TODAY) is None
