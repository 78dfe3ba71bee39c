"""Tables for a spreadsheet, as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

#: What makes a spreadsheet read a cell as a formula; their full-width forms are looked at as what they stand for.
FORMULA_SIGNS = frozenset("=+-@|%")
#: Excel takes a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"

Cell = str | int | None


def csv_safe(value: Cell) -> Cell:
    """A cell that stays text: what could be read as a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    if value[:1] in {"\t", "\r", "\n"}:
        return f"'{value}"
    # Spreadsheets drop spaces and marks without width before they look at the first sign.
    visible = "".join(each for each in value if not each.isspace() and unicodedata.category(each)[0] != "C")
    if unicodedata.normalize("NFKC", visible)[:1] in FORMULA_SIGNS:
        return f"'{value}"
    return value


class _Line:
    """Hands back each line that the writer makes."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a file, text in quotation marks, one at a time."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([csv_safe(cell) for cell in row])


def csv_response(filename: str, rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """A download, sent line by line and kept by no cache on the way."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
