"""Puts live what is approved and due: for installations whose worker does not run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.actions import publish_due_submissions


class Command(BaseCommand):
    """May run at any time and as often as wanted; the worker does the same each minute."""

    help = "Put live whatever was approved for a time that has come."

    def handle(self, *args: Any, **options: Any) -> None:
        editions = publish_due_submissions(at=timezone.now())
        for edition in editions:
            self.stdout.write(f"Live: {edition}")
        if not editions and options["verbosity"] > 0:
            self.stdout.write("Nothing is due.")
