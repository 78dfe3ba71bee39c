"""Working days in England and Wales. Pure.

Bank holidays follow from the Banking and Financial Dealings Act 1971 and the common law, so they are worked out and
never run out; those that were proclaimed or moved for one year only stand in a table. The tests compare them with the
list at https://www.gov.uk/bank-holidays.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SATURDAY = 5
#: Proclaimed for one year only, newest last; a new one is added when it is announced.
PROCLAIMED = frozenset({date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)})
#: Moved from its usual day in that year.
MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}


def is_working_day(day: date) -> bool:
    """Whether offices in England and Wales are open."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def working_day_after(day: date, days: int) -> date:
    """The day that comes so many working days after this one."""
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of a year in England and Wales."""
    easter = easter_sunday(year)
    fixed = [
        _monday_on_or_after(date(year, 5, 1)),
        _monday_on_or_after(date(year, 5, 25)),
        _monday_on_or_after(date(year, 8, 25)),
    ]
    days = {easter - timedelta(days=2), easter + timedelta(days=1), *(MOVED.get(day, day) for day in fixed)}
    # A holiday on a weekend is made up for on the next weekday that is none already.
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= SATURDAY or day in days:
            day += timedelta(days=1)
        days.add(day)
    return frozenset(days | {day for day in PROCLAIMED if day.year == year})


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar, by the usual reckoning of the moon."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    since = moon - (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (since + 40) // 44
    return date(year, month, since + 28 - 31 * (month // 4))


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
