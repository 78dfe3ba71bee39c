"""A session as an iCalendar file (RFC 5545), under a title that says nothing to whoever looks over a shoulder."""

from __future__ import annotations

from datetime import UTC

from icalendar import Calendar, Event

from records.models import Session

#: The same in every language: it stands in people's calendars, which others may see.
TITLE = "Briefing"


def calendar_of(session: Session) -> bytes:
    """The file; a cancelled session takes itself out of calendars."""
    event = Event()
    event.add("uid", f"{session.key}@signpost")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", TITLE)
    event.add("location", session.place)
    event.add("status", "CANCELLED" if session.state == Session.State.CANCELLED else "CONFIRMED")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Signpost//Briefings//EN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()
