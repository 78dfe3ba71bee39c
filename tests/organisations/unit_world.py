"""An organisation with units below and beside each other, and the lead of one of them."""

from __future__ import annotations

from dataclasses import dataclass

from organisations.models import Membership, Unit, User
from tests.factories.organisations import AppointmentFactory, RoleFactory, UnitFactory
from tests.organisations.lead_world import Kind, World, member_of


@dataclass
class Station:
    """In `ours` a station with a team below it and a depot beside it; in `theirs` a unit too."""

    world: World
    unit: Unit
    team: Unit
    depot: Unit
    far: Unit
    lead: User
    stan: Membership
    tess: Membership
    dee: Membership
    hal: Membership


def make_station(world: World) -> Station:
    """Somebody in each unit, and who leads the station."""
    unit = UnitFactory(organisation=world.ours, name="Station")
    team = UnitFactory(organisation=world.ours, name="Team", parent=unit)
    depot = UnitFactory(organisation=world.ours, name="Depot")
    far = UnitFactory(organisation=world.theirs, name="Harbour Station")
    lead = member_of(world.ours, world.role, name="Una Unit", unit=unit).person
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=unit, person=lead)
    return Station(
        world=world,
        unit=unit,
        team=team,
        depot=depot,
        far=far,
        lead=lead,
        stan=member_of(world.ours, world.role, name="Stan Station", unit=unit),
        tess=member_of(world.ours, world.role, name="Tess Team", unit=team, is_confirmed=False),
        dee=member_of(world.ours, RoleFactory(name="Driver"), name="Dee Depot", unit=depot, is_confirmed=False),
        hal=member_of(world.theirs, world.role, name="Hal Harbour", unit=far),
    )
