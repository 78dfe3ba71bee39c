"""Rebuilds standing, or proves that it needs no rebuilding."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError

from records.actions.standing import rebuild_standing
from records.models import Standing
from records.selectors.expected_standing import batches_of_people, standing_differences

#: Differences written out one by one; the rest are counted.
SHOWN = 20


class Command(BaseCommand):
    """`rebuild_standing` writes what differs; `rebuild_standing --check` only says it, and fails if anything does."""

    help = "Rebuild where members stand with their requirements. With --check, write nothing and fail on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a row is missing or wrong")

    def handle(self, *args: object, **options: bool) -> None:
        if options["check"]:
            self.check_rows()
            return
        result = rebuild_standing()
        self.stdout.write(
            f"{result.people} people, {Standing.objects.count()} rows: "
            f"{result.written} written, {result.removed} removed."
        )

    def check_rows(self) -> None:
        people = missing = surplus = 0
        for batch in batches_of_people():
            different = standing_differences(batch)
            people += len(batch)
            for row in different.missing[: max(0, SHOWN - missing)]:
                self.stderr.write(
                    f"missing: membership {row.membership_id}, version {row.requirement_version_id}, "
                    f"from {row.required_from} to {row.required_to}, due {row.due_on}, "
                    f"satisfied {row.satisfied_from} to {row.satisfied_to}"
                )
            for pk in different.surplus[: max(0, SHOWN - surplus)]:
                self.stderr.write(f"wrong: standing {pk}")
            missing += len(different.missing)
            surplus += len(different.surplus)
        self.stdout.write(f"{people} people, {Standing.objects.count()} rows: {missing} missing, {surplus} wrong.")
        if missing or surplus:
            raise CommandError("Standing differs from what follows from the records. Run rebuild_standing.")
