"""How long records are kept: months and days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.rules import Setting, by_length, longest, months_before, period

MONTHS = st.none() | st.integers(1, 240)


@pytest.mark.parametrize(
    ("own", "partnerships", "expected"),
    [
        (None, [], 12),
        (None, [Setting(6)], 6),
        (None, [Setting(6), Setting(24)], 24),
        (None, [Setting(6), Setting(None)], None),
        (Setting(3), [Setting(24)], 3),
        (Setting(None), [Setting(24)], None),
    ],
)
def test_the_own_period_comes_first(own, partnerships, expected):
    assert period(own, partnerships, 12) == expected


@given(st.lists(MONTHS, min_size=1))
def test_the_longest_is_one_of_them_and_nothing_is_longer(months):
    found = longest(months)
    assert found in months
    assert found is None or all(each is not None and each <= found for each in months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 21), 12, date(2025, 11, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 240))
def test_a_longer_period_ends_earlier(day, months):
    assert months_before(day, months + 1) < months_before(day, months) < day


@given(st.dictionaries(st.integers(1, 50), MONTHS))
def test_every_place_is_in_one_group_and_the_longest_comes_first(periods):
    groups = by_length(periods)
    assert sorted(place for _months, places in groups for place in places) == sorted(periods)
    lengths = [10_000 if months is None else months for months, _places in groups]
    assert lengths == sorted(lengths, reverse=True)
