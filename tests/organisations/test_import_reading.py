"""Files become tables, columns and values, whatever wrote them."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from organisations.imports.columns import (
    HEADCOUNT_COLUMNS,
    HEADCOUNT_FIELDS,
    PEOPLE_COLUMNS,
    PEOPLE_FIELDS,
    Field,
    folded,
    match_columns,
    missing_columns,
)
from organisations.imports.reading import MOST_BYTES, Fault, Unreadable, read_table
from organisations.imports.rows import HeadcountRow, RefusedRow, Vocabulary, read_headcount, read_person
from organisations.imports.values import (
    Refused,
    Why,
    clean_email,
    clean_name,
    clean_text,
    read_day,
    read_kind,
    read_people,
)

TODAY = date(2026, 11, 21)
PLAIN = "Name,E-mail,Role\nAsha Khan,asha@example.org,Nurse\nZoë Müller,zoe@example.org,Nurse\n"


def workbook(*rows: tuple) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("cp1252"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        b"sep=;\n" + PLAIN.replace(",", ";").encode(),
        b"\n,,\n" + PLAIN.encode(),
        workbook(*(line.split(",") for line in PLAIN.splitlines())),
    ],
)
def test_one_table_comes_in_many_forms(content):
    table = read_table(content)
    assert table.header == ("Name", "E-mail", "Role")
    assert [line.cells for line in table.lines] == [
        ("Asha Khan", "asha@example.org", "Nurse"),
        ("Zoë Müller", "zoe@example.org", "Nurse"),
    ]


def test_rows_keep_the_number_that_a_spreadsheet_shows():
    table = read_table(b"Name\n\nAsha\n,,\nBo\n")
    assert [(line.number, line.cells) for line in table.lines] == [(3, ("Asha",)), (5, ("Bo",))]


def test_a_workbook_gives_days_and_whole_numbers():
    table = read_table(workbook(("Name", "Number", "From"), ("Asha", 123.0, date(2026, 4, 3)), ("Bo", 0.5, None)))
    assert [line.cells for line in table.lines] == [("Asha", "123", "2026-04-03"), ("Bo", "0.5")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \n\n", Fault.EMPTY),
        (b",,,\n", Fault.EMPTY),
        (b"Name,Role\n", Fault.NO_ROWS),
        (b"x" * (MOST_BYTES + 1), Fault.TOO_LARGE),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, Fault.OLD_EXCEL),
        (b"PK\x03\x04 broken", Fault.NO_TABLE),
        (b'Name\n"' + b"x" * 200_000, Fault.NO_TABLE),
        (b"," * 200 + b"x\n1\n", Fault.TOO_MANY_COLUMNS),
    ],
)
def test_what_is_no_table_is_refused(content, fault):
    with pytest.raises(Unreadable) as refused:
        read_table(content)
    assert refused.value.fault == fault


def test_more_rows_than_wanted_are_refused():
    with pytest.raises(Unreadable) as refused:
        read_table(b"Name\n1\n2\n3\n", most_lines=2)
    assert refused.value.fault == Fault.TOO_MANY_ROWS


def test_a_workbook_that_unfolds_is_refused(monkeypatch):
    monkeypatch.setattr("organisations.imports.reading.MOST_UNPACKED", 1_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_001)
    with pytest.raises(Unreadable) as refused:
        read_table(file.getvalue())
    assert refused.value.fault == Fault.TOO_LARGE


@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest),
        st.text().map(str.encode),
    )
)
@example(b"sep=\n")
@example(b"sep=\x00a\n\xff")
@example(b"\xff\xfe\x00")
def test_any_bytes_are_a_table_or_refused(content):
    try:
        table = read_table(content)
    except Unreadable:
        return
    columns = dict(zip(PEOPLE_FIELDS, range(len(table.header)), strict=False))
    for line in table.lines:
        read_person(line, columns, Vocabulary(), TODAY)
        read_headcount(line, dict(zip(HEADCOUNT_FIELDS, range(9), strict=False)), Vocabulary(), TODAY)


WORKBOOK = workbook(("Name", "Role"), ("Asha", "Nurse"))


@given(st.dictionaries(st.integers(4, len(WORKBOOK) - 1), st.integers(0, 255), min_size=1, max_size=5))
def test_a_broken_workbook_never_crashes(changes):
    content = bytearray(WORKBOOK)
    for place, byte in changes.items():
        content[place] = byte
    with contextlib.suppress(Unreadable):
        read_table(bytes(content))


# --- columns --------------------------------------------------------------------------------------
def test_columns_are_told_from_their_headings():
    header = ("Payroll No.", "JOB TITLE", "Surname", "Forename", "Work E-mail", "Start Date", "Ward", "Notes")
    assert match_columns(header, PEOPLE_COLUMNS) == {
        Field.GIVEN_NAME: 3,
        Field.FAMILY_NAME: 2,
        Field.EMAIL: 4,
        Field.STAFF_NUMBER: 0,
        Field.ROLE: 1,
        Field.UNIT: 6,
        Field.STARTED_ON: 5,
    }


@given(st.permutations(["Name", "E-mail", "Staff number", "Role", "Unit", "From", "To", "Works here as", "Other"]))
def test_columns_may_stand_in_any_order(header):
    found = match_columns(header, PEOPLE_COLUMNS)
    assert {field: header[place] for field, place in found.items()} == {
        Field.NAME: "Name",
        Field.EMAIL: "E-mail",
        Field.STAFF_NUMBER: "Staff number",
        Field.ROLE: "Role",
        Field.UNIT: "Unit",
        Field.KIND: "Works here as",
        Field.STARTED_ON: "From",
        Field.ENDED_ON: "To",
    }


@given(st.lists(st.text(max_size=12), max_size=12))
def test_no_column_is_taken_twice(header):
    found = match_columns(header, PEOPLE_COLUMNS)
    assert len(set(found.values())) == len(found)


def test_what_a_file_must_say():
    assert missing_columns({}, PEOPLE_FIELDS, has_default_role=False) == [Field.NAME, Field.EMAIL, Field.ROLE]
    named = {Field.NAME: 0, Field.STAFF_NUMBER: 1}
    assert missing_columns(named, PEOPLE_FIELDS, has_default_role=True) == []
    assert missing_columns({}, HEADCOUNT_FIELDS, has_default_role=False) == [Field.PEOPLE, Field.COUNTED_ON]


# --- values ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Asha\u00a0 Khan ", "Asha Khan"),
        ("Zoe\u0308 Mu\u0308ller", "Zoë Müller"),
        ("O’Neill-Smith", "O’Neill-Smith"),
        ("نیک\u200cنام", "نیک\u200cنام"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("李小龍", "李小龍"),
    ],
)
def test_names_are_kept_as_people_write_them(text, name):
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.NO_NAME),
        ("123", Why.NAME_WITHOUT_LETTERS),
        ("Asha\u202eKhan", Why.INVISIBLE),
        ("Asha\u2066Khan", Why.INVISIBLE),
        ("Asha\u200bKhan", Why.INVISIBLE),
        ("Asha\u200fKhan", Why.INVISIBLE),
        ("Asha\u200dKhan", Why.INVISIBLE),
        ("\u3164Asha", Why.INVISIBLE),
        ("As\u00adha", Why.INVISIBLE),
        ("Asha\x00", Why.INVISIBLE),
        ("A" + "\u0301" * 9, Why.INVISIBLE),
        ("Asha \ufffd", Why.UNREADABLE),
        ("A" * 151, Why.TOO_LONG),
    ],
)
def test_names_that_deceive_are_refused(text, why):
    with pytest.raises(Refused) as refused:
        clean_name(text)
    assert refused.value.why == why


@given(st.text())
def test_clean_text_is_clean_for_good(text):
    try:
        once = clean_text(text, 500)
    except Refused:
        return
    assert clean_text(once, 500) == once


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Asha.Khan@Example.ORG ", "asha.khan@example.org"),
        ("mailto:a@b.uk", "a@b.uk"),
        ("", ""),
        ("a+b@c.gov.uk", "a+b@c.gov.uk"),
    ],
)
def test_addresses(text, address):
    assert clean_email(text) == address


@pytest.mark.parametrize(
    "text",
    ["asha", "a@b", "a@@b.uk", "a b@c.uk", "a@b.uk; c@d.uk", ".a@b.uk", "ä@b.uk", "a@b.uk.", "a@-b.uk", "a@1.2.3.4"],
)
def test_what_is_no_address(text):
    with pytest.raises(Refused):
        clean_email(text)


@given(st.one_of(st.emails(), st.text(max_size=40)))
def test_an_address_is_one_for_the_forms_too(text):
    from django.core.validators import validate_email

    try:
        address = clean_email(text)
    except Refused:
        return
    if address:
        validate_email(address)
        assert clean_email(address) == address


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/4/2027", date(2027, 4, 3)),
        ("03.04.2027", date(2027, 4, 3)),
        ("3-Apr-27", date(2027, 4, 3)),
        ("3 April 2027", date(2027, 4, 3)),
        ("2027-04-03", date(2027, 4, 3)),
        ("2027-04-03 00:00:00", date(2027, 4, 3)),
        ("03/04/2027 09:30", date(2027, 4, 3)),
        ("03/04/99", date(1999, 4, 3)),
        ("46115", date(2026, 4, 3)),
        ("", None),
    ],
)
def test_days_are_british(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text", ["31/02/2027", "4/13/2027", "soon", "3/4", "0000-01-01", "12", "3 foo 2027", "99999999999"]
)
def test_what_is_no_day(text):
    with pytest.raises(Refused):
        read_day(text)


def test_kinds_and_numbers_of_people():
    assert read_kind(folded("Bank Staff")) == "agency"
    assert read_kind("") == ""
    assert read_people("1,200") == read_people("1 200") == read_people(" 1200") == 1200
    for text in ("", "-1", "1.5", "many", "99999999"):
        with pytest.raises(Refused):
            read_people(text)


def test_a_row_is_refused_with_every_reason_at_once():
    table = read_table(b"Name,Email,Role,Unit,From,To\n,x,Pilot,Moon,1/2/2026,1/1/2026\n")
    row = read_person(table.lines[0], match_columns(table.header, PEOPLE_COLUMNS), Vocabulary(), TODAY)
    assert isinstance(row, RefusedRow)
    assert [(each.field, each.why) for each in row.refusals] == [
        (Field.NAME, Why.NO_NAME),
        (Field.EMAIL, Why.BAD_EMAIL),
        (Field.ROLE, Why.UNKNOWN_ROLE),
        (Field.UNIT, Why.UNKNOWN_UNIT),
        (Field.ENDED_ON, Why.ENDS_BEFORE_START),
    ]


def test_a_headcount_of_everybody_names_no_role():
    table = read_table(b'Role,People,As at,Source\nAll staff,"1,250",01/11/2026,Payroll\n')
    row = read_headcount(table.lines[0], match_columns(table.header, HEADCOUNT_COLUMNS), Vocabulary(), TODAY)
    assert row == HeadcountRow(2, None, "", 1250, date(2026, 11, 1), "Payroll")
