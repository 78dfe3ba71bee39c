"""Rules about contacts: what a telephone number of the United Kingdom looks like. No Django in here."""

from __future__ import annotations

import re

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
