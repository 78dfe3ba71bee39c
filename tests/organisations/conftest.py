"""What the tests of organisations share."""

from __future__ import annotations

import pytest

from tests.organisations.lead_world import World, make_world


@pytest.fixture
def world(db, today) -> World:
    """Two partnerships, three organisations, their leads."""
    return make_world()
