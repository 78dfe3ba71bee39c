"""What the tests of organisations share."""

from __future__ import annotations

import pytest

from tests.organisations.lead_world import World, make_world
from tests.organisations.unit_world import Station, make_station


@pytest.fixture
def world(db, today) -> World:
    """Two partnerships, three organisations, their leads."""
    return make_world()


@pytest.fixture
def station(world) -> Station:
    """Units of one of these organisations, and the lead of one of them."""
    return make_station(world)
