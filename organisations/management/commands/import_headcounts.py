"""Brings a file of headcounts, for a nightly run."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from organisations.management.importing import ImportCommand, by_slug
from organisations.models import ImportRun, Organisation, Partnership


class Command(ImportCommand):
    """`import_headcounts FILE --organisation SLUG`, or `--partnership SLUG` where each row names an organisation."""

    help = (
        "Import headcounts from a CSV or XLSX file. Ends with 0 when every row is saved or right already, 1 when the "
        "file or its place is refused, 3 when good rows are saved and others refused, 4 when rows are "
        "refused and nothing is saved."
    )
    kind = ImportRun.Kind.HEADCOUNTS

    def add_place(self, parser: ArgumentParser) -> None:
        places = parser.add_mutually_exclusive_group(required=True)
        places.add_argument("--organisation", metavar="SLUG")
        places.add_argument("--partnership", metavar="SLUG", help="each row names one of its organisations")

    def place_in(self, options: dict[str, Any]) -> Organisation | Partnership:
        if not options["partnership"]:
            return super().place_in(options)
        self.kind = ImportRun.Kind.HEADCOUNTS_OF_MANY
        return by_slug(Partnership, options["partnership"])
