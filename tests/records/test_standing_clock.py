"""Time passes, nothing is written, and what is said of people stays right."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from organisations.clock import today as london_today
from organisations.models import Membership, PartnershipMembership
from records.actions.standing import rebuild_standing
from records.models import Completion, RequirementVersion, Standing
from records.rules.days import FOREVER, Days
from records.rules.standing import Member, Version
from records.selectors.standing import requirements_of
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
from tests.records.oracle import Oracle

SEVERITY = ["current", "expiring", "due", "overdue"]
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


def say(person, day):
    """What the oracle says of a person: the worst state per module."""
    said = {}
    for place in {each.organisation_id for each in Membership.objects.filter(person=person)}:
        members = [
            Member(
                each.pk,
                each.role_id,
                each.kind,
                Days(each.started_on, each.ended_on or FOREVER),
                tuple(Days(away.started_on, away.ended_on or FOREVER) for away in each.away.all()),
            )
            for each in Membership.objects.filter(person=person, organisation=place)
        ]
        belonging = [
            Days(each.started_on, each.ended_on or FOREVER)
            for each in PartnershipMembership.objects.filter(organisation=place)
        ]
        by_requirement = {}
        for each in RequirementVersion.objects.order_by("number").select_related("requirement"):
            by_requirement.setdefault(each.requirement, []).append(each)
        for requirement, rows in by_requirement.items():
            if requirement.organisation_id not in (None, place):
                continue
            terms = [
                Version(
                    row.pk,
                    Days(row.effective_from, row.effective_to or FOREVER),
                    None if row.is_for_all_roles else frozenset(role.pk for role in row.roles.all()),
                    frozenset(row.kinds),
                    row.due_days,
                    valid_for_months=row.valid_for_months,
                    window_days=row.window_days,
                    is_counted_from_expiry=row.base == "expiry",
                )
                for row in rows
            ]
            held = belonging if requirement.partnership_id else [Days(date.min)]
            done = Completion.objects.filter(person=person, module_key=requirement.module_key)
            oracle = Oracle(members, terms, held, [each.completed_on for each in done])
            for member in members:
                for number in range(len(terms)):
                    answer = oracle.ask(member, number, day)
                    if answer:
                        said.setdefault(requirement.module_key, []).append(answer)
    result = {}
    for key, answers in said.items():
        worst = max((state for state, _day in answers), key=SEVERITY.index)
        late = [due for state, due in answers if state in ("due", "overdue")]
        ends = [end for state, end in answers if state in ("current", "expiring") and end != FOREVER]
        result[key] = (worst, min(late, default=None), None if late else min(ends, default=None))
    return result


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
            found = {
                each.module_key: (str(each.state), each.due_on, each.satisfied_to)
                for each in requirements_of(person, day)
            }
            assert found == say(person, day)
            seen |= {state for state, _due, _end in found.values()}
    assert {"current", "overdue"} <= seen
    assert set(Standing.objects.values_list("pk", "required_from", "due_on")) == rows
