"""Which column of a file holds what, told from its heading; columns may stand in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Field(StrEnum):
    """What a column can hold."""

    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    STAFF_NUMBER = "staff_number"
    ROLE = "role"
    UNIT = "unit"
    KIND = "kind"
    STARTED_ON = "started_on"
    ENDED_ON = "ended_on"
    ORGANISATION = "organisation"
    PEOPLE = "people"
    COUNTED_ON = "counted_on"
    SOURCE = "source"


PEOPLE_FIELDS = (
    Field.NAME,
    Field.GIVEN_NAME,
    Field.FAMILY_NAME,
    Field.EMAIL,
    Field.STAFF_NUMBER,
    Field.ROLE,
    Field.UNIT,
    Field.KIND,
    Field.STARTED_ON,
    Field.ENDED_ON,
)
HEADCOUNT_FIELDS = (Field.ROLE, Field.KIND, Field.PEOPLE, Field.COUNTED_ON, Field.SOURCE)
HEADCOUNT_OF_MANY_FIELDS = (Field.ORGANISATION, *HEADCOUNT_FIELDS)

#: How files head their columns, as `folded` gives it. What stands first fits best.
SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.NAME: (
        "name", "full name", "fullname", "display name", "employee name", "staff name", "person", "known as",
        "worker name", "volunteer name", "employee",
    ),
    Field.GIVEN_NAME: (
        "given name", "first name", "firstname", "forename", "forenames", "first names", "preferred name",
        "preferred first name", "given names",
    ),
    Field.FAMILY_NAME: ("family name", "last name", "lastname", "surname", "second name"),
    Field.EMAIL: (
        "email", "e mail", "email address", "e mail address", "work email", "work e mail", "work email address",
        "work e mail address", "mail", "company email", "primary email", "user principal name", "upn", "user name",
    ),
    Field.STAFF_NUMBER: (
        "staff number", "staff no", "staff id", "employee number", "employee no", "employee id", "payroll number",
        "payroll no", "payroll id", "personnel number", "assignment number", "collar number", "warrant number",
        "shoulder number", "esr number", "hr id", "person number", "id", "number", "staff code", "pin",
    ),
    Field.ROLE: (
        "role", "job role", "job", "job title", "position", "position title", "post", "post title", "rank",
        "occupation", "staff group", "role name",
    ),
    Field.UNIT: (
        "unit", "team", "department", "dept", "ward", "station", "branch", "service", "division", "directorate",
        "section", "location", "org unit", "organisation unit", "organisational unit", "cost centre name",
    ),
    Field.KIND: (
        "kind", "type", "works here as", "employment type", "contract type", "worker type", "person type",
        "employee type", "assignment category", "staff type", "employment status", "contract",
    ),
    Field.STARTED_ON: (
        "from", "start date", "started on", "start", "date started", "joined", "date joined", "joining date",
        "hire date", "date of joining", "effective start date", "first day", "start day", "employment start date",
    ),
    Field.ENDED_ON: (
        "to", "end date", "ended on", "end", "leaving date", "date left", "left", "leave date", "termination date",
        "date of leaving", "last day", "last working day", "effective end date", "end day", "leaver date",
    ),
    Field.ORGANISATION: (
        "organisation", "organization", "organisation name", "organization name", "employer", "employer name", "body",
        "partner", "partner organisation", "organisation slug", "slug", "name",
    ),
    Field.PEOPLE: (
        "people", "headcount", "head count", "number of people", "count", "total", "number", "staff", "heads",
        "number of staff", "staff in post", "in post",
    ),
    Field.COUNTED_ON: (
        "counted on", "date", "as at", "as of", "day", "snapshot date", "date counted", "count date", "as at date",
        "reporting date", "as of date",
    ),
    Field.SOURCE: ("source", "where from", "system", "origin", "comes from", "data source"),
}  # fmt: skip


PEOPLE_COLUMNS: dict[str, tuple[str, ...]] = {field: SYNONYMS[field] for field in PEOPLE_FIELDS}
HEADCOUNT_COLUMNS: dict[str, tuple[str, ...]] = {field: SYNONYMS[field] for field in HEADCOUNT_FIELDS}
HEADCOUNT_OF_MANY_COLUMNS: dict[str, tuple[str, ...]] = {field: SYNONYMS[field] for field in HEADCOUNT_OF_MANY_FIELDS}


def folded(text: str) -> str:
    """A heading as it is compared: small letters and figures, one space between words."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def match_columns(header: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column for each field that has one, told by how files head it; no column is taken twice.

    The best heading of all fields comes first; of two columns with one heading the first counts.
    """
    headings = [folded(heading) for heading in header]
    fits = sorted(
        (known.index(heading), order, place, field)
        for order, (field, known) in enumerate(synonyms.items())
        for place, heading in enumerate(headings)
        if heading in known
    )
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _rank, _order, place, field in fits:
        if field not in found and place not in taken:
            found[field] = place
            taken.add(place)
    if Field.NAME in found and Field.GIVEN_NAME in found and Field.FAMILY_NAME in found:
        # A name in one piece is what the organisation itself writes.
        del found[Field.GIVEN_NAME], found[Field.FAMILY_NAME]
    return {field: found[field] for field in synonyms if field in found}


def missing_columns(columns: Mapping[str, int], fields: Sequence[Field], *, has_default_role: bool) -> list[Field]:
    """What a file must say and does not: each stands for a question to the lead."""
    missing = []
    if Field.PEOPLE in fields:
        needed = (Field.ORGANISATION, Field.PEOPLE, Field.COUNTED_ON)
        return [field for field in needed if field in fields and field not in columns]
    if Field.NAME not in columns and Field.FAMILY_NAME not in columns:
        missing.append(Field.NAME)
    if Field.EMAIL not in columns and Field.STAFF_NUMBER not in columns:
        missing.append(Field.EMAIL)
    if Field.ROLE not in columns and not has_default_role:
        missing.append(Field.ROLE)
    return missing
