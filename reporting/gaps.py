"""Gaps in words, each with the page that mends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from downloads.tables import Cell as Value


class Lack(StrEnum):
    """What can be missing, the most pressing first."""

    LEAD = "lead"
    HEADCOUNT = "headcount"
    NEW_HEADCOUNT = "new headcount"
    LEAVERS = "leavers"
    PEOPLE = "people"
    TRAINING = "training"
    REQUIREMENT = "requirement"
    CONTACT = "contact"


@dataclass(frozen=True)
class Gap:
    """One thing that an organisation lacks on a day."""

    organisation_id: int
    organisation: str
    slug: str
    lack: Lack
    #: The role that nothing is required of, or the contact in words.
    about: str = ""
    #: Since when, of a headcount.
    on: date | None = None

    @property
    def sentence(self) -> str:
        """The gap in words."""
        match self.lack:
            case Lack.LEAD:
                return _("Nobody is its lead.")
            case Lack.HEADCOUNT:
                return _("No headcount is given, so nobody knows how many people are unknown.")
            case Lack.NEW_HEADCOUNT:
                day = date_format(self.on) if self.on else ""
                return _("The headcount is more than a year old: it was counted on %(day)s.") % {"day": day}
            case Lack.LEAVERS:
                return _("More people are registered than were counted. Some may have left.")
            case Lack.PEOPLE:
                return _("Nobody is registered here.")
            case Lack.TRAINING:
                return _("Nobody here is current in anything that is required.")
            case Lack.REQUIREMENT:
                return _("Nothing is required of this role: %(role)s.") % {"role": self.about}
            case _:
                return self.about

    @property
    def mend(self) -> str:
        """What the page is called that mends it."""
        return {
            Lack.LEAD: _("Appoint a lead"),
            Lack.HEADCOUNT: _("Add a headcount"),
            Lack.NEW_HEADCOUNT: _("Add a headcount"),
            Lack.LEAVERS: _("Look through the people"),
            Lack.PEOPLE: _("Add people"),
            Lack.TRAINING: _("See who is to be reminded, or ask for a briefing"),
            Lack.REQUIREMENT: _("Require a module"),
            Lack.CONTACT: _("Add a contact"),
        }[self.lack]

    @property
    def address(self) -> str:
        """Where it is mended."""
        match self.lack:
            case Lack.REQUIREMENT:
                return reverse("records:requirement_new")
            case Lack.CONTACT:
                return reverse("wagtailsnippets_guidance_contact:add")
            case Lack.TRAINING:
                name = "reporting:organisation"
            case Lack.LEAD:
                name = "organisations:lead_new"
            case Lack.LEAVERS | Lack.PEOPLE:
                name = "organisations:people"
            case _:
                name = "organisations:headcount_new"
        return reverse(name, args=[self.slug])


@dataclass(frozen=True)
class GapsOfOne:
    """What one organisation lacks."""

    name: str
    slug: str
    gaps: Sequence[Gap]


def by_organisation(gaps: Iterable[Gap]) -> list[GapsOfOne]:
    """The gaps brought together by organisation, in their order."""
    grouped = groupby(gaps, key=lambda gap: (gap.organisation_id, gap.organisation, gap.slug))
    return [GapsOfOne(name, slug, tuple(theirs)) for (_pk, name, slug), theirs in grouped]


def gap_rows(gaps: Iterable[Gap], day: date) -> Iterator[Sequence[Value]]:
    """The gaps as the rows of a file."""
    yield [_("Day"), _("Organisation"), _("What is missing"), _("What mends it")]
    for gap in gaps:
        yield [day.isoformat(), gap.organisation, gap.sentence, gap.mend]
