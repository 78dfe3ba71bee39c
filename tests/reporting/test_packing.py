"""Where each requirement stands in the numbers that members are counted by."""

from __future__ import annotations

import uuid

import pytest

from organisations.models import Organisation
from records.actions.standing import rebuild_standing
from reporting.rules import Counts
from reporting.selectors.coverage import coverage_on
from reporting.selectors.packing import PLACES, Packing, Version
from tests.conftest import TODAY
from tests.factories.organisations import RoleFactory
from tests.factories.records import RequirementVersionFactory

OURS, THEIRS = 7, 8


def version(pk, organisation=None):
    return Version(pk, organisation, uuid.UUID(int=pk))


def test_versions_that_one_member_may_stand_under_have_places_of_their_own():
    packing = Packing.of([version(4, THEIRS), version(9), version(2, OURS), version(5, OURS), version(3)])
    assert packing.place_of == {3: 0, 9: 1, 2: 2, 5: 3, 4: 2}
    assert [packing.module_at(OURS, place).int for place in range(4)] == [3, 9, 2, 5]
    assert packing.module_at(THEIRS, 2).int == 4


def test_units_are_found_by_the_number_of_a_version():
    packing = Packing.of(version(pk) for pk in range(11, 11 + PLACES + 2))
    (first,), *units = packing.lists
    assert packing.numbers == len(units) == 2
    assert units[0][11 - first] == 1
    assert units[0][12 - first] == 8
    assert units[0][11 + PLACES - first] == 0
    assert units[1][11 + PLACES - first] == 1
    # The largest that stands in a place still fits beside a sign.
    assert 4 * max(units[0]) < 2**63
    assert units[0][0] == units[1][0] == 0


def test_nothing_required_is_one_number_of_nothing():
    assert Packing.of([]).numbers == 1
    assert Packing.of([]).lists == [[0], [0]]


@pytest.mark.django_db
def test_more_modules_than_one_number_holds_are_counted(scene):
    versions = [
        RequirementVersionFactory(requirement__partnership=scene.partnership, roles=[scene.role])
        for _number in range(PLACES)
    ]
    # What only others are asked stands between them.
    RequirementVersionFactory(requirement__organisation=scene.world.theirs, roles=[RoleFactory()])
    last = RequirementVersionFactory(requirement__organisation=scene.ours, roles=[scene.role])
    rebuild_standing()
    found = coverage_on(Organisation.objects.in_partnership(scene.partnership, TODAY), TODAY)
    for each in (*versions, last):
        counts = found.cell(scene.ours.pk, each.requirement.module_key).counts
        assert (counts.required, counts.current) == (5, 0)
    cell = found.cell(scene.ours.pk, scene.requirement.module_key)
    assert cell.counts == Counts(required=5, current=2, expiring=1, due=1, overdue=2)
    assert found.people.required == 5
