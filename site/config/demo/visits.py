"""A module of the demo's own: its lessons must match people's roles, and some who completed it learn it again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from config.demo.people import World, at_nine
from config.demo.places import LEARNER
from config.demo.year import FOR_ALL, Plan
from courses.actions import approve_submission, submit_module
from courses.learning_again import LearnAgain
from courses.models import CoursePage, Edition, Effect, ModulePage
from organisations.actions import change_role
from organisations.models import Membership, User
from tests.factories.courses import body, lesson_pages, make_module, write_draft
from tests.factories.records import RequirementFactory, RequirementVersionFactory

PLACE = "Riverside Council"
HOUSING, LICENSING = "housing-officer", "licensing-officer"
#: How many days after the partnership began the module went live, and how many days ago its second edition did.
LIVE_AFTER, CHANGED_AGO = 40, 9
#: Within how many days housing officers learn it again, and how many of a hundred have completed it.
WITHIN_DAYS, COMPLETED = 30, 75
#: How many days ago one of them became a licensing officer.
MOVED_AGO = 12

FIRST = (
    "Think of who may open the door, and of who may be listening. If you are worried about somebody, do not say so in"
    " front of the others in the home. Afterwards write down what you saw and heard, and speak with your safeguarding"
    " lead on the same day."
)
CHANGED = (
    f"{FIRST} New: agree before the visit whom you will speak with afterwards, so that nobody waits until Monday."
)
IN_HOMES = (
    "A repair or an inspection takes you through all rooms. Note a door that is locked from outside, more beds than"
    " the home has people, somebody who looks to another before every answer. One sign alone proves nothing; write it"
    " down as you saw it, not as you explain it."
)
AT_WORK = (
    "A licence visit lets you ask who works there. Ask everybody the same, so that nobody is singled out. What may"
    " have happened to somebody is no question for this visit: that talk needs a safe place and a trained person."
)


def write_module(world: World, trainer: User, reviewer: User) -> Edition:
    """The module with its two editions and what the council asks; gives the first edition."""
    went_live = world.start + timedelta(days=LIVE_AFTER)
    above = ModulePage.objects.get(slug=FOR_ALL).get_parent()
    both = [world.roles[slug] for slug in (HOUSING, LICENSING)]
    housing, licensing = both
    module = make_module(
        title="Home and licence visits (demo)",
        slug="home-and-licence-visits-demo",
        introduction_en="<p>What to look for on a visit, and what to leave unsaid.</p>",
        course=CoursePage.objects.get(pk=above.pk),
        is_matched_to_roles=True,
        minutes=6,
        owner=trainer,
        by=None,
        at=at_nine(went_live),
        lessons=[
            {"title": "Before you knock", "minutes": 2, "body_en": body(FIRST), "owner": trainer},
            {"title": "In homes", "minutes": 2, "body_en": body(IN_HOMES), "roles": [housing], "owner": trainer},
            {"title": "At work", "minutes": 2, "body_en": body(AT_WORK), "roles": [licensing], "owner": trainer},
        ],
    )
    RequirementVersionFactory(
        requirement=RequirementFactory(module=module, organisation=world.organisations[PLACE]),
        roles=both,
        due_days=60,
        effective_from=went_live + timedelta(days=7),
        created_at=at_nine(went_live),
    )
    first = Edition.objects.get(module=module)
    changed_at = at_nine(world.today - timedelta(days=CHANGED_AGO))
    write_draft(lesson_pages(module)[0], by=trainer, body_en=body(CHANGED))
    submission = submit_module(
        module=module,
        by=trainer,
        what_changed="Whom to speak with is agreed before a visit, not after it.",
        effect=Effect.STEPS_FORWARD,
        again=LearnAgain(WITHIN_DAYS, [housing]),
        at=changed_at - timedelta(days=2),
    )
    approve_submission(submission=submission, by=reviewer, at=changed_at)
    return first


def plan_visits(world: World, first: Edition) -> Iterator[Plan]:
    """Who of the council has completed its first edition."""
    # Dice of their own, so that nothing else of the demo falls otherwise.
    dice = random.Random(63)  # noqa: S311 - invented days
    earliest = world.start + timedelta(days=LIVE_AFTER + 7)
    last = world.today - timedelta(days=MOVED_AGO + 1)
    for membership in _visitors(world):
        first_day = max(earliest, membership.started_on)
        day = first_day + timedelta(days=dice.randint(3, 120))
        if membership.person.name == LEARNER:
            # Came a month ago, took it in the first week and sees that it is to be learned again.
            day = first_day + timedelta(days=6)
        elif dice.randrange(100) >= COMPLETED:
            continue
        if day <= last:
            yield Plan(membership.person, first, day, day)


def let_one_move(world: World, first: Edition) -> None:
    """A housing officer who has completed it is a licensing officer now, and takes the lesson of that role."""
    named = {membership.person.name for membership in _visitors(world)[:4]}
    done = first.completions.exclude(person__name__in=named)
    housing = Membership.objects.filter(role=world.roles[HOUSING], organisation=world.organisations[PLACE])
    mover = housing.active_on(world.today).filter(person__in=done.values("person")).order_by("pk").first()
    if mover is None:
        return
    on = world.today - timedelta(days=MOVED_AGO)
    moved = change_role(membership=mover, role=world.roles[LICENSING], on=on, by=None)
    Membership.objects.filter(pk=moved.pk).update(created_at=at_nine(on))


def _visitors(world: World) -> list[Membership]:
    """Those of the council who visit homes and licensed places, in the order in which they came."""
    place = world.organisations[PLACE]
    return [
        membership
        for membership in world.memberships
        if membership.organisation_id == place.pk
        and membership.role.slug in {HOUSING, LICENSING}
        and membership.ended_on is None
    ]
