"""A partnership whose people stand in every way there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from organisations.models import Organisation, Partnership, Role, User
from records.actions.standing import rebuild_standing
from records.models import Requirement
from tests.factories.organisations import AppointmentFactory, HeadcountFactory, MembershipFactory
from tests.factories.records import CompletionFactory, RequirementVersionFactory
from tests.organisations.lead_world import World, make_world


@dataclass
class Scene:
    """One module required of housing officers; in `ours` one person in each state."""

    world: World
    requirement: Requirement
    current: User
    expiring: User
    due: User
    overdue: User

    @property
    def ours(self) -> Organisation:
        return self.world.ours

    @property
    def partnership(self) -> Partnership:
        return self.world.partnership

    @property
    def role(self) -> Role:
        return self.world.role

    def add(self, name: str, *, place: Organisation | None = None, started_on=date(2026, 1, 5), **fields) -> User:
        """A housing officer, unless another role is given."""
        place, fields = place or self.ours, {"role": self.role, **fields}
        membership = MembershipFactory(person__name=name, organisation=place, started_on=started_on, **fields)
        rebuild_standing([membership.pk])
        return membership.person

    def complete(self, person: User, day: date) -> None:
        """A completion of the module, recorded as the action does it."""
        CompletionFactory(person=person, module_key=self.requirement.module_key, completed_on=day)
        rebuild_standing(person.memberships.values_list("pk", flat=True))


@pytest.fixture
def scene(db, today):
    """On 21 November 2026: of five required people two are current, one of them expiring; nine people were counted."""
    world = make_world()
    version = RequirementVersionFactory(
        requirement__partnership=world.partnership,
        requirement__module_title="Seeing it",
        roles=[world.role],
        valid_for_months=12,
    )
    made = Scene(world, version.requirement, *[world.member.person] * 4)
    rebuild_standing()
    made.current = made.add("Cora Current")
    made.complete(made.current, date(2026, 10, 1))
    made.expiring = made.add("Eli Expiring")
    made.complete(made.expiring, date(2025, 12, 1))
    made.due = made.add("Dina Due", started_on=date(2026, 11, 10))
    made.overdue = world.member.person
    for person in (world.lead, world.their_lead):
        membership = person.memberships.get()
        membership.ended_on = date(2026, 5, 1)
        membership.save()
        rebuild_standing([membership.pk])
    made.add("Otto Overdue", started_on=date(2026, 2, 1))
    HeadcountFactory(organisation=world.ours, role=world.role, people=9, counted_on=date(2026, 9, 1))
    AppointmentFactory(person=world.partnership_lead, kind="reviewer", partnership=world.partnership)
    return made
