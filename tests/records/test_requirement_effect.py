"""What a requirement would do to coverage, shown before it is saved, is what it does once it is saved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Membership, Organisation
from records.actions.requirements import change_requirement, create_requirement
from records.actions.standing import rebuild_standing
from records.models import Requirement, Standing
from records.selectors import expected_standing, requirement_effect
from records.selectors.requirement_effect import effect_of
from records.terms import Terms
from reporting.selectors.coverage import coverage_on
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def place():
    """A partnership of two organisations with four people, of whom one works in both and one has the module."""
    partnership = PartnershipFactory()
    role, other = RoleFactory(), RoleFactory()
    first, second = (OrganisationFactory(partnership=partnership) for _number in range(2))
    trained = MembershipFactory(organisation=first, role=role)
    MembershipFactory(organisation=first, role=other)
    both = MembershipFactory(organisation=first, role=role)
    MembershipFactory(organisation=second, role=role, person=both.person)
    MembershipFactory(organisation=second, role=role)
    # Somebody elsewhere, whom none of it concerns.
    MembershipFactory(organisation=OrganisationFactory(), role=role)
    module = make_module()
    CompletionFactory(person=trained.person, module=module, completed_on=TODAY - timedelta(days=30))
    return partnership, role, module


def numbers(each):
    return each.required, each.current, each.overdue


def counted(module, day):
    coverage = coverage_on(Organisation.objects.all(), day)
    [cell] = [cell.counts for cell in coverage.totals if cell.module.key == module.translation_key]
    return cell.required, cell.current, cell.overdue


def test_a_new_requirement_does_what_was_shown(place):
    partnership, role, module = place
    terms = {"roles": [role], "due_days": 14, "valid_for_months": 12}
    effects = effect_of(partnership, module.translation_key, Terms(**terms), effective_from=TODAY)
    assert [each.day for each in effects] == [TODAY, TODAY + timedelta(days=15)]
    assert [(numbers(each.before), numbers(each.after)) for each in effects] == [
        ((0, 0, 0), (3, 1, 0)),
        ((0, 0, 0), (3, 1, 2)),
    ]
    assert not Requirement.objects.exists()
    create_requirement(partnership=partnership, module=module, effective_from=TODAY, by=None, **terms)
    assert [counted(module, each.day) for each in effects] == [numbers(each.after) for each in effects]


def test_a_change_does_what_was_shown(place):
    partnership, role, module = place
    version = RequirementVersionFactory(
        requirement=RequirementFactory(partnership=partnership, module=module), roles=[role], due_days=60
    )
    rebuild_standing()
    kept = list(Standing.objects.values())
    terms = {"is_for_all_roles": True, "due_by": date(2027, 1, 31), "base": "fixed", "fixed_on": date(2027, 4, 1)}
    terms |= {"valid_for_months": 12}
    from_day = TODAY + timedelta(days=7)
    effects = effect_of(
        partnership, module.translation_key, Terms(**terms), effective_from=from_day, requirement=version.requirement
    )
    assert [each.day for each in effects] == [from_day, date(2027, 2, 1)]
    assert [counted(module, each.day) for each in effects] == [numbers(each.before) for each in effects]
    assert list(Standing.objects.values()) == kept
    change_requirement(requirement=version.requirement, effective_from=from_day, by=None, **terms)
    assert [counted(module, each.day) for each in effects] == [numbers(each.after) for each in effects]
    assert effects[-1].after.required == 4


def test_one_organisation_sees_only_its_own_people(place):
    _partnership, role, module = place
    first = Organisation.objects.order_by("pk").first()
    [effect, *_later] = effect_of(first, module.translation_key, Terms(roles=[role]), effective_from=TODAY)
    assert effect.after.required == 2


def test_too_many_people_to_count_are_said(place, monkeypatch):
    partnership, role, module = place
    asked = partnership, module.translation_key, Terms(roles=[role])
    # Of four people the module concerns three.
    monkeypatch.setattr(requirement_effect, "MOST_PEOPLE", 3)
    assert effect_of(*asked, effective_from=TODAY) is not None
    monkeypatch.setattr(requirement_effect, "MOST_PEOPLE", 2)
    assert effect_of(*asked, effective_from=TODAY) is None
    assert effect_of(*asked, effective_from=TODAY, is_asked_for=True)[0].after.required == 3
    monkeypatch.setattr(requirement_effect, "MOST_WHEN_ASKED", 2)
    assert effect_of(*asked, effective_from=TODAY, is_asked_for=True) is None


@pytest.mark.parametrize("is_for_all_roles", [False, True])
def test_people_of_several_batches_and_entries_count_once(place, monkeypatch, is_for_all_roles):
    """A change over another requirement of the same module, for other roles and kinds, with people put together."""
    partnership, role, module = place
    monkeypatch.setattr(expected_standing, "BATCH", 1)
    first, second = Organisation.objects.filter(partnership_memberships__partnership=partnership).order_by("pk")
    other, agency = RoleFactory(), RoleFactory()
    double = MembershipFactory(organisation=second, role=role, started_on=TODAY - timedelta(days=90)).person
    double.merged_into = Membership.objects.filter(organisation=first, role=role).earliest("pk").person
    double.save()
    # Nobody with a place here but the entry that was merged into them.
    alone = MembershipFactory(organisation=first, role=role).person
    alone.merged_into = UserFactory()
    alone.save()
    MembershipFactory(organisation=first, role=agency, kind="agency")
    MembershipFactory(organisation=second, role=agency)
    MembershipFactory(organisation=second, role=other, person=double.merged_into)
    RequirementVersionFactory(
        requirement=RequirementFactory(organisation=second, partnership=None, module=module), roles=[other], due_days=5
    )
    version = RequirementVersionFactory(
        requirement=RequirementFactory(partnership=partnership, module=module), roles=[agency], kinds=["agency"]
    )
    rebuild_standing()
    terms = {"is_for_all_roles": True} if is_for_all_roles else {"roles": [role]}
    effects = effect_of(
        partnership, module.translation_key, Terms(**terms), effective_from=TODAY, requirement=version.requirement
    )
    assert [counted(module, each.day) for each in effects] == [numbers(each.before) for each in effects]
    change_requirement(requirement=version.requirement, effective_from=TODAY, by=None, **terms)
    assert [counted(module, each.day) for each in effects] == [numbers(each.after) for each in effects]
    assert effects[0].before.required == 2


@pytest.mark.parametrize("more", [2, 9])
def test_it_costs_the_same_for_any_number_of_people(place, more):
    partnership, role, module = place
    organisation = partnership.organisation_memberships.first().organisation
    for _number in range(more):
        MembershipFactory(organisation=organisation, role=role)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        effect_of(partnership, module.translation_key, Terms(roles=[role]), effective_from=TODAY)
    assert len(queries) == 7
