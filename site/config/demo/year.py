"""What the people of the demo have done: who completes what and when, as a plan without rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from config.demo.people import World
from config.demo.places import BRIEFINGS, LEAD_ROLE, LEARNER, PLACES
from courses.models import Edition
from organisations.models import Membership, User
from records.models import Completion

Source = Completion.Source
VALID_FOR_MONTHS = 24
#: From a completion to the last day it is valid, near enough.
VALIDITY = timedelta(days=730)
#: The module that everybody takes and that the briefings taught.
FOR_ALL = "seeing-it"
#: Of a hundred who pass: how many needed a second attempt. Of a hundred who have not: how many have begun.
SECOND_ATTEMPTS, BEGAN = 18, 25
#: Of a hundred who were there long enough: whose completion of old is about to expire, and whose has.
EXPIRING, EXPIRED = 7, 9
#: How many learned the same elsewhere, in training that is recognised.
RECOGNISED = 6


@dataclass(frozen=True)
class Plan:
    """One person's way through one module."""

    person: User
    edition: Edition
    began_on: date
    #: None while it goes on.
    completed_on: date | None
    source: str = Source.ASSESSED
    #: Attempts that did not pass.
    failed: int = 0
    #: Where it goes on: the share of the lessons read, and whether the quiz is open.
    read: float = 1.0
    is_answering: bool = False


def plan_year(world: World, editions: list[Edition]) -> list[Plan]:
    """Who takes what, in the order in which it was begun."""
    rates = {world.organisations[place.name].pk: place.rate for place in PLACES}
    first: dict[int, Membership] = {}
    for membership in world.memberships:
        first.setdefault(membership.person_id, membership)
    plans: list[Plan] = []
    for edition in editions:
        for membership in first.values():
            rate = rates[membership.organisation_id]
            if membership.role.slug == LEAD_ROLE:
                rate = max(rate, 0.9)
            plans += _way(world, edition, membership, rate)
    plans = list(_with_briefings(world, plans, first, editions))
    return sorted(plans, key=lambda plan: (plan.began_on, plan.person.pk, plan.edition.pk))


def _way(world: World, edition: Edition, membership: Membership, rate: float) -> Iterator[Plan]:
    dice, today, person = world.dice, world.today, membership.person
    last = min(today - timedelta(days=1), membership.ended_on or today)
    if person.name == LEARNER:
        yield from _way_of_learner(world, edition, person)
        return
    old = dice.randrange(100)
    age = timedelta(days=dice.randint(700, 727) if old < EXPIRING else dice.randint(735, 990))
    if old < EXPIRING + EXPIRED and today - age >= membership.started_on and today - age <= last:
        yield _completed(world, person, edition, today - age)
        # Of those whose training has run out, some have taken it again in time.
        if old < EXPIRING or dice.random() > rate * 0.6:
            return
    asked_from = max(membership.started_on, world.start + timedelta(days=10))
    if edition.module and edition.module.slug != FOR_ALL:
        rate *= 0.85
    day = asked_from + timedelta(days=round(dice.triangular(2, 150, 35)))
    if dice.random() < rate and day <= last:
        yield _completed(world, person, edition, day)
    elif membership.ended_on is None and dice.randrange(100) < BEGAN:
        began_on = min(max(asked_from, today - timedelta(days=dice.randint(2, 60))), last)
        read = dice.choice([0.2, 0.4, 0.6, 0.8, 1.0])
        failed = dice.choice([0, 1, 1, 2]) if read == 1 else 0
        yield Plan(person, edition, began_on, None, failed=failed, read=read, is_answering=read == 1)


def _completed(world: World, person: User, edition: Edition, day: date) -> Plan:
    failed = 0
    if world.dice.randrange(100) < SECOND_ATTEMPTS:
        failed = world.dice.choice([1, 1, 1, 2])
    return Plan(person, edition, day - timedelta(days=world.dice.choice([0, 0, 0, 1, 3])), day, failed=failed)


def _way_of_learner(world: World, edition: Edition, person: User) -> Iterator[Plan]:
    """One module to take, and one that expires in a few days."""
    if edition.module and edition.module.slug == FOR_ALL:
        day = world.today - VALIDITY + timedelta(days=10)
        yield Plan(person, edition, day, day)


def _with_briefings(
    world: World, plans: list[Plan], first: dict[int, Membership], editions: list[Edition]
) -> Iterator[Plan]:
    """The same, but those who came to a briefing or were trained elsewhere have done it that way."""
    edition = next(each for each in editions if each.module and each.module.slug == FOR_ALL)
    theirs: dict[int, list[Plan]] = defaultdict(list)
    for plan in plans:
        if plan.edition is edition:
            theirs[plan.person.pk].append(plan)
    taken: dict[int, Plan] = {}
    for briefing in BRIEFINGS:
        day = world.today - timedelta(days=briefing.days_ago)
        place = world.organisations[briefing.place].pk
        free = _free(world, first, theirs, taken, day, place)
        for person in free[: briefing.people]:
            taken[person.pk] = Plan(person, edition, day, day, source=Source.ATTENDED)
    council = world.organisations["Riverside Council"].pk
    day = world.today - timedelta(days=120)
    for person in _free(world, first, theirs, taken, day, council)[:RECOGNISED]:
        taken[person.pk] = Plan(person, edition, day, day, source=Source.RECOGNISED)
    yield from (plan for plan in plans if plan.edition is not edition or plan.person.pk not in taken)
    yield from taken.values()


def _free(
    world: World,
    first: dict[int, Membership],
    theirs: dict[int, list[Plan]],
    taken: dict[int, Plan],
    day: date,
    place: int,
) -> list[User]:
    """Those of a place who were there on the day and had not completed it, in a mixed order."""
    people = [
        membership.person
        for person, membership in first.items()
        if membership.organisation_id == place
        and person not in taken
        and membership.started_on <= day <= (membership.ended_on or world.today)
        and not any(plan.completed_on for plan in theirs[person])
    ]
    world.dice.shuffle(people)
    return people
