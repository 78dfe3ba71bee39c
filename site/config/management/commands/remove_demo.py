"""Takes the demo away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo.removal import NotRemoved, find_demo, remove_demo


class Command(BaseCommand):
    """Asks first, unless told --yes; the starter content stays."""

    help = "Remove the demo partnership with everything its people did. Refuses where no partnership is a demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        try:
            demo = find_demo()
            if not yes:
                self.stdout.write(
                    f"This removes {len(demo.organisations)} organisations of the demo, {len(demo.people)} people "
                    "and everything they did. The starter content stays."
                )
                if input("Type “remove” to go on: ").strip() != "remove":
                    raise CommandError("Nothing has been changed.")
            rows = remove_demo(demo)
        except NotRemoved as error:
            raise CommandError(f"{error} Nothing has been changed.") from error
        self.stdout.write(self.style.SUCCESS(f"The demo is gone: {rows} rows. Courses, facts and contacts stay."))
