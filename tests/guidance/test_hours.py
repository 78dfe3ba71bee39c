"""When a line is open, and on which days nobody can be sure."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.hours import WHOLE_WEEK, State, Stretch, hours_may_differ, state_at
from organisations.clock import LONDON

OFFICE = Stretch(frozenset(range(5)), time(9), time(17))
NIGHTS = Stretch(frozenset({4}), time(20), time(6))


def at(day, hour, minute):
    """A moment of November 2026 in London; the 21st is a Saturday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (at(20, 8, 59), State.CLOSED),
        (at(20, 9, 0), State.OPEN),
        (at(20, 16, 59), State.OPEN),
        (at(20, 17, 0), State.CLOSED),
        (at(21, 12, 0), State.CLOSED),
    ],
)
def test_office_hours(moment, state):
    assert state_at([OFFICE], moment) == state


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (at(20, 19, 59), State.CLOSED),
        (at(20, 23, 0), State.OPEN),
        (at(21, 5, 59), State.OPEN),
        (at(21, 6, 0), State.CLOSED),
        (at(20, 3, 0), State.CLOSED),
    ],
)
def test_a_night_goes_on_after_midnight(moment, state):
    assert state_at([NIGHTS], moment) == state


@given(st.datetimes())
def test_what_is_always_open_is_never_closed_and_what_nobody_knows_stays_unknown(moment):
    assert state_at([Stretch(WHOLE_WEEK, time(0), time(0))], moment) == State.OPEN
    assert state_at([], moment) == State.UNKNOWN


@given(st.datetimes(), st.times(), st.times())
def test_two_halves_of_the_day_leave_no_gap(moment, one, other):
    if one != other:
        halves = [Stretch(WHOLE_WEEK, one, other), Stretch(WHOLE_WEEK, other, one)]
        assert sum(half.holds(moment) for half in halves) == 1


@pytest.mark.parametrize(
    "day",
    [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28),
     date(2022, 12, 26), date(2022, 12, 27), date(2027, 12, 27), date(2027, 12, 28), date(2022, 1, 4),
     date(2026, 8, 3), date(2027, 3, 17)],
)  # fmt: skip
def test_bank_holidays_of_any_nation(day):
    assert hours_may_differ(day)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 12, 24), date(2026, 4, 7), date(2026, 7, 14)])
def test_working_days(day):
    assert not hours_may_differ(day)
