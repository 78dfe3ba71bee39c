"""When Signpost reminds by itself, and what a lead may write in a reminder."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

#: People who can be reminded at one time.
MOST_PEOPLE = 5000
LONGEST_WORDS = 500
#: Days before the end at which Signpost reminds by itself.
STAGES = (30, 7)

_ADDRESS = re.compile(r"https?:|www\.|://|\S@\S|\b[\w-]+\.(?:com|net|org|uk|gov|info|io|me|ly|co)\b", re.IGNORECASE)


def is_time_to_remind(ends_on: date, day: date, reminded_on: date | None) -> bool:
    """Whether something that ends is to be mentioned on a day: once from thirty days before, once from seven."""
    for days in sorted(STAGES):
        begins = ends_on - timedelta(days=days)
        if begins <= day <= ends_on:
            return reminded_on is None or reminded_on < begins
    return False


def holds_address(words: str) -> bool:
    """Whether words hold an address of a page or of a mailbox."""
    return bool(_ADDRESS.search(words))


def names_in(words: str, names: Collection[str]) -> bool:
    """Whether words name one of these people in full."""
    plain = " ".join(words.casefold().split())
    return any(len(name) > 3 and " ".join(name.casefold().split()) in plain for name in names)
