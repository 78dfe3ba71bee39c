"""When a line is open: opening hours in London time. No Django in here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

WHOLE_WEEK = frozenset(range(7))


class State(StrEnum):
    """Whether a line is open at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Stretch:
    """From when to when on some days of the week, Monday being 0.

    A stretch that ends before it begins goes on after midnight; one that ends when it begins lasts a whole day.
    """

    weekdays: frozenset[int]
    opens: time
    closes: time

    def holds(self, moment: datetime) -> bool:
        """Whether the moment, in London time, lies in it; the end itself does not."""
        now, today, yesterday = moment.time(), moment.weekday(), (moment.weekday() - 1) % 7
        if self.opens < self.closes:
            return today in self.weekdays and self.opens <= now < self.closes
        return (today in self.weekdays and now >= self.opens) or (yesterday in self.weekdays and now < self.closes)


def state_at(stretches: Iterable[Stretch], moment: datetime) -> State:
    """Whether a line with these hours is open; without any hours nobody knows."""
    rows = list(stretches)
    if not rows:
        return State.UNKNOWN
    return State.OPEN if any(row.holds(moment) for row in rows) else State.CLOSED


def hours_may_differ(day: date) -> bool:
    """Whether the day is a bank holiday anywhere in the United Kingdom, so that usual hours may not hold."""
    return day in _bank_holidays(day.year)


def _bank_holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    fixed = [(1, 1), (1, 2), (3, 17), (7, 12), (11, 30), (12, 25), (12, 26)]
    mondays = [_first_monday(year, 5), _last_monday(year, 5), _first_monday(year, 8), _last_monday(year, 8)]
    around_easter = [easter - timedelta(days=2), easter + timedelta(days=1)]
    found = {*mondays, *around_easter, *(date(year, month, day) for month, day in fixed)}
    # One that falls on a weekend is kept on the next free weekday as well.
    for day in sorted(day for day in found if day.weekday() > 4):
        while day.weekday() > 4 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus."""
    golden, century = year % 19, year // 100
    corrected = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    corrected -= (corrected // 28) * (1 - (29 // (corrected + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + corrected + 2 - century + century // 4) % 7
    offset = corrected - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
