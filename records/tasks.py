"""What the background worker does by day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from organisations.clock import LONDON, day_of
from organisations.rules_letters import leaves_at
from records.actions.reminders import remind_before_expiry
from records.models import ReminderRound


def remind_by_day(at: datetime) -> bool:
    """Reminds of what ends soon, once a day within the hours of letters; says whether this worker did."""
    if not settings.REMIND_BEFORE_EXPIRY or leaves_at(at.astimezone(LONDON)) > at:
        return False
    if ReminderRound.objects.filter(automatic_on=day_of(at)).exists():
        return False
    return remind_before_expiry(at=at) is not None
