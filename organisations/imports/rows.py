"""One line of a file as a person or a headcount, with everything in it that is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from organisations.imports.columns import Field, folded
from organisations.imports.reading import Line
from organisations.imports.values import (
    AHEAD,
    LONGEST_NUMBER,
    LONGEST_SOURCE,
    Refused,
    Why,
    clean_day,
    clean_email,
    clean_name,
    clean_text,
    read_kind,
    read_people,
)

Value = TypeVar("Value")
#: Where a name leads to more than one unit.
SEVERAL = 0
#: What stands between the name of a unit and that of the one above it.
BETWEEN_UNITS = " / "
LONGEST_UNIT = 150


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong in one cell, or with a row as a whole where no field is named."""

    field: str | None
    why: str
    #: What stands in the cell.
    text: str = ""
    #: The first other row that it is about.
    beside: int | None = None

    def as_kept(self) -> list[str]:
        """As it is kept with the row: the number of another row only where it is about one."""
        return [self.field or "", self.why, self.text, *([] if self.beside is None else [str(self.beside)])]


@dataclass(frozen=True)
class Places:
    """The organisations that a file may name."""

    #: By name and by the last part of the address of its page, in small letters; SEVERAL where it is not clear which.
    exact: Mapping[str, int] = field(default_factory=dict)
    #: By name; each key is `folded`; SEVERAL where it is not clear which.
    names: Mapping[str, int] = field(default_factory=dict)

    def find(self, text: str) -> int | None:
        """The organisation that a cell names; SEVERAL where it is not clear which."""
        exact = self.exact.get(text.strip().casefold())
        return self.names.get(folded(text)) if exact is None else exact


@dataclass(frozen=True)
class Vocabulary:
    """What an organisation's words stand for; each key is `folded`."""

    roles: Mapping[str, int] = field(default_factory=dict)
    #: By name, and by the names of the units above it with it; SEVERAL where it is not clear which.
    units: Mapping[str, int] = field(default_factory=dict)
    #: The role of those of whom the file says none.
    default_role: int | None = None
    #: Whether units that are not there are made.
    makes_units: bool = False
    #: Whether the units are those that somebody leads, and there may be others.
    is_of_units: bool = False
    #: The organisations of a file about several; None of a file about one.
    places: Places | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a file says; empty where it says nothing, which leaves what is there."""

    number: int
    name: str
    email: str
    staff_number: str
    role: int
    unit: int | None = None
    kind: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    #: A unit that is not there yet, by its name under those above it: "North / Team A".
    new_unit: str = ""


@dataclass(frozen=True, slots=True)
class HeadcountRow:
    """One headcount as a file says."""

    number: int
    role: int | None
    kind: str
    people: int
    counted_on: date
    source: str
    #: Whose it is, in a file about several.
    organisation: int | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that is not taken, and why."""

    number: int
    refusals: tuple[Refusal, ...]


class Cells:
    """The cells of a line by field; gathers what is refused instead of stopping at the first."""

    def __init__(self, line: Line, columns: Mapping[str, int]) -> None:
        self.line, self.columns = line, columns
        self.refusals: list[Refusal] = []

    def text(self, field: str) -> str:
        """What stands there."""
        return self.line.cell(self.columns.get(field))

    def read(self, field: str, clean: Callable[[str], Value], otherwise: Value) -> Value:
        """The value, or the other one with a refusal noted."""
        text = self.text(field)
        try:
            return clean(text)
        except Refused as refused:
            self.refuse(field, refused.why)
            return otherwise

    def refuse(self, field: str | None, why: str) -> None:
        """Notes what is wrong."""
        self.refusals.append(Refusal(field, why, self.text(field)[:100] if field else ""))


def read_person(line: Line, columns: Mapping[str, int], words: Vocabulary, today: date) -> PersonRow | RefusedRow:
    """A line as a person; refused with every reason at once."""
    cells = Cells(line, columns)
    name = _read_name(cells)
    email = cells.read(Field.EMAIL, clean_email, "")
    staff_number = cells.read(Field.STAFF_NUMBER, lambda text: clean_text(text, LONGEST_NUMBER), "")
    if not email and not staff_number and not cells.text(Field.EMAIL) and not cells.text(Field.STAFF_NUMBER):
        cells.refuse(Field.EMAIL if Field.EMAIL in columns else Field.STAFF_NUMBER, Why.NO_EMAIL_OR_NUMBER)
    role = _read_role(cells, words)
    unit, new_unit = _read_unit(cells, words)
    kind = cells.read(Field.KIND, lambda text: read_kind(folded(text)), "")
    started_on = cells.read(Field.STARTED_ON, lambda text: clean_day(text, today + AHEAD), None)
    ended_on = cells.read(Field.ENDED_ON, lambda text: clean_day(text, today + AHEAD), None)
    if started_on and ended_on and ended_on < started_on:
        cells.refuse(Field.ENDED_ON, Why.ENDS_BEFORE_START)
    if cells.refusals:
        return RefusedRow(line.number, tuple(cells.refusals))
    return PersonRow(line.number, name, email, staff_number, role or 0, unit, kind, started_on, ended_on, new_unit)


def _read_name(cells: Cells) -> str:
    if Field.NAME in cells.columns:
        return cells.read(Field.NAME, clean_name, "")
    parts = (cells.text(Field.GIVEN_NAME), cells.text(Field.FAMILY_NAME))
    try:
        return clean_name(" ".join(parts))
    except Refused as refused:
        cells.refuse(Field.FAMILY_NAME, refused.why)
        return ""


def _read_role(cells: Cells, words: Vocabulary) -> int | None:
    text = folded(cells.text(Field.ROLE))
    if not text:
        if words.default_role is None:
            cells.refuse(Field.ROLE, Why.NO_ROLE)
        return words.default_role
    if text not in words.roles:
        cells.refuse(Field.ROLE, Why.UNKNOWN_ROLE)
    return words.roles.get(text)


def _read_unit(cells: Cells, words: Vocabulary) -> tuple[int | None, str]:
    """The unit, or the name of one that is not there yet."""
    text = cells.text(Field.UNIT)
    if not folded(text):
        return None, ""
    unit = words.units.get(folded(text))
    if unit == SEVERAL or (unit is None and any(words.units.get(each) == SEVERAL for each in _above(text))):
        cells.refuse(Field.UNIT, Why.AMBIGUOUS_UNIT)
    elif unit is None and words.makes_units:
        return None, cells.read(Field.UNIT, clean_unit, "")
    elif unit is None:
        cells.refuse(Field.UNIT, Why.OTHER_UNIT if words.is_of_units else Why.UNKNOWN_UNIT)
    return unit, ""


def clean_unit(text: str) -> str:
    """The name of a unit under those above it, in one form; refuses parts without a letter and long ones."""
    parts = [clean_text(part, LONGEST_UNIT) for part in text.split(BETWEEN_UNITS)]
    if not all(folded(part) for part in parts):
        raise Refused(Why.UNKNOWN_UNIT)
    return BETWEEN_UNITS.join(parts)


def _above(text: str) -> list[str]:
    """The names of the units above, as they are compared."""
    parts = text.split(BETWEEN_UNITS)
    return [folded(" ".join(parts[:count])) for count in range(1, len(parts))]


#: Words for the organisation as a whole, and for every kind of people.
EVERYBODY = frozenset(
    {"", "all", "everybody", "everyone", "total", "whole organisation", "all roles", "all staff", "all kinds"}
)


def read_headcount(
    line: Line, columns: Mapping[str, int], words: Vocabulary, today: date
) -> HeadcountRow | RefusedRow:
    """A line as a headcount; refused with every reason at once."""
    cells = Cells(line, columns)
    organisation = _read_organisation(cells, words.places) if words.places else None
    role_text = folded(cells.text(Field.ROLE))
    role = None
    if role_text not in EVERYBODY:
        role = words.roles.get(role_text)
        if role is None:
            cells.refuse(Field.ROLE, Why.UNKNOWN_ROLE)
    kind_text = folded(cells.text(Field.KIND))
    kind = "" if kind_text in EVERYBODY else cells.read(Field.KIND, lambda text: read_kind(folded(text)), "")
    people = cells.read(Field.PEOPLE, read_people, 0)
    counted_on = cells.read(Field.COUNTED_ON, lambda text: clean_day(text, today), None)
    if counted_on is None and not cells.text(Field.COUNTED_ON):
        cells.refuse(Field.COUNTED_ON, Why.NO_DAY)
    source = cells.read(Field.SOURCE, lambda text: clean_text(text, LONGEST_SOURCE), "")
    if cells.refusals or counted_on is None:
        return RefusedRow(line.number, tuple(cells.refusals))
    return HeadcountRow(line.number, role, kind, people, counted_on, source, organisation)


def _read_organisation(cells: Cells, places: Places) -> int | None:
    text = cells.text(Field.ORGANISATION)
    if not folded(text):
        cells.refuse(Field.ORGANISATION, Why.NO_ORGANISATION)
        return None
    found = places.find(text)
    if not found:
        why = Why.UNKNOWN_ORGANISATION if found is None else Why.AMBIGUOUS_ORGANISATION
        cells.refuse(Field.ORGANISATION, why)
    return found
