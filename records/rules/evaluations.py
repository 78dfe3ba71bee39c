"""When two questions about a module are open to who completed it."""

from __future__ import annotations

from datetime import date

#: Days after which they are asked once more, and after which nobody is asked any more.
LATER_FROM, LATER_TO = 60, 120

AT_COMPLETION, LATER = "at_completion", "later"


def moment_on(completed_on: date, day: date) -> str | None:
    """Which of the two times it is on the day: at completion, some time later, or neither."""
    days = (day - completed_on).days
    if 0 <= days < LATER_FROM:
        return AT_COMPLETION
    return LATER if LATER_FROM <= days <= LATER_TO else None
