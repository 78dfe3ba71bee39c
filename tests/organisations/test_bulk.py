"""Numbers that are nearly all there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.bulk import AmongMany, Slot, Span
from organisations.models import Role
from organisations.prepared import composed
from tests.factories.organisations import RoleFactory

NUMBERS = st.lists(st.integers(1, 60) | st.integers(1, 10**9), max_size=40)


@given(NUMBERS)
def test_a_span_holds_what_was_given(numbers):
    span = Span.of(numbers)
    if span.each is None:
        assert {*range(span.least, span.greatest + 1)}.difference(span.gaps or ()) == {*numbers}
    else:
        assert {*span.each} == {*numbers}
        assert span.gaps is None
        assert all(span.least <= number <= span.greatest for number in numbers)


@given(NUMBERS)
def test_gaps_are_never_more_than_twice_what_was_given(numbers):
    assert len(Span.of(numbers).gaps or ()) <= 2 * len({*numbers})


@pytest.mark.django_db
def test_the_database_finds_the_same():
    pks = sorted(role.pk for role in RoleFactory.create_batch(12))
    prepared = composed(
        "{roles}", roles=Role.objects.filter(AmongMany("pk", Slot(0))).order_by("pk").values_list("pk")
    )
    wanted = (
        [],
        pks,
        pks[3:4],
        [*pks[:4], *pks[6:], pks[0]],
        [pks[0], pks[-1]],
        [pks[2], pks[9], pks[9] + 10**9],
    )
    for numbers in wanted:
        expected = [pk for pk in pks if pk in numbers]
        found = Role.objects.filter(AmongMany("pk", numbers)).order_by("pk")
        assert [role.pk for role in found] == expected
        assert [pk for (pk,) in prepared.rows(None, numbers)] == expected
