"""When the next letter to somebody may leave."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from organisations.rules_letters import next_letter

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("moment", "last", "away", "expected"),
    [
        (at(1, 12), None, [], at(1, 12)),
        (at(1, 19), None, [], at(2, 8)),
        (at(1, 7), None, [], at(1, 8)),
        # A week after the last, and by day.
        (at(1, 12), at(1, 11), [], at(8, 11)),
        (at(8, 11), at(1, 11), [], at(8, 11)),
        (at(1, 12), at(3, 8), [], at(10, 8)),
        # The morning after they are back; one absence may follow the other.
        (at(1, 12), None, [(date(2026, 5, 20), date(2026, 6, 4))], at(5, 8)),
        (at(1, 12), None, [(date(2026, 6, 5), date(2026, 6, 9)), (date(2026, 5, 20), date(2026, 6, 4))], at(10, 8)),
        (at(1, 12), at(1, 11), [(date(2026, 6, 8), date(2026, 6, 8))], at(9, 8)),
        (at(1, 12), None, [(date(2026, 6, 2), None)], at(1, 12)),
        (at(1, 19), None, [(date(2026, 6, 2), None)], None),
        (at(1, 12), None, [(date(2026, 5, 1), None)], None),
    ],
)
def test_next_letter(moment, last, away, expected):
    assert next_letter(moment, last, away) == expected


def test_the_hour_is_that_of_london_whatever_the_last_was_kept_in():
    utc = datetime(2026, 6, 1, 10, 30, tzinfo=ZoneInfo("UTC"))
    assert next_letter(at(1, 12), utc, []) == at(8, 11, 30)
