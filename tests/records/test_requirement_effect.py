"""What a requirement would do to coverage, shown before it is saved, is what it does once it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Membership, Organisation
from privacy.tasks import carry_out_erasures
from records.actions import requirement_effect as counting
from records.actions.requirement_effect import AT_ONCE, KEPT_FOR, TRIES, count_effects, effects_in, start_counting
from records.actions.requirements import change_requirement, create_requirement
from records.actions.standing import rebuild_standing
from records.models import EffectCount, Requirement, Standing
from records.selectors import expected_standing, requirement_effect
from records.selectors.requirement_effect import Draft, effect_of, is_left_to_count
from records.selectors.requirement_plans import Plan
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


def at_once(draft, requirement=None):
    """What somebody sees who waits for it."""
    return effect_of(draft)


def by_the_worker(draft, requirement=None):
    """What the worker finds."""
    count = start(draft, requirement)
    count_effects()
    count.refresh_from_db()
    assert (count.state, count.progress) == ("done", count.total)
    return effects_in(count, 0)


def start(draft, requirement=None, *, modules=None, who="roles", asked_on=None):
    modules = modules or [(draft.module_key, "Seeing it")]
    asked_on = asked_on or draft.asked_on
    plan = Plan(draft.owner, modules, draft.terms, draft.effective_from, asked_on, requirement)
    return start_counting(plan=plan, filled_in={"who": [who]}, at=timezone.now())


both_ways = pytest.mark.parametrize("count", [at_once, by_the_worker])


def numbers(each):
    return each.required, each.current, each.overdue


def counted(module, day):
    coverage = coverage_on(Organisation.objects.all(), day)
    [cell] = [cell.counts for cell in coverage.totals if cell.module.key == module.translation_key]
    return cell.required, cell.current, cell.overdue


@both_ways
def test_a_new_requirement_does_what_was_shown(place, count):
    partnership, role, module = place
    terms = {"roles": [role], "due_days": 14, "valid_for_months": 12}
    effects = count(Draft(partnership, module.translation_key, Terms(**terms), TODAY, TODAY))
    assert [each.day for each in effects] == [TODAY, TODAY + timedelta(days=14), TODAY + timedelta(days=15)]
    assert [(numbers(each.before), numbers(each.after)) for each in effects] == [
        ((0, 0, 0), (3, 1, 0)),
        ((0, 0, 0), (3, 1, 0)),
        ((0, 0, 0), (3, 1, 2)),
    ]
    assert not Requirement.objects.exists()
    create_requirement(partnership=partnership, module=module, effective_from=TODAY, by=None, **terms)
    assert [counted(module, each.day) for each in effects] == [numbers(each.after) for each in effects]


@both_ways
def test_a_change_does_what_was_shown(place, count):
    partnership, role, module = place
    version = RequirementVersionFactory(
        requirement=RequirementFactory(partnership=partnership, module=module), roles=[role], due_days=60
    )
    rebuild_standing()
    kept = list(Standing.objects.values())
    terms = {"is_for_all_roles": True, "due_by": date(2027, 1, 31), "base": "fixed", "fixed_on": date(2027, 4, 1)}
    terms |= {"valid_for_months": 12}
    from_day = TODAY + timedelta(days=7)
    changed = version.requirement
    effects = count(Draft(partnership, module.translation_key, Terms(**terms), from_day, TODAY, changed.pk), changed)
    assert [each.day for each in effects] == [TODAY, from_day, date(2027, 1, 31), date(2027, 2, 1)]
    assert numbers(effects[0].before) == numbers(effects[0].after) == (3, 1, 2)
    assert [counted(module, each.day) for each in effects] == [numbers(each.before) for each in effects]
    assert list(Standing.objects.values()) == kept
    change_requirement(requirement=version.requirement, effective_from=from_day, by=None, **terms)
    assert [counted(module, each.day) for each in effects] == [numbers(each.after) for each in effects]
    assert effects[-1].after.required == 4


@both_ways
def test_days_that_are_one_are_shown_once(place, count):
    partnership, role, module = place
    draft = Draft(partnership, module.translation_key, Terms(roles=[role], due_days=0), TODAY, TODAY)
    assert [each.day for each in count(draft)] == [TODAY, TODAY + timedelta(days=1)]


@both_ways
def test_an_organisation_counts_while_it_belongs_to_the_partnership(place, count):
    """What an organisation requires of its own people after it left is none of the partnership's coverage."""
    partnership, role, module = place
    gone = OrganisationFactory()
    MembershipFactory(organisation=gone, role=role)
    leaves_on = TODAY + timedelta(days=3)
    partnership.organisation_memberships.create(
        organisation=gone, started_on=TODAY - timedelta(days=9), ended_on=leaves_on
    )
    RequirementVersionFactory(
        requirement=RequirementFactory(organisation=gone, partnership=None, module=module), roles=[role]
    )
    rebuild_standing()
    effects = count(Draft(partnership, module.translation_key, Terms(roles=[role], due_days=14), TODAY, TODAY))
    assert [(each.before.required, each.after.required) for each in effects] == [(1, 4), (0, 3), (0, 3)]


def test_one_organisation_sees_only_its_own_people(place):
    _partnership, role, module = place
    first = Organisation.objects.order_by("pk").first()
    [effect, *_later] = effect_of(Draft(first, module.translation_key, Terms(roles=[role]), TODAY, TODAY))
    assert effect.after.required == 2


def test_too_many_people_to_count_are_left_to_the_worker(place, monkeypatch):
    partnership, role, module = place
    draft = Draft(partnership, module.translation_key, Terms(roles=[role]), TODAY, TODAY)
    # Of four people the module concerns three.
    monkeypatch.setattr(requirement_effect, "MOST_PEOPLE", 3)
    assert effect_of(draft) is not None
    assert effect_of(draft, modules=2) is None
    monkeypatch.setattr(requirement_effect, "MOST_PEOPLE", 2)
    assert effect_of(draft) is None
    assert by_the_worker(draft)[0].after.required == 3


@both_ways
@pytest.mark.parametrize("is_for_all_roles", [False, True])
def test_people_of_several_batches_and_entries_count_once(place, monkeypatch, is_for_all_roles, count):
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
    changed = version.requirement
    effects = count(Draft(partnership, module.translation_key, Terms(**terms), TODAY, TODAY, changed.pk), changed)
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
        effect_of(Draft(partnership, module.translation_key, Terms(roles=[role]), TODAY, TODAY))
    assert len(queries) == 8


@pytest.mark.parametrize("more", [2, 9])
def test_the_worker_asks_the_same_for_any_number_of_people_of_a_batch(place, more):
    partnership, role, module = place
    organisation = partnership.organisation_memberships.first().organisation
    for _number in range(more):
        MembershipFactory(organisation=organisation, role=role)
    start(Draft(partnership, module.translation_key, Terms(roles=[role]), TODAY, TODAY))
    with CaptureQueriesContext(connection) as queries:
        count_effects()
    assert len(queries) == 20


class TestWorkers:
    @pytest.fixture
    def draft(self, place, monkeypatch):
        monkeypatch.setattr(expected_standing, "BATCH", 1)
        partnership, role, module = place
        return Draft(partnership, module.translation_key, Terms(roles=[role], due_days=14), TODAY, TODAY)

    @pytest.mark.parametrize("batches", [1, 2, 3])
    def test_one_that_is_killed_is_gone_on_with(self, draft, batches):
        count = start(draft)
        left = iter(range(batches - 1))

        def stop():
            if next(left, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            count_effects(after_batch=stop)
        count.refresh_from_db()
        assert (count.state, count.progress, count.total) == ("counting", batches, 3)
        assert is_left_to_count()
        count_effects()
        count.refresh_from_db()
        assert effects_in(count, 0) == effect_of(draft)
        assert (count.state, count.progress) == ("done", 3)
        assert not is_left_to_count()

    def test_two_on_one_draft_count_nobody_twice(self, draft):
        count = start(draft)
        others = iter([count_effects])
        # In the middle of the one the other counts all that is left.
        count_effects(after_batch=lambda: next(others, lambda: None)())
        count.refresh_from_db()
        assert effects_in(count, 0) == effect_of(draft)
        assert (count.state, count.progress) == ("done", 3)

    def test_one_that_fails_again_and_again_is_given_up_and_stops_no_other(self, draft, monkeypatch):
        broken, other = start(draft), start(draft, who="everyone")
        really = counting._count_module

        def count_module(count, after_batch):
            return 1 / 0 if count.pk == broken.pk else really(count, after_batch)

        monkeypatch.setattr(counting, "_count_module", count_module)
        for _try in range(TRIES):
            with pytest.raises(ZeroDivisionError):
                count_effects()
        count_effects()
        broken.refresh_from_db()
        other.refresh_from_db()
        assert (broken.state, other.state) == ("failed", "done")

    def test_each_module_of_a_course_has_its_numbers(self, draft):
        count = start(draft, modules=[(draft.module_key, "One"), (make_module().translation_key, "Two")])
        count_effects()
        count.refresh_from_db()
        first, second = (effects_in(count, number)[0].after for number in (0, 1))
        assert (first.required, first.current, second.required, second.current) == (3, 1, 3, 0)
        assert (count.state, count.progress, count.total) == ("done", 6, 6)

    def test_the_same_is_not_begun_twice(self, draft):
        first = start(draft)
        assert start(draft) == first
        assert start(draft, who="everyone") != first

    def test_of_many_in_one_name_the_first_is_given_up(self, draft):
        def try_out(number, draft):
            return start(draft, who=str(number))

        done = try_out(0, draft)
        count_effects()
        elsewhere = replace(draft, owner=OrganisationFactory())
        other = try_out(0, elsewhere)
        _first, *kept = (try_out(1 + number, draft) for number in range(1 + AT_ONCE))
        assert set(EffectCount.objects.all()) == {done, other, *kept}
        # One that was begun meanwhile stops no other.
        count_effects()
        assert not is_left_to_count()

    def test_one_that_is_given_up_in_the_middle_is_left(self, draft):
        count = start(draft)
        count_effects(after_batch=lambda: EffectCount.objects.filter(pk=count.pk).delete())
        assert not EffectCount.objects.exists()

    def test_what_is_old_goes_at_night(self, draft):
        now = timezone.now()
        old, new = start(draft), start(draft, who="everyone")
        EffectCount.objects.filter(pk=old.pk).update(asked_at=now - KEPT_FOR - timedelta(minutes=1))
        carry_out_erasures.call()
        assert list(EffectCount.objects.all()) == [new]

    def test_what_was_asked_on_another_day_is_counted_with_its_own_today(self, draft):
        first = start(draft)
        EffectCount.objects.update(asked_at=timezone.now() - timedelta(hours=20))
        assert start(draft) != first
        count_effects()
        first.refresh_from_db()
        assert [each.day for each in effects_in(first, 0)][:2] == [TODAY - timedelta(days=1), TODAY]

    def test_what_was_counted_before_it_held_today_is_counted_anew(self, draft):
        count = start(draft)
        count_effects()
        was = EffectCount.objects.get()
        was.numbers[0].pop(0)
        was.save()
        migration = import_module("records.migrations.0024_counts_with_today")
        migration.count_anew(apps, None)
        assert is_left_to_count()
        count_effects()
        count.refresh_from_db()
        assert effects_in(count, 0) == effect_of(draft)
        assert (count.state, count.progress, count.total) == ("done", 3, 3)

    def test_terms_are_kept_as_they_are(self, place):
        _partnership, role, _module = place
        terms = Terms(
            roles=(role,), kinds=("agency",), due_by=TODAY, valid_for_months=12, base="fixed", fixed_on=TODAY
        )
        assert Terms.from_json(terms.as_json()) == terms
