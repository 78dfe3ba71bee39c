"""Brings a file of completions from elsewhere, for a nightly run."""

from __future__ import annotations

from argparse import ArgumentParser

from organisations.management.importing import ImportCommand
from records.selectors.completion_files import LEAVES_OUT


class Command(ImportCommand):
    """`import_completions FILE --organisation SLUG`: the same reading, comparing and saving as on the lead's pages."""

    help = (
        "Import training from elsewhere from a CSV or XLSX file. Ends with 0 when every row is saved or right "
        "already, 1 when the file or its place is refused, 3 when good rows are saved and others refused, 4 when rows "
        "are refused and nothing is saved."
    )
    kind = "completions"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--leave-out-unknown",
            dest=LEAVES_OUT,
            action="store_true",
            help="leave out rows of courses that equal nothing here, instead of refusing them",
        )
