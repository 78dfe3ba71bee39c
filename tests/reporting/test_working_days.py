"""Working days, against the list that the government publishes."""

from __future__ import annotations

from datetime import date

import pytest

from reporting.working_days import bank_holidays, is_working_day, working_day_after

#: As on https://www.gov.uk/bank-holidays.
LISTED = {
    2023: ("01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"),
    2024: ("01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"),
    2025: ("01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2028: ("01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"),
}


@pytest.mark.parametrize("year", LISTED)
def test_bank_holidays_are_those_of_the_list(year):
    assert sorted(day.strftime("%m-%d") for day in bank_holidays(year)) == list(LISTED[year])


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 26), 5, date(2026, 12, 3)),
        (date(2026, 12, 24), 5, date(2027, 1, 5)),
        (date(2026, 4, 1), 2, date(2026, 4, 7)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
    ],
)
def test_so_many_working_days_after(day, days, expected):
    assert working_day_after(day, days) == expected


def test_a_weekend_and_a_holiday_are_no_working_days():
    assert [is_working_day(date(2026, 12, day)) for day in (24, 25, 26, 28, 29)] == [True, False, False, False, True]
