"""No cell of a download is ever run as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from downloads.tables import csv_parts, csv_response, csv_safe, xlsx_response

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
    " =1",
    "\u200b=1",
    "\ufeff=1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_gets_an_apostrophe(text):
    assert csv_safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["Dana Whitlock", "O’Neill", "30% = a third", "٣", "سارة", "", 0, 12, -3, "–", "'=1"]
)
def test_everything_else_stays_as_it_is(value):
    assert csv_safe(value) == value


def test_nothing_is_an_empty_cell():
    assert csv_safe(None) == ""


@given(st.text())
def test_no_text_begins_like_a_formula(text):
    safe = csv_safe(text)
    assert safe in (text, f"'{text}")
    assert unicodedata.normalize("NFKC", safe.strip())[:1] not in set("=+-@")
    assert safe[:1] not in {"\t", "\r"}
    assert csv_safe(safe) == safe


@given(
    st.lists(
        st.lists(
            st.one_of(st.text(st.characters(exclude_characters="\r\n\x00")), st.integers()), min_size=2, max_size=2
        )
    )
)
def test_a_file_reads_back_cell_by_cell(rows):
    text = "".join(csv_parts(rows))
    assert text.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert found == [[str(csv_safe(cell)) for cell in row] for row in rows]


def test_the_name_of_the_file_survives_other_scripts():
    response = csv_response("coverage-2026-11-21.csv", [["a"]])
    assert response["Content-Disposition"] == 'attachment; filename="coverage-2026-11-21.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(response.streaming_content) == b'\xef\xbb\xbf"a"\r\n'
    assert "filename*=utf-8''" in csv_response("تغطية.csv", [])["Content-Disposition"]


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers():
    rows = [["Name", "People"], *([text, number] for number, text in enumerate(DANGEROUS)), ["None", None]]
    response = xlsx_response("a.xlsx", [("How/this: was counted, in a name that is too long", rows)])
    content = b"".join(response.streaming_content)
    response.file_to_stream.close()
    book = load_workbook(io.BytesIO(content))
    [sheet] = book.worksheets
    assert len(sheet.title) <= 31
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=1) for cell in row} == {"s"}
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [*range(len(DANGEROUS)), None]
