"""What the commands that bring files share."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand
from django.utils import timezone

from organisations.actions import apply_import, bring_file, cancel_import, check_file, choose_columns, start_applying
from organisations.import_kinds import kind_of
from organisations.imports.planning import Outcome
from organisations.models import ImportRun, Organisation, Partnership, Role

#: How a command ends: everything saved; the file or its columns refused; good rows saved and others refused; rows
#: refused and so nothing saved.
DONE, REFUSED, PARTLY, NOTHING = 0, 1, 3, 4


Named = TypeVar("Named", Organisation, Partnership, Role)


def by_slug(model: type[Named], slug: str) -> Named:
    """What a command names; raises ValidationError where there is none."""
    found = model._default_manager.filter(slug=slug).first()
    if found is None:
        raise ValidationError(f"There is no {model._meta.verbose_name} with this slug: {slug}")
    return found


class ImportCommand(BaseCommand):
    """Brings a file, compares it and saves its rows, in this process and without a question."""

    kind: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        self.add_place(parser)
        parser.add_argument("--mode", choices=ImportRun.Mode.values, default=ImportRun.Mode.ALL)
        parser.add_argument("--dry-run", action="store_true", help="say what would change and save nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            place = self.place_in(options)
            content = options["file"].read_bytes()
            run = self.bring(place, content, options)
            self.decide(run, options)
        except (ValidationError, OSError) as refused:
            words = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            self.stderr.write(words)
            sys.exit(REFUSED)
        code = self.report(run, options)
        if code != DONE:
            sys.exit(code)

    def add_place(self, parser: ArgumentParser) -> None:
        """Asks what the file is about."""
        parser.add_argument("--organisation", required=True, metavar="SLUG")

    def place_in(self, options: dict[str, Any]) -> Organisation | Partnership:
        """What the file is about."""
        return by_slug(Organisation, options["organisation"])

    def bring(self, place: Organisation | Partnership, content: bytes, options: dict[str, Any]) -> ImportRun:
        """The file, compared."""
        now = timezone.now()
        name = options["file"].name
        run = bring_file(place=place, kind=self.kind, content=content, file_name=name, by=None, at=now)
        slug = options.get("role")
        role = by_slug(Role, slug) if slug else None
        answers = {name: options.get(name, asked.is_ticked) for name, asked in kind_of(self.kind).questions.items()}
        choose_columns(run=run, columns=run.columns, default_role=role, options=answers, is_queued=False)
        return check_file(run=run, at=now)

    def decide(self, run: ImportRun, options: dict[str, Any]) -> None:
        """Saves the rows, unless that was not asked for or one of all is refused."""
        if options["dry_run"] or (options["mode"] == ImportRun.Mode.ALL and run.refused):
            return
        end_on = options.get("end_missing")
        invites = options.get("invite", False)
        chosen = {"mode": options["mode"], "missing_end_on": end_on, "sends_invitations": invites}
        start_applying(run=run, by=None, is_queued=False, **chosen)
        apply_import(run=run, at=timezone.now())

    def report(self, run: ImportRun, options: dict[str, Any]) -> int:
        """Says what became of the rows; how the command ends. No row is kept."""
        run.refresh_from_db()
        is_saved, kind = run.state == ImportRun.State.DONE, kind_of(run.kind)
        refused = [
            {"row": row.number, "column": kind.name_of(each[0]) if each[0] else "", "reason": kind.reason(each)}
            for row in run.rows.filter(outcome=Outcome.REFUSED)
            for each in row.refusals
        ]
        counts = run.done if is_saved else run.planned
        told = {"file": run.file_name, "saved": is_saved, "rows": counts, "refused": refused}
        if options["report"] == "json":
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(f"{'Saved' if is_saved else 'Not saved'}: {json.dumps(counts)}")
            for each in refused:
                self.stdout.write(f"row {each['row']}: {each['column']}: {each['reason']}")
        cancel_import(run=run, by=None, at=timezone.now())
        if not refused:
            return DONE
        return PARTLY if options["mode"] == ImportRun.Mode.GOOD else NOTHING
