"""Brings a file of headcounts, for a nightly run."""

from __future__ import annotations

from organisations.management.importing import ImportCommand
from organisations.models import ImportRun


class Command(ImportCommand):
    """`import_headcounts FILE --organisation SLUG`."""

    help = (
        "Import headcounts from a CSV or XLSX file. Ends with 0 when every row is saved or right already, 1 when the "
        "file is refused, 3 when good rows are saved and others refused, 4 when rows are refused and nothing is saved."
    )
    kind = ImportRun.Kind.HEADCOUNTS
