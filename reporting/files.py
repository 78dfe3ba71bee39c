"""What is on the screen, as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from downloads.tables import Cell as Value
from organisations.models import Organisation
from organisations.rules import Known
from reporting.rules import Counts, reach
from reporting.selectors_people import PersonRow
from reporting.tables import STATES, Coverage


def coverage_rows(coverage: Coverage, *, known_on: date) -> Iterator[Sequence[Value]]:
    """The table with one line for each organisation and module, then the totals."""
    yield [
        _("Day"),
        _("As known on"),
        _("Organisation"),
        _("Kind of organisation"),
        _("Module"),
        _("Coverage, per cent"),
        _("Required"),
        _("Current"),
        _("Of them expiring"),
        _("Due"),
        _("Overdue"),
        _("Headcount"),
        _("Unknown"),
        _("Reach, per cent"),
        _("Note"),
        _("Headcount source"),
    ]
    days = [coverage.day.isoformat(), known_on.isoformat()]
    for row in coverage.rows:
        for cell in row.cells:
            if cell.is_asked:
                numbers = _numbers(cell.counts, cell.known)
                yield [*days, row.name, row.kind_label, cell.module.title, *numbers, _sources(cell.known)]
    everywhere = _("All of them, people counted once")
    for cell in coverage.totals:
        yield [*days, everywhere, "", cell.module.title, *_numbers(cell.counts, cell.known), ""]
    everything = _numbers(coverage.people, coverage.everybody)
    yield [*days, everywhere, "", _("Everything that is required of them"), *everything, ""]


def people_rows(
    organisation: Organisation, module: str, people: Iterable[PersonRow], *, day: date, known_on: date
) -> Iterator[Sequence[Value]]:
    """One line for each person behind a number."""
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
    ]
    for person in people:
        yield [
            day.isoformat(),
            known_on.isoformat(),
            organisation.name,
            module,
            person.name,
            ", ".join(job.role for job in person.jobs),
            ", ".join(job.role for job in person.jobs if not job.is_confirmed),
            person.units,
            str(STATES[person.state]),
            person.due_on.isoformat() if person.due_on else "",
            person.valid_until.isoformat() if person.valid_until else "",
        ]


def _numbers(counts: Counts, known: Known) -> list[Value]:
    """The numbers of a cell in the order of the columns, with the words that belong beside them."""
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
