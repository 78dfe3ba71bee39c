"""How often people are written to: at most one letter a week, by day, and none while they are away.

That is for letters that can wait, such as reminders. What somebody asked for or must know at once, such as an
invitation or a new password, goes out at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from organisations.clock import LONDON, day_of
from organisations.models import Away

#: Nobody is written to again before this is over.
WEEK = timedelta(days=7)
#: From this hour in London until this one.
FIRST_HOUR, LAST_HOUR = 8, 18

#: Which of these people an app has written to since a moment.
LetterFinder = Callable[[Collection[int], datetime], set[int]]
_finders: list[LetterFinder] = []


def register_letters(finder: LetterFinder) -> LetterFinder:
    """Lets an app above say to whom it has written; called once, from its AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def is_time_for_letters(at: datetime) -> bool:
    """Whether letters go out at this hour."""
    return FIRST_HOUR <= at.astimezone(LONDON).hour < LAST_HOUR


def may_be_written_to(person_ids: Collection[int], at: datetime) -> set[int]:
    """Those of these people who are not away and had no letter for a week; one query, and those of each app."""
    away = Away.objects.active_on(day_of(at)).filter(membership__person__in=person_ids)
    found = set(person_ids) - set(away.values_list("membership__person_id", flat=True))
    for finder in _finders:
        found -= finder(found, at - WEEK)
    return found
