"""Shows or takes away what is past its period."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from organisations.clock import today
from privacy.actions.retention import carry_out_due_erasures, start_run, work_through_run
from privacy.models import RecordType
from privacy.selectors.retention import preview


class Command(BaseCommand):
    """The deletion run at the command line: it works here and now, without the background worker."""

    help = "Show (--preview) or take away (--run) records that are past their period. Numbers only, never names."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--preview", action="store_true", help="change nothing; say how much would go")
        what.add_argument("--run", action="store_true", help="take it away; a run that was stopped goes on")

    def handle(self, *args: Any, run: bool, **options: Any) -> None:
        if not run:
            for line in preview(today()):
                place = line.organisation or "no organisation"
                self.stdout.write(
                    f"{line.kind.label}, {place}: {line.count}, oldest {line.oldest} (kept {line.months} months)"
                )
            return
        now = timezone.now()
        erased = carry_out_due_erasures(at=now)
        started = start_run(by=None, at=now, is_queued=False)
        totals = work_through_run(run=started, at=now)
        self.stdout.write(f"Requests carried out: {erased}")
        for record_type, count in totals.items():
            self.stdout.write(f"{RecordType(record_type).label}: {count}")
        self.stdout.write("Done." if totals or erased else "Nothing was past its period.")
