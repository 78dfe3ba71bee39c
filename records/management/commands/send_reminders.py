"""Reminds people of what ends soon, for installations that do it by cron and not by the worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from records.actions.reminders import remind_before_expiry


class Command(BaseCommand):
    """Queues today's letters; a second run on the same day does nothing."""

    help = "Remind people thirty and seven days before something they completed ends: once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = remind_before_expiry(at=timezone.now())
        if sent is None:
            self.stdout.write("Today's reminders were sent before. Nothing was done.")
        else:
            self.stdout.write(f"Letters queued: {sent.reminders.count()}")
