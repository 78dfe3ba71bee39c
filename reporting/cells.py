"""The cells of the big table as HTML.

A partnership has thousands of them. Drawn by templates they would cost ten times what counting them does, so each is
put together from sentences that are translated once for the page; everything that anybody typed is escaped first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from organisations.isolating import isolated
from records.rules.standing import State
from reporting.selectors.choices import NO_UNIT
from reporting.selectors.counting import SHOWN
from reporting.selectors.groups import Group
from reporting.tables import EVIDENCE, STATES, Cell, Evidence, Module, Row

PARTS = ("current", "expiring", "due", "overdue", "unknown")


@dataclass(frozen=True)
class RowLine:
    """A row of the table with its cells drawn."""

    row: Row
    cells: SafeString
    #: Where all its people are; empty where names are not shown.
    people_url: str = ""


@dataclass(frozen=True)
class ModuleCell:
    """A module with its cell drawn."""

    title: str
    html: SafeString


@dataclass(frozen=True)
class GroupLine:
    """A role or unit with its numbers drawn."""

    group: Group
    required: SafeString
    current: SafeString
    expiring: SafeString
    due: SafeString
    overdue: SafeString


def group_lines(groups: Iterable[Group], parameter: str, people_url: str = "", kept: str = "") -> list[GroupLine]:
    """Roles or units with their numbers, each of which opens who they are where that is permitted."""
    start = f'<a class="govuk-link" href="{people_url}?' + (f"{conditional_escape(kept)}&amp;" if kept else "")

    def number(people: int, state: str, end: str) -> SafeString:
        if not people_url or not people:
            return mark_safe(str(people))  # noqa: S308 - a number
        # Every part is escaped or ours.
        return mark_safe(f"{start}{state}{end.replace('#', str(people), 1)}")  # noqa: S308

    lines = []
    for group in groups:
        name = conditional_escape(group.name)
        end = (
            f'{parameter}={group.pk or NO_UNIT}">#<span class="govuk-visually-hidden"> – <bdi>{name}</bdi></span></a>'
        )
        counts = group.counts
        current = number(counts.current, "state=current&amp;", end)
        if counts.required:
            current = mark_safe(f"{current} <small>({counts.coverage}%)</small>")  # noqa: S308
        lines.append(
            GroupLine(
                group,
                number(counts.required, "", end),
                current,
                number(counts.expiring, "state=expiring&amp;", end),
                number(counts.due, "state=due&amp;", end),
                number(counts.overdue, "state=overdue&amp;", end),
            )
        )
    return lines


def evidence_lines(
    evidence: Iterable[Evidence], address: str = "", kept: str = ""
) -> list[dict[str, str | SafeString]]:
    """Modules with how people came to be current; each number opens who they are where there is an address."""
    after = f"&amp;{conditional_escape(kept)}" if kept else ""
    lines = []
    for each in evidence:
        title = conditional_escape(each.title)
        line: dict[str, str | SafeString] = {"title": each.title}
        for name, label in EVIDENCE.items():
            people = getattr(each, name)
            line[name] = str(people)
            if address and people:
                asked = f"shown={name}" if name in SHOWN else f"state={name}"
                words = (
                    f'<span class="govuk-visually-hidden"> – {conditional_escape(label)}, <bdi>{title}</bdi></span>'
                )
                link = f'<a class="govuk-link" href="{address}{each.module.key}/?{asked}{after}">{people}{words}</a>'
                line[name] = mark_safe(link)  # noqa: S308 - every part is escaped or ours
        lines.append(line)
    return lines


def headcount_lines(rows: Iterable[Row]) -> SafeString:
    """Rows of the table of headcounts: each organisation with the figures that it gave, or that it gave none."""
    heads = (_("Who was counted"), _("People"), _("Counted on"), _("Source"))
    who, people, day, source = (f'role="cell" data-label="{conditional_escape(head)}"' for head in heads)
    whole, not_given = _("the whole organisation"), pgettext("headcount", "not given")
    days: dict[date, str] = {}
    lines = []
    for row in rows:
        start = f'<tr role="row"><th role="rowheader" scope="row">{conditional_escape(row.name)}</th>'
        if not row.figures:
            lines.append(f'{start}<td colspan="4" {who}>{not_given}</td></tr>')
        for figure in row.figures:
            of_whom = f"{figure.role or whole}, {figure.kind_label}" if figure.kind else figure.role or whole
            if figure.counted_on not in days:
                days[figure.counted_on] = date_format(figure.counted_on)
            lines.append(
                f"{start}<td {who}>{conditional_escape(of_whom)}</td>"
                f'<td class="is-number" {people}>{figure.people}</td>'
                f"<td {day}>{days[figure.counted_on]}</td><td {source}>{conditional_escape(figure.source)}</td></tr>"
            )
    # Every part is escaped or ours.
    return mark_safe("".join(lines))  # noqa: S308


class CellWriter:
    """Draws cells for one page, in the reader's language; links keep what the page was asked for."""

    def __init__(self, kept: str = "", *, has_evidence: bool = True) -> None:
        self.has_evidence = has_evidence
        self.kept = f"?{conditional_escape(kept)}" if kept else ""
        self.kept_after = f"&amp;{conditional_escape(kept)}" if kept else ""
        #: Each number that leads to its people: how the list is asked for it, and its name.
        self.opening = [
            *((state.value, "state", conditional_escape(STATES[state])) for state in State),
            *((shown, "shown", conditional_escape(EVIDENCE[shown])) for shown in SHOWN),
        ]
        self.titles: dict[str, SafeString] = {}
        self.not_required = f"<small>{_('not required')}</small>"
        self.of = _("of %(required)s")
        self.nobody = f"<b>–</b> <small>{_('nobody is required')}</small>"
        self.current = _("%(current)s current, %(expiring)s expiring")
        self.shown = [
            _("%(on_live_edition)s of them on the live edition"),
            _("%(assessed)s assessed, %(attended)s attended, %(recognised)s recognised"),
        ]
        self.late = _("%(due)s due, %(overdue)s overdue")
        self.no_headcount = _("headcount not given, so unknown and reach are not known")
        self.headcount = _("headcount %(headcount)s, %(unknown)s unknown")
        self.reach = _("reach %(share)s%%")
        self.reach_at_most = _("reach at most %(share)s%%: some headcounts are not given")
        self.no_reach = _("reach –")
        self.leavers = _("check leavers: more registered than counted")

    def line(self, row: Row, *, shows_names: bool = False) -> RowLine:
        """One organisation; each share leads to the people behind it, and each number too where names are shown."""
        address = reverse("reporting:organisation", args=[row.slug])
        people_url = reverse("reporting:organisation_people", args=[row.slug]) if shows_names else ""
        return RowLine(row, self._cells(row.cells, address, row.name, shows_names=shows_names), people_url)

    def modules(self, row: Row, *, shows_names: bool = False) -> list[ModuleCell]:
        """The same, module by module, for a list; modules that mean nobody there are left out."""
        address = reverse("reporting:organisation", args=[row.slug])
        name = conditional_escape(row.name)
        found = []
        for cell in row.cells:
            if cell.is_asked:
                title = self._title(cell.module)
                inside = self._inside(cell, title, address, name, shows_names=shows_names)
                found.append(ModuleCell(title, mark_safe(inside)))  # noqa: S308
        return found

    def totals(self, cells: Iterable[Cell]) -> SafeString:
        """All organisations together."""
        return self._cells(cells, "", "")

    def _cells(self, cells: Iterable[Cell], address: str, of: str, *, shows_names: bool = False) -> SafeString:
        name = conditional_escape(of)
        # Every part is escaped or ours.
        return mark_safe(  # noqa: S308
            "".join(self._cell(cell, address, name, shows_names=shows_names) for cell in cells)
        )

    def _cell(self, cell: Cell, address: str, of: str, *, shows_names: bool) -> str:
        title = self._title(cell.module)
        inside = self._inside(cell, title, address, of, shows_names=shows_names)
        return f'<td role="cell" data-label="{title}">{inside}</td>'

    def _title(self, module: Module) -> SafeString:
        """The title of a module, escaped once for the page."""
        if module.title not in self.titles:
            self.titles[module.title] = conditional_escape(module.title)
        return self.titles[module.title]

    def _inside(self, cell: Cell, title: str, address: str, of: str, *, shows_names: bool) -> str:
        if not cell.is_asked:
            return self.not_required
        counts, known = cell.counts, cell.known
        share, said = self.nobody, []
        if counts.required:
            number = f"<b>{counts.coverage}%</b>"
            if address:
                number = (
                    f'<a class="govuk-link" href="{address}{cell.module.key}/{self.kept}">{number}'
                    f'<span class="govuk-visually-hidden"> – <bdi>{of}</bdi>, <bdi>{title}</bdi></span></a>'
                )
            share = f"{number} <small>{self.of % {'required': counts.required}}</small>"
            numbers = self._numbers(cell, title, address, of, shows_names=shows_names)
            shown = self.shown if self.has_evidence and cell.evidence and counts.current else ()
            said += [words % numbers for words in (self.current, *shown, self.late)]
        if known.headcount is None:
            said.append(self.no_headcount)
        else:
            said.append(self.headcount % {"headcount": known.headcount, "unknown": known.unknown})
            reach = cell.reach
            if known.is_partial:
                said.append(self.reach_at_most % {"share": "–" if reach is None else reach})
            else:
                said.append(self.no_reach if reach is None else self.reach % {"share": reach})
        if known.has_leavers:
            said.append(self.leavers)
        return f'<div class="matrix__cell">{share}{self._bar(cell)}<small>{"<br>".join(said)}</small></div>'

    def _numbers(self, cell: Cell, title: str, address: str, of: str, *, shows_names: bool) -> dict[str, str | int]:
        """The number of people in each state and how they came to it, which leads to who they are."""
        found: dict[str, str | int] = cell.counts._asdict() | (cell.evidence._asdict() if cell.evidence else {})
        if not shows_names:
            return found
        for name, asked, words in self.opening:
            if people := found.get(name):
                # Spoken as a name of its own: inside the sentence the words would stand twice.
                label = f"{people} – {words}, {isolated(of)}, {isolated(title)}"
                where = f"{address}{cell.module.key}/?{asked}={name}{self.kept_after}"
                found[name] = f'<a class="govuk-link" href="{where}" aria-label="{label}">{people}</a>'
        return found

    def _bar(self, cell: Cell) -> str:
        """The same as components/stack.html."""
        bar = cell.bar
        parts = "".join(f'<i class="{part} w-{bar[part]}"></i>' for part in PARTS)
        return f'<span class="stack" aria-hidden="true">{parts}</span>'
