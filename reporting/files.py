"""What is on the screen, as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from downloads.tables import Cell as Value
from organisations.rules import Known
from reporting.filters import EVERYTHING, Chosen
from reporting.method import everywhere, method_lines, said
from reporting.rules import Counts, reach
from reporting.selectors.apart import ApartRow
from reporting.selectors.people import Job, PersonRow, Wanted
from reporting.tables import APART, EVIDENCE, STATES, Apart, Coverage, Evidence


def coverage_rows(coverage: Coverage, *, known_on: date, chosen: Chosen = EVERYTHING) -> Iterator[Sequence[Value]]:
    """The table with one line for each organisation and module, then the totals."""
    yield [
        _("Day"),
        _("As known on"),
        _("Organisation"),
        _("Kind of organisation"),
        _("Module"),
        _("Coverage, per cent"),
        _("Required"),
        *evidence_labels(),
        _("Of them expiring"),
        _("Due"),
        _("Overdue"),
        _("Headcount"),
        _("Unknown"),
        _("Reach, per cent"),
        _("Note"),
        _("Headcount source"),
        _("Shown"),
    ]
    shown = said(chosen)
    days = [coverage.day.isoformat(), known_on.isoformat()]
    for row in coverage.rows:
        for cell in row.cells:
            if cell.is_asked:
                numbers = _numbers(cell.counts, cell.known, cell.evidence)
                yield [*days, row.name, row.kind_label, cell.module.title, *numbers, _sources(cell.known), shown]
    for cell in coverage.totals:
        numbers = _numbers(cell.counts, cell.known, cell.evidence)
        yield [*days, everywhere(), "", cell.module.title, *numbers, "", shown]
    everything = _numbers(coverage.people, coverage.everybody)
    yield [*days, everywhere(), "", _("Everything that is required of them"), *everything, "", shown]


def evidence_labels() -> list[str]:
    """The headings of what is counted of people who are current."""
    return [str(label) for label in EVIDENCE.values()]


def headcount_rows(coverage: Coverage) -> Iterator[Sequence[Value]]:
    """Where the headcounts come from, and who gave none."""
    yield [_("Organisation"), _("Role"), _("Works there as"), _("People"), _("Counted on"), _("Source")]
    for row in coverage.rows:
        for figure in row.figures:
            who = figure.role or _("the whole organisation")
            yield [row.name, who, figure.kind_label, figure.people, figure.counted_on.isoformat(), figure.source]
        if not row.figures:
            yield [row.name, pgettext("headcount", "not given"), "", None, "", ""]


def method_rows(day: date, *, known_on: date, chosen: Chosen) -> Iterator[Sequence[Value]]:
    """How it was counted, a line for each word."""
    yield [_("Word"), _("What it means")]
    yield from method_lines(day, known_on, chosen)


def people_rows(wanted: Wanted, people: Iterable[PersonRow], *, known_on: date) -> Iterator[Sequence[Value]]:
    """One line for each person and module behind a number."""
    yield [
        _("Day"),
        _("As known on"),
        _("Organisation"),
        _("Module"),
        _("Name"),
        _("Role"),
        _("Role not confirmed"),
        _("Unit"),
        _("State"),
        _("Due on"),
        _("Valid until"),
        _("Shown"),
    ]
    start = [wanted.day.isoformat(), known_on.isoformat(), wanted.organisation.name]
    shown = said(wanted.chosen)
    states = {state: str(words) for state, words in STATES.items()}
    # The same few days come again and again.
    days: dict[date | None, str] = {None: ""}
    for person in people:
        who = [person.name, *_roles(person.jobs), person.units]
        for item in person.items:
            for day in (item.due_on, item.valid_until):
                if day and day not in days:
                    days[day] = day.isoformat()
            yield [*start, item.title, *who, states[item.state], days[item.due_on], days[item.valid_until], shown]


def apart_rows(
    wanted: Wanted, which: Apart, people: Iterable[ApartRow], *, known_on: date
) -> Iterator[Sequence[Value]]:
    """One line for each person counted apart and each module that is waived."""
    yield [
        _("Day"),
        _("As known on"),
        _("Organisation"),
        _("Counted apart"),
        _("Module"),
        _("Name"),
        _("Role"),
        _("Role not confirmed"),
        _("Unit"),
        _("Until"),
        _("Shown"),
    ]
    start = [wanted.day.isoformat(), known_on.isoformat(), wanted.organisation.name, str(APART[which])]
    shown = said(wanted.chosen)
    for person in people:
        who = [person.name, *_roles(person.jobs), person.units]
        for item in person.items:
            yield [*start, item.title, *who, item.last_day.isoformat() if item.last_day else "", shown]


def _roles(jobs: Iterable[Job]) -> list[Value]:
    """The roles, and those of them that are not confirmed."""
    return [", ".join(job.role for job in jobs), ", ".join(job.role for job in jobs if not job.is_confirmed)]


def _numbers(counts: Counts, known: Known, evidence: Evidence | None = None) -> list[Value]:
    """The numbers of a cell in the order of the columns, with the words that belong beside them.

    How people came to be current is said of one module, not of everything that is required of them.
    """
    notes = []
    if known.headcount is None:
        notes.append(_("headcount not given"))
    if known.is_partial:
        notes.append(_("part of the headcount is not given, so reach is at most this"))
    if known.has_leavers:
        notes.append(_("more people registered than counted: check leavers"))
    return [
        counts.coverage,
        counts.required,
        counts.current,
        *(getattr(evidence, name, None) for name in EVIDENCE if name != "current"),
        counts.expiring,
        counts.due,
        counts.overdue,
        known.headcount,
        known.unknown,
        reach(counts, known),
        "; ".join(notes),
    ]


def _sources(known: Known) -> str:
    """Where the headcount comes from, with its day."""
    return "; ".join(f"{each.people}, {each.counted_on.isoformat()}, {each.source}" for each in known.figures)
