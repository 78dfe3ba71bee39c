"""How long somebody took for a question of a quiz, as far as what they saved tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

#: Whoever takes longer between two savings has done something else meanwhile.
MOST = 600


def with_time(seconds: Mapping[str, int], key: str, *, since: datetime, at: datetime) -> dict[str, int]:
    """The seconds by question, with those between the saving before and this one added to the question saved now.

    Opening a page writes nothing, so the time of a question is all the time since the last one was saved. A clock
    that was put back adds nothing.
    """
    passed = int((at - since).total_seconds())
    return {**seconds, key: seconds.get(key, 0) + max(0, min(MOST, passed))}
