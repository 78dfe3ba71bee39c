"""Two presses of one button at the same moment."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from organisations import actions
from organisations.models import Appointment, Away, Headcount, Invitation, JoinRequest, Membership, User
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*calls):
    """Runs the calls in threads that start together; gives what each returned or refused."""
    start, results = threading.Barrier(len(calls)), []

    def run(call):
        start.wait()
        try:
            results.append(call())
        except ValidationError as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("_again", range(5))
def test_two_acceptances_make_one_membership(_again):
    person = UserFactory(email="asha@example.org")
    invitation = InvitationFactory(email="asha@example.org")

    def accept():
        return actions.accept_invitation(
            invitation=invitation, person=User.objects.get(pk=person.pk), at=timezone.now()
        )

    results = at_once(accept, accept, accept)
    assert Membership.objects.count() == 1
    assert results == [Membership.objects.get()] * 3


def test_two_presses_of_join_make_one_membership():
    person, organisation, role = UserFactory(), OrganisationFactory(), RoleFactory()
    OrganisationDomainFactory(organisation=organisation, domain="example.org")

    def join():
        return actions.join_by_domain(
            person=User.objects.get(pk=person.pk),
            organisation=organisation,
            role=role,
            email=person.email,
            at=timezone.now(),
        )

    results = at_once(join, join, join)
    assert Membership.objects.count() == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 2


def test_two_presses_of_invite_send_one_letter_whose_link_works(mailoutbox):
    organisation, role = OrganisationFactory(), RoleFactory()
    by = AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation).person

    def invite():
        return actions.invite_person(
            organisation=organisation, role=role, email="asha@example.org", by=by, at=timezone.now()
        )

    results = at_once(invite, invite, invite)
    invitation = Invitation.objects.get()
    assert results == [invitation] * 3
    assert invitation.state_at(timezone.now()) == Invitation.State.OPEN
    assert [letter.to for letter in mailoutbox] == [["asha@example.org"]]


def test_an_acceptance_and_a_withdrawal_do_not_both_happen():
    person = UserFactory(email="asha@example.org")
    invitation = InvitationFactory(email="asha@example.org")
    at_once(
        lambda: actions.accept_invitation(invitation=invitation, person=person, at=timezone.now()),
        lambda: actions.withdraw_invitation(invitation=invitation, by=None, at=timezone.now()),
    )
    invitation.refresh_from_db()
    assert (invitation.accepted_at is None) != (invitation.withdrawn_at is None)
    assert Membership.objects.exists() == (invitation.accepted_at is not None)


def test_two_leads_decide_once():
    organisation = OrganisationFactory()
    leads = [
        AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation).person for _ in range(2)
    ]
    person = UserFactory()
    asked = JoinRequest.objects.create(
        person=person, organisation=organisation, role=RoleFactory(), email=person.email
    )
    results = at_once(
        *(
            lambda by=by: actions.decide_join_request(join_request=asked, is_approved=True, by=by, at=timezone.now())
            for by in leads
        )
    )
    assert Membership.objects.count() == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 1


def test_two_presses_of_appoint_make_one_appointment():
    person, organisation = UserFactory(), OrganisationFactory()

    def appoint():
        return actions.appoint(
            person=person,
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=organisation,
            by=None,
            started_on=timezone.localdate(),
        )

    results = at_once(appoint, appoint)
    assert Appointment.objects.count() == 1
    assert sum(isinstance(result, ValidationError) for result in results) == 1


@pytest.mark.parametrize("_again", range(3))
@pytest.mark.parametrize("what", ["away", "role"])
def test_two_presses_about_one_membership_count_once(what, _again):
    pk, role = MembershipFactory(started_on=date(2026, 1, 5)).pk, RoleFactory()

    def press():
        membership = Membership.objects.get(pk=pk)
        if what == "away":
            return actions.record_away(membership=membership, started_on=date(2026, 6, 1), by=None)
        return actions.change_role(membership=membership, role=role, on=date(2026, 6, 1), by=None)

    results = at_once(press, press, press)
    assert sum(isinstance(result, ValidationError) for result in results) == 2
    assert (Away.objects.count(), Membership.objects.count()) == ((1, 1) if what == "away" else (0, 2))


@pytest.mark.parametrize("_again", range(3))
def test_two_headcounts_of_one_day_are_one(_again):
    organisation = OrganisationFactory()

    def count(people):
        return lambda: actions.record_headcount(
            organisation=organisation, people=people, counted_on=date(2026, 6, 1), source="HR", by=None
        )

    results = at_once(count(10), count(12))
    assert results == [Headcount.objects.get()] * 2


def test_two_leads_who_end_each_other_leave_one():
    partnership = PartnershipFactory()
    first, second = (
        AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=partnership) for _ in range(2)
    )

    def end(appointment, by):
        # Who comes much later has no right any more; who comes a little later finds nobody else left.
        with contextlib.suppress(PermissionDenied):
            actions.end_appointment(appointment=appointment, by=by)

    at_once(lambda: end(first, second.person), lambda: end(second, first.person))
    assert Appointment.objects.filter(ended_on__isnull=True).count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_two_who_are_merged_crosswise_become_one(_again):
    organisation, lead = OrganisationFactory(), UserFactory()
    AppointmentFactory(person=lead, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation)
    one, other = (MembershipFactory(organisation=organisation).person for _each in range(2))

    def merge(kept, merged):
        return lambda: actions.merge_people(
            kept=kept, merged=merged, organisation=organisation, by=User.objects.get(pk=lead.pk), at=timezone.now()
        )

    results = at_once(merge(one, other), merge(other, one))
    assert sum(isinstance(each, ValidationError) for each in results) == 1
    assert User.objects.filter(merged_into__isnull=False).count() == 1


@pytest.mark.parametrize("moves", ["the person", "the unit"])
def test_who_leads_units_moves_nobody_out_of_or_into_what_is_moved_out_of_them_at_that_moment(moves):
    organisation = OrganisationFactory()
    led, other = (UnitFactory(organisation=organisation) for _each in range(2))
    team = UnitFactory(organisation=organisation, parent=led)
    lead = AppointmentFactory(kind=Appointment.Kind.UNIT_LEAD, unit=led).person
    membership = MembershipFactory(organisation=organisation, unit=led, started_on=date(2026, 1, 5))
    results = []

    def put_into_the_team():
        seen = Membership.objects.get(pk=membership.pk)
        values = {"role": seen.role, "unit": team, "kind": "agency", "on": seen.started_on}
        has_looked.set()
        try:
            results.append(actions.move_member(membership=seen, by=lead, **values))
        except ValidationError as refusal:
            results.append(refusal)
        finally:
            connection.close()

    has_looked, thread = threading.Event(), threading.Thread(target=put_into_the_team)
    with transaction.atomic():
        if moves == "the unit":
            actions.change_unit(unit=team, name=team.name, parent=other, by=None)
        else:
            actions.move_member(
                membership=Membership.objects.get(pk=membership.pk),
                role=membership.role,
                unit=other,
                kind=membership.kind,
                on=membership.started_on,
                by=None,
            )
        thread.start()
        assert has_looked.wait(10)
        time.sleep(0.5)  # It has come to the row that is held, and waits.
    thread.join(30)
    assert [type(each) for each in results] == [ValidationError]
    membership.refresh_from_db()
    assert membership.unit == (led if moves == "the unit" else other)
