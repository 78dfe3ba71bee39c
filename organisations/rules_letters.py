"""How often people are written to, and when: rules for every letter that Signpost writes of its own accord. Pure.

What somebody asked for or must know at once, such as a code to sign in, goes out at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

#: At most one letter in so long, whichever part of Signpost writes.
LIMIT = timedelta(days=7)
#: Letters leave between these hours in London.
OPENS, CLOSES = time(8), time(18)
#: For so long a letter whose time has come counts as on its way.
GRACE = timedelta(hours=2)


def leaves_at(moment: datetime) -> datetime:
    """When a letter written at a moment in London time may leave: at once by day, else at the next opening."""
    if OPENS <= moment.time() < CLOSES:
        return moment
    day = moment.date() if moment.time() < OPENS else moment.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=moment.tzinfo)


def is_too_soon(last: datetime | None, next_one: datetime) -> bool:
    """Whether a letter would be the second within the limit."""
    return last is not None and next_one - last < LIMIT


def next_letter(moment: datetime, last: datetime | None, away: Sequence[tuple[date, date | None]]) -> datetime | None:
    """When the next letter to somebody may leave, in London time: a week after the last, and not on these days away.

    None while they are away without an end.
    """
    leaves = leaves_at(moment if last is None else max(moment, last.astimezone(moment.tzinfo) + LIMIT))
    for first, until in sorted(away, key=lambda days: days[0]):
        if first <= leaves.date() and (until is None or leaves.date() <= until):
            if until is None:
                return None
            leaves = datetime.combine(until + timedelta(days=1), OPENS, tzinfo=moment.tzinfo)
    return leaves
