"""The numbers of a coverage table, from rows to cells."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

import pytest

from organisations.actions import record_away
from organisations.models import Organisation
from records.actions.standing import rebuild_standing
from records.events import completion_recorded
from records.models import Completion
from records.selectors.standing import requirements_of
from reporting.filters import EVERYTHING
from reporting.rules import Counts
from reporting.selectors.counting import counted_on
from reporting.selectors.coverage import coverage_on
from reporting.selectors.people import Wanted, all_people
from tests.conftest import TODAY
from tests.factories.organisations import (
    HeadcountFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import CompletionFactory, RequirementVersionFactory


def table(scene, day=TODAY):
    return coverage_on(Organisation.objects.in_partnership(scene.partnership, day), day)


def cell_of(scene, organisation=None, day=TODAY):
    return table(scene, day).cell((organisation or scene.ours).pk, scene.requirement.module_key)


def test_every_state_is_counted(scene):
    cell = cell_of(scene)
    assert cell.counts == Counts(required=5, current=2, expiring=1, due=1, overdue=2)
    assert cell.counts.coverage == 40
    assert (cell.known.headcount, cell.known.unknown, cell.reach) == (9, 4, 22)
    assert sum(cell.bar.values()) == 100


def test_coverage_before_and_after_one_completion_differs_by_exactly_that_person(scene):
    wanted = Wanted(scene.ours, TODAY, module_key=scene.requirement.module_key)
    before, people_before = cell_of(scene), list(all_people(wanted))
    completion = CompletionFactory(person=scene.overdue, module_key=scene.requirement.module_key, completed_on=TODAY)
    completion_recorded.send(sender=Completion, completion=completion)
    after, people_after = cell_of(scene), list(all_people(wanted))
    assert after.counts == Counts(required=5, current=3, expiring=1, due=1, overdue=1)
    assert (before.known, before.counts.required) == (after.known, after.counts.required)
    states_before = {row.person_id: row.state for row in people_before}
    states_after = {row.person_id: row.state for row in people_after}
    changed = {person for person in states_before if states_before[person] != states_after[person]}
    assert changed == {scene.overdue.pk}
    assert set(states_before) == set(states_after)


def test_a_past_day_is_answered_too(scene):
    cell = cell_of(scene, day=date(2026, 9, 15))
    assert cell.counts == Counts(required=4, current=1, expiring=0, due=0, overdue=3)
    assert cell.known.headcount == 9
    assert cell_of(scene, day=date(2026, 8, 1)).known.headcount is None


def test_a_person_with_two_employers_counts_once_in_the_total(scene):
    MembershipFactory(person=scene.overdue, organisation=scene.world.theirs, role=scene.role)
    rebuild_standing()
    found = table(scene)
    assert [row.cells[0].counts.required for row in found.rows] == [1, 5]
    assert found.totals[0].counts.required == 5
    assert found.people.required == 5


def test_a_person_with_two_roles_counts_once_and_by_the_worse(scene):
    other = RoleFactory()
    MembershipFactory(person=scene.current, organisation=scene.ours, role=other)
    RequirementVersionFactory(
        requirement__organisation=scene.ours,
        requirement__module_key=scene.requirement.module_key,
        roles=[other],
        valid_for_months=1,
    )
    rebuild_standing()
    assert cell_of(scene).counts == Counts(required=5, current=1, expiring=1, due=1, overdue=3)


def test_the_headline_counts_people_by_the_worst_of_their_modules(scene):
    version = RequirementVersionFactory(
        requirement__organisation=scene.ours, requirement__module_title="Approved terminology", roles=[scene.role]
    )
    CompletionFactory(person=scene.current, module_key=version.requirement.module_key, completed_on=date(2026, 10, 1))
    rebuild_standing()
    found = table(scene)
    assert [module.title for module in found.modules] == ["Approved terminology", "Seeing it"]
    assert found.people == Counts(required=5, current=1, expiring=0, due=1, overdue=3)


def test_who_is_away_is_not_required_and_is_said_to_be_away(scene):
    record_away(membership=scene.overdue.memberships.get(), started_on=date(2026, 11, 1), by=None)
    found = table(scene)
    assert found.rows[1].cells[0].counts.required == 4
    assert found.away == 1
    assert found.rows[1].known.registered == 5


def test_who_left_is_nowhere(scene):
    membership = scene.overdue.memberships.get()
    membership.ended_on = TODAY - timedelta(days=1)
    membership.save()
    rebuild_standing([membership.pk])
    assert cell_of(scene).counts.required == 4
    assert cell_of(scene).known.unknown == 5


def test_merged_people_are_one(scene):
    double = scene.add("Cora C. Current", started_on=date(2026, 3, 1))
    double.merged_into = scene.current
    double.save()
    rebuild_standing()
    cell = cell_of(scene)
    assert cell.counts.required == 5
    assert table(scene).rows[1].known.registered == 5


def test_a_module_that_means_nobody_there_is_not_asked(scene):
    RequirementVersionFactory(
        requirement__partnership=scene.partnership, requirement__module_title="Another", roles=[RoleFactory()]
    )
    found = table(scene)
    assert [module.title for module in found.modules] == ["Another", "Seeing it"]
    assert [[cell.is_asked for cell in row.cells] for row in found.rows] == [[False, False], [False, True]]
    assert [cell.is_asked for cell in found.totals] == [False, True]


def test_a_role_that_was_counted_but_has_nobody_is_unknown(scene):
    HeadcountFactory(organisation=scene.world.theirs, role=scene.role, people=12)
    cell = cell_of(scene, scene.world.theirs)
    assert cell.is_asked
    assert cell.counts.coverage is None
    assert (cell.known.unknown, cell.reach) == (12, 0)


def test_what_one_organisation_requires_stands_beside_what_all_are_asked(scene):
    of_all = [RequirementVersionFactory(requirement__partnership=scene.partnership, roles=[scene.role]) for _ in "ab"]
    # What only others are asked stands between them.
    of_others = RequirementVersionFactory(requirement__organisation=scene.world.theirs, roles=[RoleFactory()])
    of_ours = RequirementVersionFactory(requirement__organisation=scene.ours, roles=[scene.role])
    rebuild_standing()
    found = coverage_on(Organisation.objects.in_partnership(scene.partnership, TODAY), TODAY)
    for each in (*of_all, of_ours):
        counts = found.cell(scene.ours.pk, each.requirement.module_key).counts
        assert (counts.required, counts.current) == (5, 0)
    assert not found.cell(scene.ours.pk, of_others.requirement.module_key).is_asked
    cell = found.cell(scene.ours.pk, scene.requirement.module_key)
    assert cell.counts == Counts(required=5, current=2, expiring=1, due=1, overdue=2)
    assert found.people.required == 5


def test_what_began_to_be_required_while_the_table_was_read_is_left_out(scene):
    known = {scene.requirement.versions.get().pk: 0}
    RequirementVersionFactory(requirement__partnership=scene.partnership, roles=[scene.role])
    rebuild_standing()
    found = counted_on([scene.ours.pk], TODAY, EVERYTHING, known)
    assert found.standing.keys() == {scene.ours.pk, None}
    assert all(cells.keys() == {0} for cells in found.standing.values())


def test_the_newest_headcount_up_to_the_day_counts(scene):
    HeadcountFactory(organisation=scene.ours, role=scene.role, people=20, counted_on=date(2026, 11, 1))
    HeadcountFactory(organisation=scene.ours, role=scene.role, people=50, counted_on=date(2026, 12, 1))
    assert cell_of(scene).known.headcount == 20
    assert cell_of(scene, day=date(2026, 10, 1)).known.headcount == 9


def test_an_organisation_of_another_partnership_is_not_in_the_table(scene):
    assert {row.name for row in table(scene).rows} == {"Harbour Light", "Riverside Council"}


def test_titles_and_roles_come_in_the_readers_language(scene):
    from django.utils import translation

    scene.role.name_fr = "agent du logement"
    scene.role.save()
    with translation.override("fr"):
        assert table(scene).rows[1].figures[0].role == "agent du logement"


def invent(organisations, people, seed=7):
    """A partnership with so many organisations of so many people, three modules, and histories by chance."""
    chance = random.Random(seed)
    partnership, roles = PartnershipFactory(), [RoleFactory() for _number in range(3)]
    keys = [uuid.uuid4() for _number in range(3)]
    for number, key in enumerate(keys):
        RequirementVersionFactory(
            requirement__partnership=partnership,
            requirement__module_key=key,
            roles=roles[: number + 1],
            valid_for_months=chance.choice([None, 6, 12]),
            due_days=chance.choice([0, 30, 90]),
        )
    everyone = []
    for _number in range(organisations):
        place = OrganisationFactory(partnership=partnership)
        HeadcountFactory(organisation=place, people=people + 3)
        for _person in range(people):
            person = everyone[0] if everyone and chance.random() < 0.1 else UserFactory()
            if not person.memberships.filter(organisation=place).exists():
                started_on = TODAY - timedelta(days=chance.randrange(300))
                MembershipFactory(person=person, organisation=place, role=chance.choice(roles), started_on=started_on)
            everyone.append(person)
            for key in keys:
                if chance.random() < 0.6:
                    completed_on = TODAY - timedelta(days=chance.randrange(400))
                    CompletionFactory(person=person, module_key=key, completed_on=completed_on)
    make_doubles(partnership, everyone, roles, keys)
    rebuild_standing()
    return partnership, {person.pk: person for person in everyone}.values()


def make_doubles(partnership, everyone, roles, keys):
    """A second role in the same place, a second entry of one person, and a module that is required twice."""
    first, other, merged = everyone[1], everyone[2], everyone[-1]
    place = first.memberships.get().organisation
    new = RoleFactory()
    MembershipFactory(person=first, organisation=place, role=new, started_on=TODAY - timedelta(days=200))
    RequirementVersionFactory(
        requirement__partnership=partnership, requirement__module_key=keys[0], roles=[new, roles[0]], due_days=10
    )
    if merged.pk not in (first.pk, other.pk):
        merged.merged_into = other
        merged.save()


@pytest.mark.django_db
@pytest.mark.parametrize("days_later", [-60, 0, 1, 31, 400])
def test_the_table_says_what_each_person_is_told(today, days_later):
    """The two ways to read standing agree: by person for the learner, by number for the lead."""
    partnership, everyone = invent(2, 9)
    day = TODAY + timedelta(days=days_later)
    found = coverage_on(Organisation.objects.in_partnership(partnership, day), day)
    told = {person.pk: requirements_of(person, day) for person in everyone}
    for total in found.totals:
        states = [each.state for mine in told.values() for each in mine if each.module_key == total.module.key]
        assert total.counts == counted(states)
    worst = [mine[0].state for mine in told.values() if mine]
    assert found.people == counted(worst)
    for row in found.rows:
        place = Organisation.objects.get(pk=row.organisation_id)
        for cell in row.cells:
            listed = all_people(Wanted(place, day, module_key=cell.module.key))
            assert cell.counts == counted([str(person.state) for person in listed])
        active = place.memberships.active_on(day).select_related("person")
        assert row.known.registered == len({each.person.merged_into_id or each.person_id for each in active})


def counted(states):
    """States as numbers."""
    return Counts(
        required=len(states),
        current=states.count("current") + states.count("expiring"),
        expiring=states.count("expiring"),
        due=states.count("due"),
        overdue=states.count("overdue"),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("organisations", "people"), [(3, 4), (12, 17)])
def test_a_table_costs_four_queries_at_any_size(today, organisations, people, django_assert_num_queries):
    partnership, _everyone = invent(organisations, people)
    with django_assert_num_queries(4):
        found = coverage_on(Organisation.objects.in_partnership(partnership, TODAY), TODAY)
    assert len(found.rows) == organisations
