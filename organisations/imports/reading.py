"""Reads a table out of a CSV or XLSX file, whatever program wrote it. Any bytes give a table or `Unreadable`."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from openpyxl import load_workbook

#: What a lead may upload. A file with 50,000 people takes about 4 MB.
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
#: Longer cells are cut: no value that we keep is as long, and the reader refuses it by its length.
MOST_LETTERS = 1_000
#: What a workbook may hold once unpacked.
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000

SEPARATORS = ",;\t|"
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Fault(StrEnum):
    """Why a file as a whole cannot be read."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    OLD_EXCEL = "old_excel"
    NO_TABLE = "no_table"


class Unreadable(Exception):
    """The file is no table that we can read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table under the number that a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int | None) -> str:
        """The text in a column; nothing where the row is too short or there is no such column."""
        return self.cells[place] if place is not None and 0 <= place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it; rows without anything in them are left out."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes, most_lines: int = MOST_ROWS) -> Table:
    """The first table of a file; its first row that is not empty is the header. Raises Unreadable.

    More than `most_lines` rows are refused.
    """
    if not content.strip():
        raise Unreadable(Fault.EMPTY)
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.TOO_LARGE)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(Fault.OLD_EXCEL)
    rows = _workbook_rows(content) if content.startswith(b"PK\x03\x04") else _text_rows(content)
    filled = ((number, row) for number, row in rows if any(row))
    header = next(filled, None)
    if header is None:
        raise Unreadable(Fault.EMPTY)
    if len(header[1]) > MOST_COLUMNS:
        raise Unreadable(Fault.TOO_MANY_COLUMNS)
    width = len(header[1])
    lines = tuple(Line(number, row[:width]) for number, row in islice(filled, most_lines + 1))
    if not lines:
        raise Unreadable(Fault.NO_ROWS)
    if len(lines) > most_lines:
        raise Unreadable(Fault.TOO_MANY_ROWS)
    return Table(header[1], lines)


def _text_rows(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    text = _decoded(content)
    if text[:4].lower() == "sep=" and text[4:5]:
        # Excel's own way of naming the sign between cells.
        separator, start = text[4], 2
        text = text[5:].partition("\n")[2]
    else:
        separator, start = _separator(text), 1
    if separator in "\r\n":
        raise Unreadable(Fault.NO_TABLE)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, row in enumerate(reader, start=start):
            yield number, _trimmed(row)
    except csv.Error as error:
        raise Unreadable(Fault.NO_TABLE) from error


def _decoded(content: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # What older programs on Windows write.
        return content.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The sign that stands most often between cells of the first row; a comma where none does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(SEPARATORS, key=outside.count)


def _workbook_rows(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of the first sheet, one at a time, so that a large workbook never lies in memory as a whole."""
    _refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            # It warns of colours and filters that it leaves out; values are all we take.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet: Any = workbook.worksheets[0]
            # What a sheet says of its own size is not believed.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
                yield number, _trimmed(row)
    except Unreadable:
        raise
    except Exception as error:
        # A broken workbook makes the library fail in any way at all: it is no table.
        raise Unreadable(Fault.NO_TABLE) from error


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(Fault.NO_TABLE) from error
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNPACKED:
        raise Unreadable(Fault.TOO_LARGE)


def _trimmed(row: list[Any] | tuple[Any, ...]) -> tuple[str, ...]:
    """The cells as text, without empty ones at the end."""
    cells = [_text(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _text(value: object) -> str:
    """A cell as somebody would type it: whole numbers without a point, days as year-month-day."""
    if type(value) is str:
        return value[:MOST_LETTERS].strip()
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # Python refuses to write out a number of thousands of digits.
    return f"{value}"[:MOST_LETTERS].strip() if not isinstance(value, int) or abs(value) < 10**18 else "?"
