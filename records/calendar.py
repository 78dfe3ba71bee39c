"""A session as an iCalendar file (RFC 5545), under a title that says nothing to whoever looks over a shoulder."""

from __future__ import annotations

from datetime import UTC, datetime

from records.models import Session

#: The same in every language: it stands in people's calendars, which others may see.
TITLE = "Briefing"


def calendar_of(session: Session) -> bytes:
    """The file; a cancelled session takes itself out of calendars."""
    is_cancelled = session.state == Session.State.CANCELLED
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Signpost//Briefings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{session.key}@signpost",
        f"SEQUENCE:{session.sequence}",
        f"DTSTAMP:{_moment(session.changed_at)}",
        f"DTSTART:{_moment(session.starts_at)}",
        f"DTEND:{_moment(session.ends_at)}",
        f"SUMMARY:{TITLE}",
        f"LOCATION:{escaped(session.place)}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line break are written out."""
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> bytes:
    """A line of at most 75 octets at a time, never cut inside a letter."""
    parts: list[bytes] = [b""]
    for letter in line:
        octets = letter.encode()
        # Each further part begins with a space, which counts.
        if len(parts[-1]) + len(octets) > (75 if len(parts) == 1 else 74):
            parts.append(b"")
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
