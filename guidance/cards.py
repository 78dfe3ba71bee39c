"""A contact as it is shown at a moment: which number to ring now, without hiding the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.hours import State, hours_may_differ, state_at
from guidance.models import Contact
from guidance.rules import digits_of
from guidance.texts import html_of, words_of
from organisations.clock import LONDON


@dataclass(frozen=True)
class Line:
    """A number of a contact."""

    number: str
    #: "Out of hours", or empty where there is one number only.
    words: str
    is_now: bool

    @property
    def href(self) -> str:
        """What a press on it dials."""
        return f"tel:{digits_of(self.number)}"


@dataclass(frozen=True)
class Card:
    """A contact at a moment, its texts in the active language."""

    contact: Contact
    state: State
    lines: tuple[Line, ...]
    hours: tuple[str, ...]
    #: Whether the usual hours may not hold today.
    may_differ: bool

    @property
    def label(self) -> SafeString:
        """Its name."""
        return html_of(self.contact, "label")

    @property
    def when(self) -> SafeString:
        """When to use it."""
        return html_of(self.contact, "when")

    @property
    def number(self) -> str:
        """The number to ring now."""
        return self.lines[0].number if self.lines else ""

    @property
    def href(self) -> str:
        """Where a press leads: a call, else the web address."""
        return self.lines[0].href if self.lines else self.contact.url

    @property
    def other(self) -> Line | None:
        """The number for the other time."""
        return self.lines[1] if len(self.lines) > 1 else None

    @property
    def note(self) -> str:
        """The few words that fit beside the number."""
        if self.other:
            return ""
        return _("Closed now") if self.state == State.CLOSED else ", ".join(self.hours[:1])

    @property
    def is_closed(self) -> bool:
        """Whether nobody answers now, as far as is known."""
        return self.state == State.CLOSED and not self.contact.out_of_hours_number

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has confirmed when it is open."""
        return self.state == State.UNKNOWN and not self.hours


def card_of(contact: Contact, moment: datetime | None = None) -> Card:
    """The contact as it is shown at the moment, which is now."""
    local = (moment or timezone.now()).astimezone(LONDON)
    state = state_at(contact.stretches, local)
    return Card(
        contact=contact,
        state=state,
        lines=_lines(contact, state),
        hours=_hours(contact),
        may_differ=contact.opening == Contact.Opening.TIMES and hours_may_differ(local.date()),
    )


def _lines(contact: Contact, state: State) -> tuple[Line, ...]:
    if not contact.number:
        return ()
    if not contact.out_of_hours_number:
        return (Line(contact.number, "", is_now=state == State.OPEN),)
    usual = Line(contact.number, _("In hours"), is_now=state == State.OPEN)
    other = Line(contact.out_of_hours_number, _("Out of hours"), is_now=state == State.CLOSED)
    return (other, usual) if other.is_now else (usual, other)


def _hours(contact: Contact) -> tuple[str, ...]:
    if words := words_of(contact, "hours"):
        return (words,)
    if contact.opening == Contact.Opening.ALWAYS:
        return (_("At any time"),)
    if contact.opening == Contact.Opening.TIMES:
        return tuple(str(row) for row in contact.opening_times.all())
    return ()
