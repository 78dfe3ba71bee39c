"""Brings a file of people, for a nightly run."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date

from organisations.management.importing import ImportCommand
from organisations.models import ImportRun
from organisations.selectors_import_plans import MAKES_UNITS


class Command(ImportCommand):
    """`import_people FILE --organisation SLUG`: the same reading, comparing and saving as on the lead's pages."""

    help = (
        "Import people from a CSV or XLSX file. Ends with 0 when every row is saved or right already, 1 when the file "
        "or its place is refused, 3 when good rows are saved and others refused, 4 when rows are "
        "refused and so nothing is saved."
    )
    kind = ImportRun.Kind.PEOPLE

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", metavar="SLUG", help="the role of people of whom the file says none")
        parser.add_argument(
            "--end-missing", type=date.fromisoformat, metavar="DAY", help="last day of people who are not in the file"
        )
        parser.add_argument(
            "--make-units",
            dest=MAKES_UNITS,
            action="store_true",
            help="make stations, wards and teams that are not there, instead of refusing their rows",
        )
        parser.add_argument("--invite", action="store_true", help="send new people with an address an invitation")
