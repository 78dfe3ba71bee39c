"""Standing rows follow every write in its own transaction."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from organisations.actions import add_membership, end_membership, leave_partnership, record_away
from organisations.models import Membership
from records.actions.requirements import create_requirement
from records.actions.standing import rebuild_standing
from records.events import completion_recorded, completion_voided
from records.models import Completion, Standing
from records.rules.standing import State
from records.selectors.standing import requirements_of
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import (
    AwayFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def partnership():
    return PartnershipFactory(name="Riverside Partnership")


@pytest.fixture
def council(partnership):
    return OrganisationFactory(name="Riverside Council", partnership=partnership)


@pytest.fixture
def officer():
    return RoleFactory(name="housing officer")


@pytest.fixture
def required(partnership, officer):
    """A module that the partnership requires of housing officers: due within 30 days, valid for 12 months."""
    version = RequirementVersionFactory(
        requirement__partnership=partnership,
        roles=[officer],
        valid_for_months=12,
        requirement__module_title="Seeing it",
    )
    return version.requirement


def complete(person, requirement, day):
    completion = CompletionFactory(person=person, module_key=requirement.module_key, completed_on=day)
    completion_recorded.send(sender=Completion, completion=completion)
    return completion


def add(person, organisation, role, **fields):
    return add_membership(
        person=person, organisation=organisation, role=role, by=None, **{"started_on": date(2026, 6, 1), **fields}
    )


def state_of(person, day=TODAY):
    modules = requirements_of(person, day)
    return modules[0].state if modules else None


def test_joining_leaving_and_time_away_are_followed(council, officer, required):
    person = UserFactory()
    membership = add(person, council, officer)
    assert state_of(person) == State.OVERDUE
    away = record_away(membership=membership, started_on=date(2026, 10, 1), ended_on=None, by=None)
    assert state_of(person) is None
    away.ended_on = date(2026, 11, 10)
    away.save()
    rebuild_standing([membership.pk])
    assert requirements_of(person, TODAY)[0].due_on == date(2026, 12, 11)
    end_membership(membership=membership, on=TODAY, by=None)
    assert state_of(person) == State.DUE
    assert state_of(person, TODAY + timedelta(days=1)) is None


def test_a_completion_and_its_voiding_are_followed(council, officer, required):
    person = UserFactory()
    add(person, council, officer)
    completion = complete(person, required, date(2026, 11, 20))
    assert state_of(person) == State.CURRENT
    assert requirements_of(person, TODAY)[0].satisfied_to == date(2027, 11, 20)
    completion.voided_at, completion.voided_by, completion.void_reason = completion.created_at, person, "Wrong person"
    completion.save()
    completion_voided.send(sender=Completion, completion=completion)
    assert state_of(person) == State.OVERDUE


def test_leaving_the_partnership_ends_what_it_requires(partnership, council, officer, required):
    person = UserFactory()
    add(person, council, officer)
    leave_partnership(organisation=council, partnership=partnership, on=date(2026, 11, 19), by=None)
    assert state_of(person, date(2026, 11, 19)) == State.OVERDUE
    assert state_of(person) is None


def test_another_organisations_requirement_touches_nobody_here(council, officer):
    person = UserFactory()
    add(person, council, officer)
    elsewhere = OrganisationFactory()
    create_requirement(
        organisation=elsewhere, module=make_module(), is_for_all_roles=True, effective_from=TODAY, by=None
    )
    assert not Standing.objects.exists()
    assert requirements_of(person, TODAY) == []


def test_a_failing_write_leaves_standing_as_it_was(council, officer, required):
    person = UserFactory()

    @transaction.atomic
    def add_and_fail():
        add(person, council, officer)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    assert not Standing.objects.exists()


def test_of_several_requirements_the_earliest_due_day_and_the_worst_state_count(council, officer, required):
    person = UserFactory()
    own = RequirementVersionFactory(
        requirement__organisation=council,
        requirement__module_key=required.module_key,
        valid_for_months=6,
        due_days=60,
    )
    add(person, council, officer, started_on=date(2026, 11, 1))
    [module] = requirements_of(person, TODAY)
    assert module.state == State.DUE
    assert module.due_on == date(2026, 12, 1)
    assert [reason.required_by for reason in module.reasons] == ["Riverside Partnership", "Riverside Council"]
    assert "housing officer" in str(module.reasons[0])
    assert "everyone in Riverside Council" in str(module.reasons[1])
    complete(person, required, date(2026, 11, 5))
    [module] = requirements_of(person, TODAY)
    assert module.satisfied_to == date(2027, 5, 5)
    assert module.due_on is None
    [module] = requirements_of(person, date(2027, 6, 1))
    assert module.state == State.OVERDUE
    assert module.due_on == date(2027, 5, 5)
    assert own.standing.count() == 2


def test_what_presses_most_comes_first(council, officer, required, django_assert_num_queries):
    person = UserFactory()
    for title in ("Approved terminology", "Safety"):
        RequirementVersionFactory(requirement__organisation=council, requirement__module_title=title, due_days=300)
    add(person, council, officer)
    with django_assert_num_queries(1):
        modules = requirements_of(person, TODAY)
    assert [module.title for module in modules] == ["Seeing it", "Approved terminology", "Safety"]


def test_merged_people_are_one(council, officer, required):
    survivor, double = UserFactory(), UserFactory()
    add(survivor, council, officer)
    add(double, council, officer, started_on=date(2026, 9, 1))
    CompletionFactory(person=double, module_key=required.module_key, completed_on=date(2026, 11, 1))
    double.merged_into = survivor
    double.save()
    rebuild_standing()
    assert set(Standing.objects.values_list("person", flat=True)) == {survivor.pk}
    assert state_of(survivor) == State.CURRENT
    double.merged_into = None
    double.save()
    rebuild_standing()
    assert state_of(survivor) == State.OVERDUE


def test_a_rebuild_writes_only_what_differs(council, officer, required):
    for _number in range(3):
        add(UserFactory(), council, officer)
    before = set(Standing.objects.values_list("pk", flat=True))
    result = rebuild_standing()
    assert (result.people, result.written, result.removed) == (3, 0, 0)
    Standing.objects.filter(pk=min(before)).update(due_on=TODAY)
    result = rebuild_standing(Membership.objects.values_list("pk", flat=True))
    assert (result.people, result.written, result.removed) == (3, 1, 1)


def build(organisations, people):
    """Members of so many organisations, some of them away or done, behind the back of every event."""
    partnership, role = PartnershipFactory(), RoleFactory()
    requirement = RequirementFactory(partnership=partnership)
    RequirementVersionFactory(requirement=requirement, roles=[role])
    for _number in range(organisations):
        organisation = OrganisationFactory(partnership=partnership)
        for number in range(people):
            membership = MembershipFactory(organisation=organisation, role=role)
            if number % 2:
                AwayFactory(membership=membership)
            else:
                CompletionFactory(person=membership.person, module_key=requirement.module_key)


@pytest.mark.parametrize(("organisations", "people"), [(1, 2), (4, 20)])
def test_a_rebuild_takes_the_same_queries_whatever_its_size(organisations, people, django_assert_max_num_queries):
    build(organisations, people)
    # Twice the list of people, one batch of six reads and a write; PostgreSQL also locks, in two.
    with django_assert_max_num_queries(11):
        rebuild_standing()
    # Two stretches each: around the time away, or up to the expiry and after it.
    assert Standing.objects.count() == organisations * people * 2


def test_a_completion_looks_only_at_its_own_module(council, officer, required, django_assert_max_num_queries):
    person = UserFactory()
    add(person, council, officer)
    others = [
        RequirementVersionFactory(requirement__partnership=required.partnership, roles=[officer]) for _number in "ab"
    ]
    rebuild_standing()
    Standing.objects.filter(requirement_version__in=others).update(due_on=date(2020, 1, 1))
    completion = CompletionFactory(person=person, module_key=required.module_key, completed_on=TODAY)
    # Five reads and a write; a row that goes and, on PostgreSQL, the lock are one more each.
    with django_assert_max_num_queries(8):
        completion_recorded.send(sender=Completion, completion=completion)
    assert {row.due_on for row in Standing.objects.filter(requirement_version__in=others)} == {date(2020, 1, 1)}
    mine = Standing.objects.filter(module_key=required.module_key).order_by("required_from")
    assert [row.satisfied_from for row in mine] == [TODAY, None]


def test_the_command_rebuilds_and_proves_it():
    build(1, 4)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rebuild_standing", "--check", stdout=out, stderr=out)
    assert not Standing.objects.exists()
    assert "missing" in out.getvalue()
    call_command("rebuild_standing", stdout=out)
    assert Standing.objects.exists()
    call_command("rebuild_standing", "--check", stdout=out)
    Standing.objects.filter(pk=Standing.objects.first().pk).update(due_on=TODAY)
    with pytest.raises(CommandError):
        call_command("rebuild_standing", "--check", stdout=out, stderr=out)
