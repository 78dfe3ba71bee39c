"""Says whether the data hold together."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.invariants import check_all, unused_uploads


class Command(BaseCommand):
    """Reads everything and changes nothing; fails when something is wrong."""

    help = "Check what must always be true of the data: after a restore, or at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        results = check_all()
        for result in results:
            self.stdout.write(f"{result.name:<22} {f'{result.count} wrong' if result.count else 'well'}")
            for problem in result.problems:
                self.stdout.write(f"    {problem}")
            if result.count > len(result.problems):
                self.stdout.write(f"    and {result.count - len(result.problems)} more")
        if files := unused_uploads():
            self.stdout.write(f"{len(files)} uploaded files are named by nothing; they only take room.")
        if wrong := [result.name for result in results if result.count]:
            raise CommandError(f"Something is wrong: {', '.join(wrong)}.")
        self.stdout.write(self.style.SUCCESS("Everything holds together."))
