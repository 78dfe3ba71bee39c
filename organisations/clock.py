"""What day it is: days are days in Europe/London, times are stored in UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """The day in London at a moment."""
    return moment.astimezone(LONDON).date()


def today() -> date:
    """The day in London now."""
    return day_of(timezone.now())
