"""Runs of days, both ends inclusive, and calendar months. An open end is FOREVER."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FOREVER = date.max
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """The days from the first through the last."""

    first: date
    last: date = FOREVER

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def days(first: date, last: date | None) -> Days:
    """A run of days as the database keeps it: no last day means still."""
    return Days(first, last or FOREVER)


def or_none(day: date) -> date | None:
    """The other way round: FOREVER is kept as no last day."""
    return None if day == FOREVER else day


def day_after(day: date) -> date:
    """The next day; nothing comes after FOREVER."""
    return day if day == FOREVER else day + ONE_DAY


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def merged(runs: Iterable[Days]) -> tuple[Days, ...]:
    """The same days in order, with runs that touch or overlap made one."""
    result: list[Days] = []
    for run in sorted(runs):
        if result and run.first <= day_after(result[-1].last):
            result[-1] = Days(result[-1].first, max(result[-1].last, run.last))
        else:
            result.append(run)
    return tuple(result)


def overlap(one: Days, other: Days) -> Days | None:
    """The days that both hold, if any."""
    first, last = max(one.first, other.first), min(one.last, other.last)
    return Days(first, last) if first <= last else None


def without(run: Days, holes: Sequence[Days]) -> list[Days]:
    """What is left of a run when the holes (merged, in order) are taken out."""
    left: list[Days] = []
    first = run.first
    for hole in holes:
        if hole.last < first:
            continue
        if hole.first > run.last:
            break
        if hole.first > first:
            left.append(Days(first, hole.first - ONE_DAY))
        if hole.last >= run.last:
            return left
        first = hole.last + ONE_DAY
    left.append(Days(first, run.last))
    return left
