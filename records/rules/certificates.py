"""Certificate codes, until when a certificate holds, and what a stranger may read of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from enum import Enum

#: No 0/O, 1/I/L or U/V, and no other vowel either: no code is misread, and none spells a word.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
#: 28 symbols of 28: 134 bits.
LENGTH = 28
GROUP = 4


class State(Enum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


def new_code(choose: Callable[[str], str]) -> str:
    """A code of symbols that `choose` picks one at a time; give it a source of real randomness."""
    return "".join(choose(ALPHABET) for _place in range(LENGTH))


def normalise_code(typed: str) -> str:
    """A code as it is stored: without spaces and hyphens, in capitals; empty when it cannot be a code."""
    text = unicodedata.normalize("NFKC", typed[:200])
    kept = "".join(char for char in text if char.isalnum()).upper()
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """A code in groups that a person can read out."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def initials(name: str) -> str:
    """The first letters of the first three words of a name."""
    return " ".join(f"{word[0].upper()}." for word in name.split()[:3])


def state_on(day: date, *, valid_until: date | None, is_revoked: bool, is_superseded: bool) -> State:
    """What the certificate is worth; it holds through the whole of its last day."""
    if is_revoked:
        return State.REVOKED
    if is_superseded:
        return State.SUPERSEDED
    if valid_until is not None and day > valid_until:
        return State.EXPIRED
    return State.VALID
