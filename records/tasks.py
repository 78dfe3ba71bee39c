"""What the background worker does by day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django_tasks import task

from organisations.letter_limits import is_time_for_letters
from records.actions.looking_again import look_again
from records.actions.reminders import remind_before_expiry
from records.actions.requirement_effect import count_effects


def remind_by_day(at: datetime) -> bool:
    """Reminds of what ends soon, once a day within the hours of letters; says whether this worker did."""
    if not settings.REMIND_BEFORE_EXPIRY or not is_time_for_letters(at):
        return False
    return remind_before_expiry(at=at) is not None


@task()
def look_at_answers_again() -> None:
    """Looks at the answers that a corrected key touches, or at those that are left of them."""
    look_again()


@task()
def count_effects_left() -> None:
    """Counts what drafts of requirements would do to coverage, or goes on with those that are left."""
    count_effects()
