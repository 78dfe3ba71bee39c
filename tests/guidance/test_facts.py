"""Facts: what stood on a day is read from the versions."""

from __future__ import annotations

from datetime import date

import pytest

from guidance.models import Confidence, Fact
from guidance.selectors import current_version, facts_with_current, with_versions
from tests.factories.guidance import FactFactory, FactVersionFactory

pytestmark = pytest.mark.django_db


def test_the_version_in_force_on_a_day():
    fact = FactFactory()
    FactVersionFactory(fact=fact, value_en="old", starts_on=date(2025, 1, 1))
    FactVersionFactory(fact=fact, value_en="new", starts_on=date(2026, 4, 1))

    def said(day):
        version = current_version(fact, day)
        return version and version.value

    assert said(date(2024, 12, 31)) is None
    assert said(date(2025, 1, 1)) == "old"
    assert said(date(2026, 3, 31)) == "old"
    assert said(date(2026, 4, 1)) == "new"


def test_the_list_shows_what_is_said_today():
    fact = FactFactory()
    FactVersionFactory(fact=fact, value_en="old", starts_on=date(2025, 1, 1), review_by=date(2026, 1, 1))
    FactVersionFactory(fact=fact, value_en="new", starts_on=date(2026, 4, 1), review_by=date(2027, 1, 1))
    [row] = facts_with_current(date(2026, 11, 21))
    assert (row.current_value, row.review_by, row.confidence) == ("new", date(2027, 1, 1), Confidence.HIGH)
    [row] = facts_with_current(date(2025, 11, 21))
    assert row.current_value == "old"
    [row] = facts_with_current(date(2024, 11, 21))
    assert row.current_value is None


@pytest.mark.parametrize("number", [1, 5])
def test_facts_with_their_versions_cost_two_queries(number, django_assert_num_queries):
    for _ in range(number):
        FactFactory(value="23")
    with django_assert_num_queries(2):
        for fact in with_versions(Fact.objects.all()):
            assert current_version(fact, date(2026, 11, 21)).source.title
