"""Loads the demo: starter content where it is missing, then the invented partnership, in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from django.core.management import call_command
from django.db import transaction

from config.demo import PARTNERSHIP, sign_ins
from config.demo.bank import load_bank
from config.demo.content import say_what_completes
from config.demo.desk import load_areas, load_desks
from config.demo.meetings import load_briefings, load_briefings_to_come, load_reports
from config.demo.news import load_news
from config.demo.people import World, at_nine, load_headcounts, load_people, load_places
from config.demo.places import SIGN_INS, UNIT_LEADS
from config.demo.rows import write_rows
from config.demo.visits import let_one_move, plan_visits, write_module
from config.demo.year import FOR_ALL, VALID_FOR_MONTHS, plan_year
from courses.actions.starter import load_starter_content
from courses.models import Edition, ModulePage, StarterItem
from courses.starter_content import read_starter_content
from home.actions import prepare_site
from organisations import clock
from organisations.actions import appoint
from organisations.models import Appointment, Organisation, Partnership, Role, User
from records.actions.standing import rebuild_standing
from records.models import Requirement
from tests.factories.organisations import PartnershipFactory
from tests.factories.records import RequirementFactory, RequirementVersionFactory

SEED = 2026
#: The partnership is a little older than the year that it looks back on.
DAYS = 400
#: On a new database the starter content is as old as the oldest completion of the demo.
CONTENT_DAYS = 1100


def load(say: Callable[[str], None]) -> None:
    """Loads what is missing; a second call changes nothing, except new passwords where their file is gone."""
    partnership = Partnership.objects.filter(name=PARTNERSHIP, is_demo=True).first()
    if partnership is None:
        say("Loading the starter content…")
        load_content()
        say("Inventing a partnership…")
        load_partnership()
    elif not sign_ins.file().exists():
        sign_ins.give_passwords(_people_of_sign_ins())


def load_content() -> None:
    """The front page, the groups of the CMS and the starter content, as any new installation has them."""
    prepare_site()
    if StarterItem.objects.exists():
        call_command("load_starter_content", verbosity=0)
    else:
        load_starter_content(content=read_starter_content(), by=None, at=at_nine(content_day()))


def content_day() -> date:
    """When the starter content of a new database went live."""
    return clock.today() - timedelta(days=CONTENT_DAYS)


@transaction.atomic
def load_partnership() -> None:
    """The partnership, its people, what is required of them and what they have done."""
    say_what_completes("enough")
    world = World(
        today=clock.today(),
        start=clock.today() - timedelta(days=DAYS),
        partnership=PartnershipFactory(name=PARTNERSHIP, slug="riverside-anti-slavery-partnership", is_demo=True),
        roles={role.slug: role for role in Role.objects.all()},
        dice=random.Random(SEED),  # noqa: S311
    )
    load_places(world)
    load_areas(world)
    load_people(world)
    load_headcounts(world)
    _load_requirements(world)
    people = {who.name: world.person(who.name) for who in SIGN_INS}
    _appoint(world, people)
    live = Edition.objects.filter(is_live=True, module__isnull=False)
    editions = list(live.select_related("module", "check_version").order_by("title"))
    trainer, partnership_lead, lead = (people[name] for name in ("Luca Ferrante", "Morwenna Tate", "Iman Okafor"))
    visits = write_module(world, trainer, reviewer=people["Shirin Daneshvar"])
    plans = [*plan_year(world, editions), *plan_visits(world, visits)]
    write_rows(world, plans, struck=partnership_lead)
    let_one_move(world, visits)
    rebuild_standing()
    edition = next(each for each in editions if each.module and each.module.slug == FOR_ALL)
    load_bank(trainer, at_nine(world.start))
    load_briefings(world, edition, trainer)
    load_briefings_to_come(world, edition, trainer, lead)
    load_desks(world, edition, lead, partnership_lead)
    load_news(world, edition, trainer, lead)
    load_reports(world, partnership_lead, lead)
    sign_ins.give_passwords(people)


def _people_of_sign_ins() -> dict[str, User]:
    people = User.objects.filter(
        name__in=[who.name for who in SIGN_INS], memberships__organisation__is_demo=True
    ).distinct()
    return {person.name: person for person in people}


def _appoint(world: World, people: dict[str, User]) -> None:
    for who in SIGN_INS:
        if who.kind == Appointment.Kind.ORGANISATION_LEAD:
            place = world.organisations[who.place]
            appoint(person=people[who.name], kind=who.kind, by=None, started_on=world.start, organisation=place)
        elif who.kind and who.name not in UNIT_LEADS:
            appoint(
                person=people[who.name],
                kind=who.kind,
                by=None,
                started_on=world.start,
                partnership=world.partnership,
            )


def _load_requirements(world: World) -> None:
    """Everyone takes the first module; those who write or speak with people also the others; two organisations
    ask for more, and one has changed what it asks."""
    wants: list[Requirement] = []
    asked_from = world.start + timedelta(days=10)
    speaking = [role for slug, role in world.roles.items() if slug not in {"business-manager", "procurement-officer"}]

    def ask(module: ModulePage, *versions: dict, organisation: Organisation | None = None) -> None:
        owner = {"organisation": organisation} if organisation else {"partnership": world.partnership}
        wants.append(RequirementFactory(module=module, **owner))
        for number, version in enumerate(versions, start=1):
            made_at = at_nine(version["effective_from"])
            RequirementVersionFactory(requirement=wants[-1], number=number, created_at=made_at, **version)

    for module in ModulePage.objects.filter(editions__is_live=True):
        roles = {} if module.slug == FOR_ALL else {"roles": speaking}
        ask(module, {"due_days": 60, "valid_for_months": VALID_FOR_MONTHS, "effective_from": asked_from, **roles})
        if module.slug != FOR_ALL:
            later = world.start + timedelta(days=200)
            detectives = {"roles": [world.roles["detective"]], "due_days": 30}
            ask(
                module,
                {
                    **detectives,
                    "valid_for_months": VALID_FOR_MONTHS,
                    "effective_from": asked_from,
                    "effective_to": later - timedelta(days=1),
                },
                {**detectives, "valid_for_months": 12, "effective_from": later},
                organisation=world.organisations["Riverside Police"],
            )
        else:
            ask(
                module,
                {
                    "roles": [world.roles["emergency-department-staff"]],
                    "due_days": 14,
                    "valid_for_months": 12,
                    "effective_from": world.start + timedelta(days=90),
                },
                organisation=world.organisations["St Brannoc Hospital Trust"],
            )
