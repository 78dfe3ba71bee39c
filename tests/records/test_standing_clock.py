"""Time passes, nothing is written, and what is said of people stays right."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from organisations.clock import today as london_today
from records.actions.standing import rebuild_standing
from records.models import Standing
from tests.factories.organisations import (
    AwayFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    PartnershipMembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory
from tests.records.oracle_of_rows import say, told

FIRST = date(2025, 9, 1)


def invent(seed):
    """Two organisations, two modules, nine people with histories, some with two employers."""
    chance = random.Random(seed)

    def some_day(within=440):
        return FIRST + timedelta(days=chance.randrange(within))

    partnership, roles = PartnershipFactory(), [RoleFactory(), RoleFactory()]
    places = [OrganisationFactory(), OrganisationFactory()]
    for place in places:
        PartnershipMembershipFactory(partnership=partnership, organisation=place, started_on=some_day(100))
    keys = []
    for owner in ({"partnership": partnership}, {"organisation": places[0]}, {"partnership": partnership}):
        requirement = RequirementFactory(**owner, **({"module_key": keys[0]} if len(keys) == 2 else {}))
        keys.append(requirement.module_key)
        changed = some_day(300) + timedelta(days=30)
        terms = {"valid_for_months": chance.choice([None, 3, 12]), "due_days": chance.choice([0, 30, 90])}
        RequirementVersionFactory(
            requirement=requirement, effective_from=FIRST, effective_to=changed - timedelta(days=1), **terms
        )
        RequirementVersionFactory(
            requirement=requirement, number=2, effective_from=changed, roles=[chance.choice(roles)], **terms
        )
    people = [UserFactory() for _number in range(9)]
    for person in people:
        for place in chance.sample(places, chance.choice([1, 1, 2])):
            first = some_day(300)
            changed = first + timedelta(days=chance.choice([20, 60, 100]))
            earlier = MembershipFactory(
                person=person, organisation=place, role=roles[0], started_on=first, ended_on=changed
            )
            back = changed + timedelta(days=chance.choice([1, 20, 45]))
            later = MembershipFactory(person=person, organisation=place, role=chance.choice(roles), started_on=back)
            if chance.random() < 0.5:
                AwayFactory(membership=earlier, started_on=changed - timedelta(days=9), ended_on=changed)
            if chance.random() < 0.3:
                away_from = back + timedelta(days=chance.randrange(5, 90))
                AwayFactory(
                    membership=later,
                    started_on=away_from,
                    ended_on=chance.choice([None, away_from + timedelta(days=40)]),
                )
        for key in keys[:2]:
            for _number in range(chance.randrange(3)):
                CompletionFactory(person=person, module_key=key, completed_on=some_day())
    return people


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_time_alone_changes_what_is_said_and_never_makes_it_wrong(seed, today):
    people = invent(seed)
    rebuild_standing()
    rows = set(Standing.objects.values_list("pk", "required_from", "due_on"))
    seen = set()
    for days_later in (-200, 0, 1, 31, 400):
        today.move_to("2026-11-21 12:00 +0000")
        today.shift(timedelta(days=days_later))
        day = london_today()
        for person in people:
            found = told(person, day)
            assert found == say(person, day)
            seen |= {state for state, _due, _end in found.values()}
    assert {"current", "overdue"} <= seen
    assert set(Standing.objects.values_list("pk", "required_from", "due_on")) == rows
