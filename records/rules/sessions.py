"""Codes for checking in, when they open, and what people type, tidied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, time, timedelta

from records.rules.certificates import ALPHABET

#: 8 symbols of 28: 38 bits for a code that is worth something for a few hours.
LENGTH = 8
#: From how long before a session until how long after it people check in.
OPENS_BEFORE, CLOSES_AFTER = timedelta(minutes=45), timedelta(minutes=60)
#: Invisible and direction-changing signs, and what no writing uses; the joiner that Persian names need stays.
UNSEEN, JOINER = frozenset({"Cf", "Cc", "Co", "Cn", "Cs"}), "\u200c"


def new_session_code(choose: Callable[[str], str]) -> str:
    """A code of symbols that `choose` picks one at a time; give it a source of real randomness."""
    return "".join(choose(ALPHABET) for _place in range(LENGTH))


def normalise_session_code(typed: str) -> str:
    """A code as it is stored: without spaces and hyphens, in capitals; empty when it cannot be a code."""
    text = unicodedata.normalize("NFKC", typed[:80])
    kept = "".join(char for char in text if char.isalnum()).upper()
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else ""


def is_open_at(at: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether people check in at this moment."""
    return starts_at - OPENS_BEFORE <= at <= ends_at + CLOSES_AFTER


def tell_by(starts_at: datetime) -> datetime:
    """Until when who would come to a session that begins then, in London time, must know that it does not take place
    then: on the day itself they may be on their way."""
    return datetime.combine(starts_at.date(), time(), tzinfo=starts_at.tzinfo)


def tidy(text: str) -> str:
    """What somebody typed, on one line and without signs that do not show."""
    # What does not show goes first: between two spaces it would leave both.
    spaced = re.sub(r"\s", " ", unicodedata.normalize("NFC", text))
    shown = (char for char in spaced if char == JOINER or unicodedata.category(char) not in UNSEEN)
    return re.sub(" +", " ", "".join(shown)).strip()
