"""Brings a file of questions into the bank."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from quizzes.actions import import_items
from quizzes.formats.items import LANGUAGES, LARGEST_FILE, Result, UnreadableError
from quizzes.formats.reading import AUTO, READERS, read

#: How the command ends: everything was understood; the file cannot be used; some questions were refused.
DONE, UNUSABLE, PARTLY = 0, 2, 3


class Command(BaseCommand):
    """`import_questions FILE`: what can be read comes in as drafts, all in one step."""

    help = (
        "Import questions from a GIFT, Aiken, Moodle XML, QTI 2.1 or Signpost JSON file into the bank. "
        "Ends with 0 when everything was understood, 3 when some questions were refused and the "
        "others are in, 2 when the file cannot be used and nothing was changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=[AUTO, *READERS], default=AUTO)
        parser.add_argument(
            "--language", choices=LANGUAGES, default=LANGUAGES[0], help="the language of the questions"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would come in and save nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        is_json = options["report"] == "json"
        try:
            result = read(_bytes_of(options["file"]), options["format"], options["language"])
        except (UnreadableError, OSError) as fault:
            words = str(fault) if isinstance(fault, UnreadableError) else f"{options['file']}: {fault.strerror}"
            if is_json:
                self.stdout.write(json.dumps({"file": options["file"].name, "error": words}, ensure_ascii=False))
            self.stderr.write(words)
            sys.exit(UNUSABLE)
        plan = import_items(items=result.items, by=None, at=timezone.now(), is_dry=options["dry_run"])
        told = {
            "file": options["file"].name,
            "format": result.format,
            "saved": not options["dry_run"],
            "kinds": dict(Counter(item.kind for item in result.items)),
            "read": len(result.items),
            "new": len(plan.new),
            "unchanged": plan.unchanged,
            "differing": [asdict(note) for note in plan.differing],
            "refused": [asdict(refusal) for refusal in result.refusals],
            "notes": [asdict(note) for note in result.notes],
        }
        if is_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.tell(told, result)
        if result.refusals:
            sys.exit(PARTLY)

    def tell(self, told: dict[str, Any], result: Result) -> None:
        """The report for people."""
        saved = "Saved" if told["saved"] else "Nothing was saved. It would be"
        self.stdout.write(f"{told['file']} ({result.format}): {told['read']} questions read.")
        for kind, count in told["kinds"].items():
            self.stdout.write(f"  {kind}: {count}")
        self.stdout.write(f"{saved}: {told['new']} new. In the bank already: {told['unchanged']}.")
        for title, lines in (("Differing", told["differing"]), ("Refused", told["refused"]), ("Note", told["notes"])):
            for line in lines:
                self.stdout.write(f"{title}: {line['where']}: {line['message']}")


def _bytes_of(path: Path) -> bytes:
    # One byte more than is read, so that a larger file is refused without being loaded.
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)
