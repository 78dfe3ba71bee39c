"""One person for each column of the matrix, in two partnerships and three organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from organisations.actions import appoint
from organisations.models import Appointment, Membership, Organisation, Partnership, User
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)

Kind = Appointment.Kind
START = date(2026, 1, 5)

#: The columns of the matrix. "own" and "other" are seen from the organisation and the learner that rows are about.
COLUMNS = (
    "anonymous",
    "stranger",
    "learner",
    "other_learner",
    "own_lead",
    "other_lead",
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

    def member(name: str, organisation: Organisation) -> User:
        return MembershipFactory(person=UserFactory(name=name), organisation=organisation, role=role).person

    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": UserFactory(name="stranger"),
        "learner": member("learner", own),
        "other_learner": member("other learner", neighbour),
        "own_lead": member("own lead", own),
        "other_lead": member("other lead", neighbour),
        "own_partnership_lead": member("own partnership lead", neighbour),
        "other_partnership_lead": member("other partnership lead", foreign),
        "trainer": member("trainer", neighbour),
        "reviewer": member("reviewer", neighbour),
        "operator": UserFactory(name="operator"),
    }
    appointments = (
        ("own_lead", Kind.ORGANISATION_LEAD, {"organisation": own}),
        ("other_lead", Kind.ORGANISATION_LEAD, {"organisation": neighbour}),
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
