"""Runs failed background tasks again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from config.queue import retry_failed


class Command(BaseCommand):
    """For the hour after a mail server was away."""

    help = "Put background tasks that failed back into the queue, such as letters while the mail server was away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="those that failed in the last hours")

    def handle(self, *args: Any, hours: int, **options: Any) -> None:
        count = retry_failed(since=timezone.now() - timedelta(hours=hours))
        self.stdout.write(f"{count} tasks wait for the worker again.")
