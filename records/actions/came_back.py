"""Marks what a letter that came back was about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from records.mail import REMINDER
from records.mail_briefings import ASKED, CHANGED
from records.models import BriefingLetter, Reminder

ABOUT: dict[str, type[BriefingLetter] | type[Reminder]] = {
    REMINDER.template: Reminder,
    ASKED.template: BriefingLetter,
    CHANGED.template: BriefingLetter,
}


def note_came_back(*, kind: str, about: Collection[int], why: str, at: datetime) -> None:
    """Marks reminders or letters about briefings, where the letter was of such a kind; a lead or planner reads it."""
    if kind in ABOUT:
        ABOUT[kind].objects.filter(pk__in=about).update(came_back_at=at, came_back_why=why)
