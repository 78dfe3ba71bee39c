"""Writes about what a person may do, and the CMS groups that follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from organisations import actions, groups
from organisations.access import authority_of
from organisations.models import Appointment
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
Kind = Appointment.Kind
DAY = timedelta(days=1)


@pytest.fixture
def partnership():
    return PartnershipFactory()


@pytest.fixture
def lead(partnership):
    return AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=partnership).person


def groups_of(person):
    """But for those of the languages that a person writes in: tests of courses look at them."""
    return set(person.groups.exclude(name__in=groups.WRITERS.values()).values_list("name", flat=True))


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def test_an_appointment_is_looked_for_only_where_one_was_ever_made(lead, partnership, django_assert_num_queries):
    person = fresh(UserFactory())
    with django_assert_num_queries(0):
        assert not authority_of(person).is_appointed
    appointment = actions.appoint(person=person, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY)
    assert authority_of(fresh(person)).may_enter_cms
    assert authority_of(person).may_enter_cms
    actions.end_appointment(appointment=appointment, by=lead)
    with django_assert_num_queries(1):
        assert not authority_of(person).is_appointed


def test_a_new_password_leaves_an_appointment_made_meanwhile(lead, partnership):
    person = fresh(appointed := UserFactory())
    actions.appoint(person=appointed, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY)
    get_adapter().set_password(person, "seven quiet lanterns")
    assert authority_of(fresh(person)).may_enter_cms
    assert fresh(person).check_password("seven quiet lanterns")


@pytest.mark.parametrize(("kind", "group"), [(Kind.TRAINER, groups.TRAINERS), (Kind.REVIEWER, groups.REVIEWERS)])
def test_an_appointment_gives_its_group_at_once_and_takes_it_at_once(kind, group, lead, partnership):
    person = UserFactory()
    assert not authority_of(person).may_enter_cms
    appointment = actions.appoint(person=person, kind=kind, partnership=partnership, by=lead, started_on=TODAY)
    assert groups_of(person) == {group}
    assert fresh(person).has_perm("wagtailadmin.access_admin")
    assert authority_of(person).may_enter_cms
    actions.end_appointment(appointment=appointment, by=lead)
    assert groups_of(person) == set()
    assert not fresh(person).has_perm("wagtailadmin.access_admin")
    assert not authority_of(person).may_enter_cms
    actions.appoint(person=person, kind=kind, partnership=partnership, by=lead, started_on=TODAY)
    assert groups_of(person) == {group}


def test_leads_get_no_group(lead, partnership):
    ours = OrganisationFactory(partnership=partnership)
    person = UserFactory()
    actions.appoint(person=person, kind=Kind.ORGANISATION_LEAD, organisation=ours, by=lead, started_on=TODAY)
    actions.appoint(person=person, kind=Kind.PARTNERSHIP_LEAD, partnership=partnership, by=lead, started_on=TODAY)
    assert groups_of(person) == set()


def test_a_group_stays_while_another_appointment_gives_it(lead, partnership):
    person = UserFactory()
    AppointmentFactory(person=person, kind=Kind.TRAINER, partnership=PartnershipFactory())
    second = actions.appoint(person=person, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY)
    actions.end_appointment(appointment=second, by=lead)
    assert groups_of(person) == {groups.TRAINERS}


def test_a_day_to_come_gives_nothing_yet_and_a_day_to_come_takes_nothing_yet(lead, partnership, today):
    person = UserFactory()
    appointment = actions.appoint(
        person=person, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY + DAY
    )
    assert groups_of(person) == set()
    today.move_to("2026-11-22 00:00 +0000")
    assert groups.sync_groups(person, TODAY + DAY)
    assert not groups.sync_groups(person, TODAY + DAY)
    actions.end_appointment(appointment=appointment, by=lead, on=TODAY + 2 * DAY)
    assert groups_of(person) == {groups.TRAINERS}
    assert groups.sync_groups(person, TODAY + 2 * DAY)
    assert groups_of(person) == set()


def test_groups_that_are_not_ours_are_left_alone(lead, partnership, django_user_model):
    from django.contrib.auth.models import Group

    person = UserFactory()
    person.groups.add(Group.objects.create(name="Choir"))
    appointment = actions.appoint(
        person=person, kind=Kind.REVIEWER, partnership=partnership, by=lead, started_on=TODAY
    )
    actions.end_appointment(appointment=appointment, by=lead)
    assert groups_of(person) == {"Choir"}


def test_whoever_has_no_right_is_refused(lead, partnership):
    ours, theirs = OrganisationFactory(partnership=partnership), OrganisationFactory(partnership=PartnershipFactory())
    our_lead = AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=ours).person
    give = {"person": UserFactory(), "started_on": TODAY}
    for by, scope in [
        (UserFactory(), {"kind": Kind.TRAINER, "partnership": partnership}),
        (our_lead, {"kind": Kind.TRAINER, "partnership": partnership}),
        (our_lead, {"kind": Kind.ORGANISATION_LEAD, "organisation": theirs}),
        (lead, {"kind": Kind.ORGANISATION_LEAD, "organisation": theirs}),
        (lead, {"kind": Kind.OPERATOR}),
    ]:
        with pytest.raises(PermissionDenied):
            actions.appoint(by=by, **scope, **give)
    assert not Appointment.objects.of(give["person"]).exists()


def test_nobody_appoints_themselves(lead, partnership):
    ours = OrganisationFactory(partnership=partnership)
    with pytest.raises(PermissionDenied, match="themselves"):
        actions.appoint(person=lead, kind=Kind.ORGANISATION_LEAD, organisation=ours, by=lead, started_on=TODAY)


def test_a_scope_must_fit_and_stand_once(lead, partnership):
    person = UserFactory()
    with pytest.raises(ValidationError):
        actions.appoint(person=person, kind=Kind.TRAINER, by=None, started_on=TODAY)
    actions.appoint(person=person, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY)
    with pytest.raises(ValidationError, match="already appointed"):
        actions.appoint(person=person, kind=Kind.TRAINER, partnership=partnership, by=lead, started_on=TODAY)


def test_ending_what_is_not_ones_own_is_refused(lead, partnership):
    other_lead = AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=PartnershipFactory()).person
    trainer = AppointmentFactory(kind=Kind.TRAINER, partnership=partnership)
    with pytest.raises(PermissionDenied):
        actions.end_appointment(appointment=trainer, by=other_lead)
    with pytest.raises(ValidationError, match="on or after"):
        actions.end_appointment(appointment=trainer, by=lead, on=trainer.started_on - DAY)
    actions.end_appointment(appointment=trainer, by=trainer.person)
    with pytest.raises(ValidationError, match="already ended"):
        actions.end_appointment(appointment=trainer, by=lead)


def test_a_partnership_keeps_a_lead(lead, partnership):
    own = lead.appointments.get()
    with pytest.raises(ValidationError, match="needs a lead"):
        actions.end_appointment(appointment=own, by=lead)
    AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=partnership)
    actions.end_appointment(appointment=own, by=lead)
    assert not authority_of(lead).leads_anything


def test_the_log_says_who_by_number(lead, partnership):
    person = UserFactory(name="Asha Canary", email="canary@example.org")
    actions.appoint(person=person, kind=Kind.REVIEWER, partnership=partnership, by=lead, started_on=TODAY)
    entry = ModelLogEntry.objects.get(action="organisations.appoint")
    assert entry.data["person"] == person.pk
    assert entry.user_id == lead.pk
    assert "anary" not in f"{entry.label} {entry.data}"
