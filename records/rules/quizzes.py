"""How often and how long somebody may take a quiz."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: How long after the end an answer that was on its way still counts.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True)
class Tries:
    """One person's attempts at one quiz in one enrolment."""

    #: None: as many as they like.
    allowed: int | None = None
    used: int = 0
    #: Those added for this person.
    extra: int = 0
    is_passed: bool = False

    @property
    def left(self) -> int | None:
        """How many are left; None where there is no limit, as for whoever has passed."""
        if self.allowed is None or self.is_passed:
            return None
        return max(0, self.allowed + self.extra - self.used)


def minutes_for(limit: int | None, extra_percents: Iterable[int | None]) -> int | None:
    """The minutes that a person has, rounded up; None without a limit. Of several extensions the longest holds."""
    extra = list(extra_percents)
    if limit is None or None in extra:
        return None
    longest = max((percent for percent in extra if percent is not None), default=0)
    return -(-limit * (100 + longest) // 100)


def end_of(started_at: datetime, minutes: int | None) -> datetime | None:
    """When a quiz that was begun at a moment is to be handed in."""
    return None if minutes is None else started_at + timedelta(minutes=minutes)


def is_over(ends_at: datetime | None, at: datetime) -> bool:
    """Whether answers come too late."""
    return ends_at is not None and at > ends_at + GRACE
