"""Tables for a spreadsheet, as CSV or as a workbook, neither of which a spreadsheet runs."""

from __future__ import annotations

import csv
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

#: What makes a spreadsheet read a cell as a formula; their full-width forms are looked at as what they stand for.
FORMULA_SIGNS = frozenset("=+-@|%")
#: Excel takes a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"
#: Lines sent at a time, and cells that are remembered meanwhile.
LINES, CELLS = 200, 4_000

Cell = str | int | None


def csv_safe(value: Cell) -> Cell:
    """A cell that stays text: what could be read as a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    # Most begin so: the first letter or digit is what a spreadsheet looks at too.
    if not value or (value[0].isascii() and value[0].isalnum()):
        return value
    if value[:1] in {"\t", "\r", "\n"}:
        return f"'{value}"
    # Spreadsheets drop spaces and marks without width before they look at the first sign.
    visible = "".join(each for each in value if not each.isspace() and unicodedata.category(each)[0] != "C")
    if unicodedata.normalize("NFKC", visible)[:1] in FORMULA_SIGNS:
        return f"'{value}"
    return value


def csv_parts(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """A file, text in quotation marks, some lines at a time."""
    lines: list[str] = []
    # Whatever has `write` will do for the writer.
    writer = csv.writer(SimpleNamespace(write=lines.append), quoting=csv.QUOTE_NONNUMERIC)
    lines.append(BYTE_ORDER_MARK)
    # Most cells come again and again: days, titles, states.
    safe = lru_cache(maxsize=CELLS, typed=True)(csv_safe)
    for row in rows:
        writer.writerow(list(map(safe, row)))
        if len(lines) > LINES:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def csv_response(filename: str, rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """A download, sent as it is made and kept by no cache on the way."""
    response = StreamingHttpResponse(csv_parts(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


#: What the name of a sheet may not hold, and how long it may be.
NOT_IN_NAMES, MAX_NAME = re.compile(r"[\[\]:*?/\\]"), 31
#: More signs than a cell takes are cut off; more rows than a sheet takes are the caller's to refuse.
MAX_CELL = 32_767
WIDTH = 18
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_response(filename: str, sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]]) -> FileResponse:
    """A workbook as a download: each sheet's first row is its heading. Text stays text, whatever it looks like.

    Rows are written as they come and never all held in memory.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        # The same bytes for the same data.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        heading, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        for name, rows in sheets:
            sheet = book.add_worksheet(NOT_IN_NAMES.sub(" ", name)[:MAX_NAME])
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                if number == 0:
                    sheet.set_column(0, len(row) - 1, WIDTH)
                    if len(row) == 2:
                        sheet.set_column(1, 1, 5 * WIDTH, wrapped)
                for column, value in enumerate(row):
                    if isinstance(value, int):
                        sheet.write_number(number, column, value)
                    elif value:
                        sheet.write_string(number, column, value[:MAX_CELL], None if number else heading)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response
