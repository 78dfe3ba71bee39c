"""The people of the demo: about four hundred, with their places, their time away and their leads."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle

from allauth.account.models import EmailAddress

from config.demo.names import Name, invented_names
from config.demo.places import (
    LEAD_ROLE,
    LEARNER,
    PLACES,
    SECOND_EMPLOYERS,
    SIGN_INS,
    UNCONFIRMED,
    UNIT_LEADS,
    Job,
    Place,
)
from organisations.actions import mark_appointed
from organisations.bounces import Why
from organisations.clock import LONDON
from organisations.models import (
    Appointment,
    Away,
    Headcount,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    Role,
    Unit,
    User,
)
from tests.factories.organisations import (
    AppointmentFactory,
    AwayFactory,
    EmailAddressFactory,
    FormerNameFactory,
    HeadcountFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    PartnershipMembershipFactory,
    UnitFactory,
    UserFactory,
)

#: How many of a hundred people joined within the year, and how many have left again.
JOINERS, LEAVERS = 30, 6
#: The days, counted from the first, on which organisations said how many people they have.
COUNTED_AFTER = (30, 160, 290)
#: How many days ago somebody was invited at an address that does not exist.
CAME_BACK = 5
#: They proved an address of a domain that several share, and wait for the lead of the council.
ASKING, SHARED_DOMAIN = ("Hector Vane", "Amara Quill"), "riverside-partners.example"


def at_nine(day: date) -> datetime:
    """Nine in the morning in London."""
    return datetime.combine(day, time(9), LONDON)


@dataclass
class World:
    """What has been invented so far, and the dice that it is invented with."""

    today: date
    #: The first day of the partnership.
    start: date
    partnership: Partnership
    roles: dict[str, Role]
    dice: random.Random
    organisations: dict[str, Organisation] = field(default_factory=dict)
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)
    people: list[User] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    _places: dict[int, list[Membership]] = field(default_factory=dict)

    def person(self, name: str) -> User:
        """The person of this name."""
        return next(person for person in self.people if person.name == name)

    def memberships_of(self, person: User) -> list[Membership]:
        """Everywhere the person works or has worked."""
        if not self._places:
            for membership in self.memberships:
                self._places.setdefault(membership.person_id, []).append(membership)
        return self._places.get(person.pk, [])


def load_places(world: World) -> None:
    """The organisations with their units, domains and headcounts."""
    for place in PLACES:
        slug = place.name.lower().replace(".", "").replace(" ", "-")
        status = Organisation.FirstResponderStatus
        world.organisations[place.name] = OrganisationFactory.build(
            name=place.name,
            slug=slug,
            kind=place.kind,
            first_responder=status.YES if place.is_first_responder else status.NO,
            first_responder_basis="In the list of First Responder organisations" if place.is_first_responder else "",
            first_responder_source="Home Office First Responder Toolkit (April 2026)",
            first_responder_checked_on=world.today - timedelta(days=20),
            is_demo=True,
        )
    Organisation.objects.bulk_create(world.organisations.values())
    FormerNameFactory(
        organisation=world.organisations["Riverside Council"],
        name="Riverside District Council",
        last_day=world.today - timedelta(days=150),
    )
    places = world.organisations.values()
    PartnershipMembership.objects.bulk_create(
        PartnershipMembershipFactory.build(
            partnership=world.partnership, organisation=organisation, started_on=world.start
        )
        for organisation in places
    )
    OrganisationDomain.objects.bulk_create(
        [
            *(OrganisationDomainFactory.build(organisation=each, domain=f"{each.slug}.example") for each in places),
            OrganisationDomainFactory.build(
                organisation=world.organisations["Riverside Council"], domain=SHARED_DOMAIN, needs_approval=True
            ),
        ]
    )
    _load_units(world)


def _load_units(world: World) -> None:
    above = {
        (place.name, name): UnitFactory.build(organisation=world.organisations[place.name], name=name)
        for place in PLACES
        for name in place.units
    }
    Unit.objects.bulk_create(above.values())
    below = {
        (place.name, name): UnitFactory.build(
            organisation=world.organisations[place.name], parent=above[place.name, parent], name=name
        )
        for place in PLACES
        for parent, names in place.units.items()
        for name in names
    }
    Unit.objects.bulk_create(below.values())
    world.units = {**above, **below}


def load_people(world: World) -> None:
    """Everybody, each with a place from some day on, and some until some day."""
    names = invented_names(world.dice)
    for place in PLACES:
        numbers = iter(range(1001, 2000))
        for job in place.jobs:
            units = cycle(job.units or ("",))
            named = [Name(text, "en") for text in job.named]
            for name in [*named, *(next(names) for _ in range(job.others))]:
                _invent(world, place, job, name, next(units), next(numbers))
        at_work = {name for job in place.jobs for name in job.named}
        for lead in (place.lead, *(who.name for who in SIGN_INS if who.place == place.name)):
            if lead and lead not in at_work:
                _invent(world, place, Job(LEAD_ROLE), Name(lead, "en"), "", next(numbers))
    User.objects.bulk_create(world.people)
    for person, (place_name, role, kind) in SECOND_EMPLOYERS.items():
        _second_job(world, person, world.organisations[place_name], world.roles[role], kind)
    Membership.objects.bulk_create(world.memberships)
    EmailAddress.objects.bulk_create(EmailAddressFactory.build(user=each) for each in world.people if each.email)
    _load_away(world)
    _load_appointments(world)
    _load_doors(world)


def _invent(world: World, place: Place, job: Job, name: Name, unit: str, number: int) -> None:
    dice, organisation = world.dice, world.organisations[place.name]
    is_named = name.text in job.named or job.role == LEAD_ROLE
    email = "" if not is_named and dice.random() < place.without_email else _address(name.text, organisation, number)
    person = UserFactory.build(name=name.text, email=email, language=name.language)
    person.set_unusable_password()
    started_on = _first_day(world, is_named)
    if name.text == LEARNER:
        started_on = world.today - timedelta(days=32)
    ended_on = None
    if not is_named and dice.randrange(100) < LEAVERS:
        stayed = (world.today - started_on).days
        ended_on = max(started_on, world.start) + timedelta(days=dice.randint(30, 200))
        ended_on = min(ended_on, world.today - timedelta(days=3)) if stayed > 3 else None
    is_waiting = name.text in UNCONFIRMED or (not is_named and dice.random() < 0.015)
    world.people.append(person)
    world.memberships.append(
        MembershipFactory.build(
            person=person,
            organisation=organisation,
            unit=world.units.get((place.name, unit)),
            role=world.roles[job.role],
            kind=job.kind,
            staff_number=f"{organisation.slug[:2].upper()}{number}",
            work_email=email,
            started_on=started_on,
            ended_on=ended_on,
            role_confirmed_at=None if is_waiting else at_nine(started_on),
            created_at=at_nine(started_on),
        )
    )


def _first_day(world: World, is_named: bool) -> date:
    if not is_named and world.dice.randrange(100) < JOINERS:
        return world.start + timedelta(days=world.dice.randint(5, (world.today - world.start).days - 2))
    return world.start - timedelta(days=world.dice.randint(0, 1500))


def _address(name: str, organisation: Organisation, number: int) -> str:
    local = "".join(letter for letter in name.lower().replace(" ", ".") if letter.isascii()).strip(".")
    # A name in another script, or one that lost letters, is known by its number.
    return f"{local if local.replace('.', '') else f'staff{number}'}@{organisation.slug}.example"


def _second_job(world: World, name: str, organisation: Organisation, role: Role, kind: str) -> None:
    world.memberships.append(
        MembershipFactory.build(
            person=world.person(name),
            organisation=organisation,
            role=role,
            kind=kind,
            work_email="",
            started_on=world.start + timedelta(days=60),
            role_confirmed_at=at_nine(world.start + timedelta(days=60)),
            created_at=at_nine(world.start + timedelta(days=60)),
        )
    )


def _load_away(world: World) -> None:
    """Some are away now, some were, for weeks or months; no reason is kept."""
    rows = []
    staying = [each for each in world.memberships if each.ended_on is None and each.person.name != LEARNER]
    for number, membership in enumerate(world.dice.sample(staying, 26)):
        if number % 2:
            began = max(membership.started_on, world.today - timedelta(days=world.dice.randint(15, 120)))
            ended = None if number % 4 == 1 else world.today + timedelta(days=world.dice.randint(10, 150))
        else:
            began = max(membership.started_on, world.start + timedelta(days=world.dice.randint(0, 150)))
            ended = min(began + timedelta(days=world.dice.randint(20, 180)), world.today)
        rows.append(AwayFactory.build(membership=membership, started_on=began, ended_on=ended))
    Away.objects.bulk_create(rows)


def _load_appointments(world: World) -> None:
    """A lead for each organisation that has one, and leads of some units; the sign-ins are appointed by action."""
    rows = [
        AppointmentFactory.build(
            person=world.person(place.lead),
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=world.organisations[place.name],
            started_on=world.start,
        )
        for place in PLACES
        if place.lead
    ]
    units = {unit.name: unit for unit in world.units.values()}
    rows += [
        AppointmentFactory.build(
            person=world.person(name), kind=Appointment.Kind.UNIT_LEAD, unit=units[unit], started_on=world.start
        )
        for name, unit in UNIT_LEADS.items()
    ]
    Appointment.objects.bulk_create(rows)
    mark_appointed([row.person for row in rows])


def _load_doors(world: World) -> None:
    """People on their way in: invited, invited too long ago or with a letter that came back, and asking."""
    council = world.organisations["Riverside Council"]
    role = world.roles["housing-officer"]
    Invitation.objects.bulk_create(
        InvitationFactory.build(
            organisation=council,
            role=role,
            email=f"new.starter{number}@{council.slug}.example",
            token=secrets.token_urlsafe(32),
            created_at=at_nine(world.today - timedelta(days=days_ago)),
            expires_at=at_nine(world.today + timedelta(days=14 - days_ago)),
            unsent_at=at_nine(world.today - timedelta(days=days_ago)) if days_ago == CAME_BACK else None,
            unsent_why=Why.NO_ADDRESS if days_ago == CAME_BACK else "",
        )
        for number, days_ago in enumerate((2, CAME_BACK, 40), start=1)
    )
    asking = [UserFactory.build(name=name, email=f"{name.split()[0].lower()}@{SHARED_DOMAIN}") for name in ASKING]
    for person in asking:
        person.set_unusable_password()
    User.objects.bulk_create(asking)
    EmailAddress.objects.bulk_create(EmailAddressFactory.build(user=person) for person in asking)
    JoinRequest.objects.bulk_create(
        JoinRequestFactory.build(
            person=person, organisation=council, role=role, requested_at=at_nine(world.today - timedelta(days=number))
        )
        for number, person in enumerate(asking, start=1)
    )


def load_headcounts(world: World) -> None:
    """What organisations say about themselves, three times in the year; some say nothing."""
    Headcount.objects.bulk_create(_headcounts(world))


def _headcounts(world: World) -> Iterator[Headcount]:
    for place in PLACES:
        if place.counted is None:
            continue
        organisation = world.organisations[place.name]
        for slug in dict.fromkeys([*(job.role for job in place.jobs), LEAD_ROLE]):
            role = world.roles[slug]
            for number, days in enumerate(COUNTED_AFTER):
                day = world.start + timedelta(days=days)
                there = sum(
                    each.organisation is organisation
                    and each.role is role
                    and each.started_on <= day
                    and (each.ended_on is None or each.ended_on >= day)
                    for each in world.memberships
                )
                yield HeadcountFactory.build(
                    organisation=organisation,
                    role=role,
                    people=round(there * (place.counted + 0.05 * (number - 1))),
                    counted_on=day,
                    source="Staff list (invented)",
                    recorded_at=at_nine(day),
                )
