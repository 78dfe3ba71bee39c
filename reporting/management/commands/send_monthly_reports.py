"""Writes to the leads who chose the monthly letter."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reporting.actions import queue_monthly_letters


class Command(BaseCommand):
    """Queues the letters of the month that are due: run it every day, any number of times."""

    help = "From the first working day of a month on: queue the monthly letters that have not gone out yet."

    def handle(self, *args: Any, **options: Any) -> None:
        number = queue_monthly_letters(at=timezone.now())
        self.stdout.write(f"Letters queued: {number}.")
