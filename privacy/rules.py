"""How long records are kept: pure rules on months and days."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: Days between a person's own request and the day from which their details are removed.
COOLING_OFF = timedelta(days=14)
#: Sorts as longer than every number of months.
WITHOUT_END = 10_000


@dataclass(frozen=True)
class Setting:
    """A period that somebody has set; no months means without end."""

    months: int | None


def period(own: Setting | None, partnerships: Collection[Setting], default: int | None) -> int | None:
    """How many months hold in an organisation: its own period, else its partnerships' longest, else the default.

    None means without end.
    """
    if own is not None:
        return own.months
    if partnerships:
        return longest([each.months for each in partnerships])
    return default


def longest(months: Collection[int | None]) -> int | None:
    """The longest of several periods; without end is longer than any."""
    return None if not months or None in months else max(each for each in months if each is not None)


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def by_length(periods: Mapping[int, int | None]) -> list[tuple[int | None, list[int]]]:
    """The organisations of each period, the longest period first."""
    groups: dict[int | None, list[int]] = {}
    for place, months in sorted(periods.items()):
        groups.setdefault(months, []).append(place)
    return sorted(groups.items(), key=lambda group: -(WITHOUT_END if group[0] is None else group[0]))
