"""manage.py remark --check: is every stored score what its own answers are worth?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.selectors.remarking import remarked


class Command(BaseCommand):
    """Marks each attempt again from its own row; writes nothing."""

    help = "Mark every attempt again from its own row; exits with 1 and names each that comes out otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare. Nothing is ever changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            raise CommandError("Scores on record are never changed. Use --check to compare them.")
        count = different = 0
        for pk, problem in remarked():
            count += 1
            if problem:
                different += 1
                self.stdout.write(f"Attempt {pk}: {problem}.")
        attempts = f"{count} attempt{'' if count == 1 else 's'}"
        if different:
            self.stdout.write(f"{attempts} marked again, {different} different.")
            raise SystemExit(1)
        self.stdout.write(f"{attempts} marked again: every score is the same.")
