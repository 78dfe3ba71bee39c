"""What a coverage table holds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.models import Membership, Organisation
from organisations.rules import Known
from records.rules.standing import State
from reporting.rules import Counts, reach, shares

#: Each state in words.
STATES = {
    State.CURRENT: _("current"),
    State.EXPIRING: _("expiring within 30 days"),
    State.DUE: _("not yet due"),
    State.OVERDUE: _("overdue"),
}


class Apart(StrEnum):
    """Why somebody is counted apart, and not or not for all modules among those required."""

    AWAY = "away"
    WAIVED = "waived"


#: Each in words.
APART = {Apart.AWAY: _("Away"), Apart.WAIVED: _("A module is waived")}

#: Days ahead for which it is said what ends.
WITHIN = (30, 60, 90)


@dataclass(frozen=True)
class Module:
    """A column of the table."""

    key: uuid.UUID
    title: str


class Evidence(NamedTuple):
    """The people current in one module: of them on the live edition, and each by the newest completion they have.

    Of whom no completion is on record, though standing says they are current, none of the others tells.
    """

    module: Module
    current: int = 0
    on_live_edition: int = 0
    assessed: int = 0
    attended: int = 0
    recognised: int = 0

    @property
    def title(self) -> str:
        """The module's title."""
        return self.module.title


@dataclass(frozen=True)
class Cell:
    """One organisation, or all of them, with one module."""

    module: Module
    counts: Counts = field(default_factory=Counts)
    known: Known = field(default_factory=Known)
    #: Whether the module is required there of anyone who is or could be there.
    is_asked: bool = False
    #: How those who are current came to it, where that is shown.
    evidence: Evidence | None = None

    @property
    def reach(self) -> int | None:
        """Current of everyone there is, in per cent."""
        return reach(self.counts, self.known)

    @cached_property
    def bar(self) -> Mapping[str, int]:
        """Widths of the parts of a bar over everyone required and everyone unknown."""
        counts = self.counts
        parts = {
            "current": counts.current - counts.expiring,
            "expiring": counts.expiring,
            "due": counts.due,
            "overdue": counts.overdue,
            "unknown": self.known.unknown or 0,
        }
        return dict(zip(parts, shares(list(parts.values())), strict=True))


@dataclass(frozen=True)
class NamedFigure:
    """A headcount with the words for what it counts."""

    role: str
    kind: str
    people: int
    counted_on: date
    source: str

    @property
    def kind_label(self) -> str:
        """The kind in words; empty for every kind."""
        return str(Membership.Kind(self.kind).label) if self.kind else ""


@dataclass(frozen=True)
class Row:
    """One organisation across the modules."""

    organisation_id: int
    name: str
    slug: str
    kind: str
    cells: Sequence[Cell]
    known: Known
    away: int
    #: People of whom a module is waived.
    waived: int
    figures: Sequence[NamedFigure]

    @property
    def kind_label(self) -> str:
        """What sort of organisation it is, in words."""
        return str(Organisation.Kind(self.kind).label)


@dataclass(frozen=True)
class Coverage:
    """The table of a day: organisations by modules, all of them together, and people counted once."""

    day: date
    modules: Sequence[Module]
    rows: Sequence[Row]
    totals: Sequence[Cell]
    #: People, not people times modules: the worst of what is required of each.
    people: Counts
    #: Everybody who works there, whatever is required of them.
    everybody: Known

    @property
    def reach(self) -> int | None:
        """People current in all that is required of them, of everybody there is, in per cent."""
        return reach(self.people, self.everybody)

    @property
    def away(self) -> int:
        """People away, of whom nothing is required."""
        return sum(row.away for row in self.rows)

    @property
    def waived(self) -> int:
        """People who are not asked for one module or more, although their role is."""
        return sum(row.waived for row in self.rows)

    def cell(self, organisation_id: int, module_key: uuid.UUID) -> Cell | None:
        """One cell, if the table has it."""
        return next(
            (
                cell
                for row in self.rows
                if row.organisation_id == organisation_id
                for cell in row.cells
                if cell.module.key == module_key
            ),
            None,
        )


@dataclass(frozen=True)
class Line:
    """A number with what it counts."""

    label: str | Promise
    value: str | Promise


def lines_of(counts: Counts, known: Known) -> list[Line]:
    """Numbers one under another, in the words of the table."""
    reached = reach(counts, known)
    not_given = pgettext_lazy("headcount", "not given")
    at_most = _("at most %(share)s%%, as part of the headcount is not given") if known.is_partial else "%(share)s%%"
    lines = [
        Line(_("Coverage"), "–" if counts.coverage is None else f"{counts.coverage}%"),
        Line(_("Required"), str(counts.required)),
        Line(_("Current"), str(counts.current)),
        Line(_("Of them expiring within 30 days"), str(counts.expiring)),
        Line(_("Not yet due"), str(counts.due)),
        Line(_("Overdue"), str(counts.overdue)),
        Line(_("Headcount"), not_given if known.headcount is None else str(known.headcount)),
        Line(_("Unknown"), not_given if known.unknown is None else str(known.unknown)),
        Line(_("Reach"), not_given if reached is None else at_most % {"share": reached}),
    ]
    if known.has_leavers:
        lines.append(Line(_("Check leavers"), _("More people are registered here than were counted.")))
    return lines


#: What is counted of people who are current, in the order of its columns.
EVIDENCE = {
    "current": _("Current"),
    "on_live_edition": _("On the live edition"),
    "assessed": _("Assessed"),
    "attended": _("Attended"),
    "recognised": _("Recognised"),
}


@dataclass(frozen=True)
class Filter:
    """A number that leads to its people; no state means everyone."""

    label: str | Promise
    people: int
    state: str | None = None
    within: int | None = None
    shown: str | None = None


def filters_of(
    counts: Counts, ending: Mapping[int, int], evidence: Mapping[str, int], apart: Mapping[Apart, int]
) -> list[Filter]:
    """The numbers of a list, the most pressing first; how people came to be current where it is of one module, and who
    is counted apart where it is of all.
    """
    soon = [
        Filter(_("Ending within %(days)s days") % {"days": days}, people, within=days)
        for days, people in ending.items()
    ]
    return [
        Filter(_("Everyone required"), counts.required),
        Filter(_("Overdue"), counts.overdue, State.OVERDUE),
        Filter(_("Not yet due"), counts.due, State.DUE),
        Filter(_("Expiring"), counts.expiring, State.EXPIRING),
        Filter(_("Current"), counts.current, State.CURRENT),
        *(Filter(EVIDENCE[shown], people, shown=shown) for shown, people in evidence.items()),
        *soon,
        *(Filter(APART[which], people, which) for which, people in apart.items()),
    ]
