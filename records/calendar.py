"""A session as an iCalendar file (RFC 5545), under a title that says nothing to whoever looks over a shoulder.

Calendars take it by RFC 5546: published, published anew under a higher number when it changes, and called off by the
same organiser when it is cancelled.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

from records.models import Session

#: The same in every language: it stands in people's calendars, which others may see.
TITLE = "Briefing"
FILE = "briefing.ics"


def calendar_of(session: Session) -> bytes:
    """The file; a cancelled session takes itself out of calendars."""
    event = Event()
    event.add("uid", f"{session.key}@signpost")
    event.add("sequence", session.sequence)
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", TITLE)
    event.add("location", session.place)
    event.add("status", "CANCELLED" if session.state == Session.State.CANCELLED else "CONFIRMED")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Signpost//Briefings//EN")
    calendar.add("method", method_of(session))
    calendar.add_component(event)
    return calendar.to_ical()


def method_of(session: Session) -> str:
    """What the file asks a calendar to do."""
    return "CANCEL" if session.state == Session.State.CANCELLED else "PUBLISH"
