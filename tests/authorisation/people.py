"""One person for each column of the matrix, in two partnerships and three organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from organisations.actions import appoint
from organisations.models import Appointment, Membership, Organisation, Partnership, Unit, User
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)

Kind = Appointment.Kind
START = date(2026, 1, 5)

#: The columns of the matrix. "own" and "other" are seen from the organisation and the learner that rows are about:
#: the other unit lead leads a unit beside the learner's, in the same organisation.
COLUMNS = (
    "anonymous",
    "stranger",
    "learner",
    "other_learner",
    "own_lead",
    "other_lead",
    "own_unit_lead",
    "other_unit_lead",
    "own_partnership_lead",
    "other_partnership_lead",
    "trainer",
    "reviewer",
    "operator",
)


@dataclass
class Cast:
    """Who is who, and what the addresses of the matrix are about."""

    partnership: Partnership
    organisation: Organisation
    membership: Membership
    people: dict[str, User | None] = field(default_factory=dict)


def make_cast() -> Cast:
    """Everyone, each with a membership where their column needs one."""
    ours, theirs = PartnershipFactory(), PartnershipFactory()
    own = OrganisationFactory(name="Own", slug="own", partnership=ours)
    neighbour = OrganisationFactory(name="Neighbour", slug="neighbour", partnership=ours)
    foreign = OrganisationFactory(name="Foreign", slug="foreign", partnership=theirs)
    role = RoleFactory(slug="housing-officer", name="Housing officer")

    unit, beside = UnitFactory(organisation=own), UnitFactory(organisation=own)

    def member(name: str, organisation: Organisation, unit: Unit | None = None) -> User:
        person = UserFactory(name=name)
        return MembershipFactory(person=person, organisation=organisation, role=role, unit=unit).person

    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": UserFactory(name="stranger"),
        "learner": member("learner", own, unit),
        "other_learner": member("other learner", neighbour),
        "own_lead": member("own lead", own),
        "other_lead": member("other lead", neighbour),
        "own_unit_lead": member("own unit lead", own, unit),
        "other_unit_lead": member("other unit lead", own, beside),
        "own_partnership_lead": member("own partnership lead", neighbour),
        "other_partnership_lead": member("other partnership lead", foreign),
        "trainer": member("trainer", neighbour),
        "reviewer": member("reviewer", neighbour),
        "operator": UserFactory(name="operator"),
    }
    appointments = (
        ("own_lead", Kind.ORGANISATION_LEAD, {"organisation": own}),
        ("other_lead", Kind.ORGANISATION_LEAD, {"organisation": neighbour}),
        ("own_unit_lead", Kind.UNIT_LEAD, {"unit": unit}),
        ("other_unit_lead", Kind.UNIT_LEAD, {"unit": beside}),
        ("own_partnership_lead", Kind.PARTNERSHIP_LEAD, {"partnership": ours}),
        ("other_partnership_lead", Kind.PARTNERSHIP_LEAD, {"partnership": theirs}),
        ("trainer", Kind.TRAINER, {"partnership": ours}),
        ("reviewer", Kind.REVIEWER, {"partnership": ours}),
        ("operator", Kind.OPERATOR, {}),
    )
    for column, kind, scope in appointments:
        appoint(person=people[column], kind=kind, by=None, started_on=START, **scope)
    membership = Membership.objects.get(person=people["learner"])
    return Cast(ours, own, membership, people)
