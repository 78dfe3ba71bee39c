"""Rules about contacts: which is the nearest, and what a telephone number looks like. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

#: From the nearest to the farthest.
SCOPES = ("organisation", "area", "partnership", "national")
#: What a contact without a purpose of its own is for: it stands for no other.
OTHER = "other"


class Scoped(Protocol):
    """What the rule about the nearest contact looks at."""

    scope: str
    purpose: str


Row = TypeVar("Row", bound=Scoped)


def nearest_of(rows: Iterable[Row], purpose: str) -> list[Row]:
    """Of the contacts within a person's reach those for the purpose that are nearest; all that are equally near."""
    fitting = [row for row in rows if row.purpose == purpose]
    best = min((SCOPES.index(row.scope) for row in fitting), default=None)
    return [row for row in fitting if SCOPES.index(row.scope) == best]


def stands_for(row: Row, in_reach: Iterable[Row]) -> list[Row]:
    """What a person is shown in the place of a contact: itself, or the nearer ones for the same purpose.

    A contact out of the person's reach, such as another organisation's, is never shown itself.
    """
    rows = list(in_reach)
    nearest = nearest_of(rows, row.purpose) if row.purpose != OTHER else []
    if row in rows and (not nearest or SCOPES.index(nearest[0].scope) >= SCOPES.index(row.scope)):
        return [row]
    return nearest


#: Numbers that are whole as they are: emergency, police, health, power cuts, text to the police.
SHORT_NUMBERS = frozenset({"999", "112", "101", "111", "105", "119", "18000", "61016"})
_SPELLING = re.compile(r"\+?[0-9]+( [0-9]+)*")
_SHAPES = (
    re.compile(r"116[0-9]{3}"),  # helplines with one number in all of Europe
    re.compile(r"0[12358][0-9]{8,9}"),
    re.compile(r"0[79][0-9]{9}"),
    re.compile(r"0800[0-9]{4,7}"),
    re.compile(r"\+44[1-35789][0-9]{8,9}"),
    re.compile(r"[68][0-9]{4}"),  # text messages
)


def digits_of(number: str) -> str:
    """The number without the spaces that make it readable."""
    return number.replace(" ", "")


def is_uk_number(number: str) -> bool:
    """Whether this can be dialled in the United Kingdom and is written with digits and single spaces only."""
    digits = digits_of(number)
    if not number.isascii() or not _SPELLING.fullmatch(number):
        return False
    return digits in SHORT_NUMBERS or any(shape.fullmatch(digits) for shape in _SHAPES)
