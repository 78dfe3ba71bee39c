"""Reads what mail servers send back about letters that did not arrive (RFC 3464). Pure: nothing here knows of people.

Anybody may send such a message, so nothing in it is believed but the key of a letter, which only who got the letter
can know, and a code, which says why in one of a few words.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import Message
from enum import StrEnum
from typing import NamedTuple

#: The header in which a letter carries its key; mail servers quote it, also where they give it another Message-ID.
HEADER = "X-Signpost-Letter"
#: What is longer is cut: the report comes first, and our letters are short.
LONGEST = 1_000_000
#: Parts of a message that are looked at: a report has three.
MOST_PARTS = 10
#: What speaks of more boundaries is no report: every line is held against each of those around it, which takes a while
#: for hundreds.
MOST_BOUNDARIES = 20
KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")


class Why(StrEnum):
    """Why a letter did not arrive."""

    NO_ADDRESS = "no_address"
    FULL = "full"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER = "other"


class Bounce(NamedTuple):
    """That a letter did not arrive, and never will."""

    key: str
    why: Why


def read_bounce(raw: bytes) -> Bounce | None:
    """What a message says of one of our letters; None where it is no such report, or where the letter may still come.

    Never raises, whatever the bytes.
    """
    start = raw[:LONGEST]
    if start.lower().count(b"boundary") > MOST_BOUNDARIES:
        return None
    try:
        return _read(email.message_from_bytes(start))
    except Exception:
        # What the mail package raises at broken mail is written nowhere, and changes from one Python to the next.
        return None


def why_of(status: str) -> Why:
    """The word for a status code (RFC 3463): its second number says what is wrong, its third more of it."""
    found = STATUS.search(status)
    if found is None:
        return Why.OTHER
    subject, detail = int(found[2]), int(found[3])
    if (subject, detail) == (2, 2):
        return Why.FULL
    if subject == 1 and detail not in {7, 8}:
        return Why.NO_ADDRESS
    return {2: Why.CLOSED, 4: Why.UNREACHABLE, 7: Why.REFUSED}.get(subject, Why.OTHER)


def _read(report: Message) -> Bounce | None:
    if report.get_content_type() != "multipart/report":
        return None
    parts = _parts(report)[:MOST_PARTS]
    statuses = [status for part in parts for status in _failures(part)]
    keys = [key for part in parts for key in _keys(part)]
    if not statuses or not keys:
        return None
    return Bounce(keys[0], why_of(statuses[0]))


def _failures(part: Message) -> Iterator[str]:
    """The codes of readers whom the letter will not reach: a server that tries again says `delayed`, with 4.x.x.

    One that has given up says `failed`; it keeps the 4.x.x of its last attempt then.
    """
    if part.get_content_type() != "message/delivery-status":
        return
    for block in _parts(part):
        action, status = str(block.get("Action", "")).strip().lower(), str(block.get("Status", ""))
        if action == "failed" and not status.strip().startswith("2"):
            yield status


def _keys(part: Message) -> Iterator[str]:
    """The keys in the headers of the letter that came back, whole or its headers only."""
    kind = part.get_content_type()
    letters = _parts(part) if kind == "message/rfc822" else []
    if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
        content = part.get_payload(decode=True)
        letters = [email.message_from_bytes(content)] if isinstance(content, bytes) else []
    for letter in letters:
        for name in (HEADER, "Message-ID"):
            yield from KEY.findall(str(letter.get(name, "")))


def _parts(whole: Message) -> list[Message]:
    payload = whole.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
