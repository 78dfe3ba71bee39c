"""What a report prints: every number as it may be read by anybody, and the exact numbers behind it for its own lead.

Counts below the partnership's threshold are hidden, with as many further ones as it takes (`reporting.suppression`).
Printed per module are two kinds of people, those current and the others, in every organisation and in all of them; and
completions by how they came about. A share is printed only where both of its counts are. Unknown people are places in
a staff list, about whom nothing is on record, so their number is hidden only where it gives another away.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from organisations.rules import Known
from records.selectors.sessions import BriefingDelivery, UnmetRequest
from reporting.filters import Chosen
from reporting.gaps import Gap, Lack
from reporting.rules import Counts, per_cent, reach
from reporting.selectors.delivery import Delivery, DoneLine
from reporting.suppression import Mark, Marks, hide
from reporting.tables import Cell, Coverage, Evidence
from reporting.trend import Trend

#: A number, or the words that stand for it.
Printed = int | str


def make_payload(
    coverage: Coverage,
    delivery: Delivery,
    requests: Sequence[UnmetRequest],
    trend: Trend,
    gaps: Sequence[Gap],
    *,
    partnership: str,
    known_on: date,
    chosen: Chosen,
    threshold: int,
) -> dict[str, Any]:
    """Everything that a report prints, with the exact numbers of its table, as JSON takes it."""
    modules = [_module(coverage, number, threshold) for number in range(len(coverage.modules))]
    people = _people(coverage, modules, threshold)
    return {
        "version": 1,
        "partnership": partnership,
        "day": coverage.day.isoformat(),
        "known_on": known_on.isoformat(),
        "threshold": threshold,
        "scope": [[str(each.label), each.value] for each in chosen.said],
        "organisations": [
            {"id": row.organisation_id, "name": row.name, "kind": row.kind_label} for row in coverage.rows
        ],
        "people": people,
        "modules": modules,
        "evidence": _evidence([cell.evidence for cell in coverage.totals if cell.evidence], modules, threshold),
        "trend": _trend(trend, people["printed"], threshold),
        "gaps": _gaps(gaps, modules),
        "delivery": _delivery(delivery, threshold),
        "requests": [
            [each.organisation, each.title, each.people, each.asked_on.isoformat(), each.declined_because]
            for each in requests
        ],
        "comments": [],
    }


def checksum_of(payload: Mapping[str, Any]) -> str:
    """SHA-256 of the payload in its one spelling."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def as_printed(mark: Mark, count: int, threshold: int) -> Printed:
    """A count as it may be read."""
    match mark:
        case Mark.SHOWN:
            return count
        case Mark.SMALL:
            return f"<{threshold}"
        case _:
            return _("hidden")


def is_exact(value: object) -> bool:
    """Whether a printed count is the number itself."""
    return isinstance(value, int)


# --- coverage --------------------------------------------------------------------------------------


def _module(coverage: Coverage, number: int, threshold: int) -> dict[str, Any]:
    rows = [(row, row.cells[number]) for row in coverage.rows if row.cells[number].is_asked]
    marks = hide([_parts(cell.counts) for _row, cell in rows], threshold) if rows else Marks([[Mark.SHOWN] * 3])
    total = coverage.totals[number]
    return {
        "key": str(total.module.key),
        "title": total.module.title,
        "rows": [
            {"organisation": row.organisation_id, "name": row.name, **_cell(cell, marks.rows[place], threshold)}
            for place, (row, cell) in enumerate(rows)
        ],
        "total": _cell(total, marks.rows[-1], threshold),
    }


def _parts(counts: Counts) -> list[int]:
    return [counts.current, counts.required - counts.current]


def _cell(cell: Cell, marks: Sequence[Mark], threshold: int) -> dict[str, Any]:
    return {
        "printed": _printed(cell.counts, cell.known, marks, threshold),
        "exact": exact_numbers(cell.counts, cell.known),
    }


def _printed(counts: Counts, known: Known, marks: Sequence[Mark], threshold: int) -> dict[str, Printed]:
    """Required, current, coverage, unknown and reach, each as far as the marks let it be read."""
    of_current, of_others, of_required = marks
    # Of all organisations people count once, so this can be smaller than the sum that the marks are of.
    of_required = _at_least_small(of_required, counts.required, threshold)
    of_current = _at_least_small(of_current, counts.current, threshold)
    hidden = _("hidden")
    printed: dict[str, Printed] = {
        "required": as_printed(of_required, counts.required, threshold),
        "current": as_printed(of_current, counts.current, threshold),
        "coverage": hidden,
        "unknown": hidden,
        "reach": hidden,
    }
    if of_required is not Mark.SHOWN:
        return printed
    printed["unknown"] = _unknown(known)
    if of_current is Mark.SHOWN:
        printed["coverage"] = _share(counts.coverage)
        printed["reach"] = _reach(counts, known)
    elif of_current is Mark.HIDDEN and of_others is Mark.SMALL:
        # Fewer than the threshold are not current: the bound says just that, and keeps a well-trained place readable.
        least = counts.required - threshold + 1
        at_least = _("at least %(share)s")
        printed["current"] = _("%(least)s or more") % {"least": least}
        printed["coverage"] = at_least % {"share": _share(per_cent(least, counts.required))}
        least_reach = reach(Counts(counts.required, least), known)
        if not known.is_partial and least_reach is not None:
            printed["reach"] = at_least % {"share": _share(least_reach)}
    return printed


def _share(share: int | None) -> str:
    return "–" if share is None else f"{share}%"


def _unknown(known: Known) -> Printed:
    if known.unknown is None:
        return _("not given")
    return _("at least %(people)s") % {"people": known.unknown} if known.is_partial else known.unknown


def _reach(counts: Counts, known: Known) -> str:
    share = reach(counts, known)
    if known.headcount is None:
        return _("not given")
    return _("at most %(share)s") % {"share": _share(share)} if known.is_partial else _share(share)


def exact_numbers(counts: Counts, known: Known) -> dict[str, int | None]:
    """The numbers behind what is printed: for those whose own they are."""
    return {
        "required": counts.required,
        "current": counts.current,
        "expiring": counts.expiring,
        "due": counts.due,
        "overdue": counts.overdue,
        "coverage": counts.coverage,
        "headcount": known.headcount,
        "unknown": known.unknown,
        "reach": reach(counts, known),
        "is_partial": known.is_partial,
    }


def _evidence(
    evidence: Iterable[Evidence], modules: Iterable[Mapping[str, Any]], threshold: int
) -> list[dict[str, Any]]:
    """How people who are current came to it, by module, and how many of them are current on the live edition.

    Each is a part of the people current in all organisations together: where those are not printed, no part is.
    """
    found = {str(each.module.key): each for each in evidence}
    lines = []
    for module in modules:
        of_module = found.get(module["key"])
        if of_module is None:
            continue
        current = module["total"]["printed"]["current"]
        sources = [of_module.assessed, of_module.attended, of_module.recognised]
        if unsaid := of_module.current - sum(sources):
            # A part too, which a reader finds by subtraction.
            sources.append(unsaid)
        live = [of_module.on_live_edition, of_module.current - of_module.on_live_edition]
        assessed, attended, recognised = _parts_of(current, sources, threshold)[:3]
        lines.append(
            {
                "title": module["title"],
                "current": current,
                "on_live_edition": _parts_of(current, live, threshold)[0],
                "assessed": assessed,
                "attended": attended,
                "recognised": recognised,
            }
        )
    return lines


def _parts_of(whole: Printed, parts: Sequence[int], threshold: int) -> list[Printed]:
    """The parts of a number that stands elsewhere; none of them where they can be hidden only with that number."""
    marks = hide([parts], threshold).rows[0]
    if not is_exact(whole) or marks[-1] is not Mark.SHOWN:
        marks = [Mark.HIDDEN] * len(marks)
    return [as_printed(mark, part, threshold) for mark, part in zip(marks, parts, strict=False)]


def _people(coverage: Coverage, modules: Iterable[Mapping[str, Any]], threshold: int) -> dict[str, Any]:
    """The headline: people, each once. It is hidden where it would give a hidden total of a module away."""
    counts = coverage.people
    is_open = all(
        is_exact(module["total"]["printed"]["required"]) and is_exact(module["total"]["printed"]["current"])
        for module in modules
    )
    marks = hide([[counts.current, counts.due, counts.overdue]], threshold).rows[0]
    if not is_open:
        marks = [Mark.HIDDEN] * len(marks)
    others = Mark.SHOWN if marks[1] is marks[2] is Mark.SHOWN else Mark.HIDDEN
    printed = _printed(counts, coverage.everybody, [marks[0], others, marks[3]], threshold)
    return {
        "printed": {
            **printed,
            "due": as_printed(marks[1], counts.due, threshold),
            "overdue": as_printed(marks[2], counts.overdue, threshold),
            "away": as_printed(_alone(coverage.away, threshold), coverage.away, threshold),
            "waived": as_printed(_alone(coverage.waived, threshold), coverage.waived, threshold),
        },
        "exact": exact_numbers(counts, coverage.everybody),
    }


def _at_least_small(mark: Mark, count: int, threshold: int) -> Mark:
    """The mark of a count of people counted once, by a sum that may be larger."""
    return _alone(count, threshold) if mark is Mark.SHOWN else mark


def _trend(trend: Trend, today: Mapping[str, Printed], threshold: int) -> list[dict[str, Any]]:
    """People by month, the newest last: that one is the headline, and is printed as it is."""
    months = []
    for month in trend.months:
        marks = hide([_parts(month.people)], threshold).rows[0]
        printed = _printed(month.people, month.everybody, marks, threshold)
        months.append(
            {
                "day": month.day.isoformat(),
                "printed": printed,
                "changes": [change.sentence for change in month.changes],
            }
        )
    if months:
        months[-1]["printed"] = {name: today[name] for name in months[-1]["printed"]}
    return months


def _gaps(gaps: Iterable[Gap], modules: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """What organisations lack; that nobody is current only where each row of theirs says it too."""
    rows = [row for module in modules for row in module["rows"]]
    silent = {row["organisation"] for row in rows if row["printed"]["current"] != 0}
    said = {row["organisation"] for row in rows} - silent
    return [
        [gap.organisation, gap.sentence]
        for gap in gaps
        if gap.lack is not Lack.TRAINING or gap.organisation_id in said
    ]


def _alone(count: int, threshold: int) -> Mark:
    """A count that is part of no sum."""
    return Mark.SMALL if 0 < count < threshold else Mark.SHOWN


# --- delivery --------------------------------------------------------------------------------------


def _delivery(delivery: Delivery, threshold: int) -> dict[str, Any]:
    modules = [_delivered(delivery, line, threshold) for line in delivery.modules]
    is_open = all(is_exact(module["total"][-1]) for module in modules)
    everything = delivery.everything.all
    briefings = delivery.briefings

    def if_open(count: int) -> Printed:
        return as_printed(_alone(count, threshold) if is_open else Mark.HIDDEN, count, threshold)

    return {
        "first": delivery.first.isoformat(),
        "last": delivery.last.isoformat(),
        "completions": if_open(everything.completions),
        "people": if_open(everything.people),
        "modules": modules,
        "sessions": [[each.held_on.isoformat(), each.title] for each in briefings.sessions],
        "deliverers": len(briefings.deliverers),
        "organisations": len(briefings.organisations),
        "rooms": _rooms(briefings, threshold),
    }


def _delivered(delivery: Delivery, module: DoneLine, threshold: int) -> dict[str, Any]:
    """Completions of one module by organisation and source, with the totals of both."""
    rows = [(row.name, line) for row in delivery.rows for line in row.lines if line.key == module.key]
    marks = hide([_by_source(line) for _name, line in rows], threshold).rows

    def printed(line: DoneLine, of_line: Sequence[Mark]) -> list[Printed]:
        counts = [*_by_source(line), line.all.completions]
        return [
            as_printed(_at_least_small(mark, count, threshold), count, threshold)
            for count, mark in zip(counts, of_line, strict=True)
        ]

    return {
        "title": module.title,
        "rows": [[name, *printed(line, marks[place])] for place, (name, line) in enumerate(rows)],
        "total": printed(module, marks[-1]),
    }


def _by_source(line: DoneLine) -> list[int]:
    return [line.assessed.completions, line.attended.completions, line.recognised.completions]


def _rooms(briefings: BriefingDelivery, threshold: int) -> list[list[Printed]]:
    """People in the room by organisation, then those of organisations that are not listed, then all of them."""
    people: defaultdict[str, int] = defaultdict(int)
    for each in briefings.by_organisation:
        people[each.organisation] += each.attendances
    names, counts = list(people), list(people.values())
    if briefings.not_listed:
        names.append(_("Organisations that are not listed"))
        counts.append(briefings.not_listed)
    if not counts:
        return []
    marks = hide([[count] for count in counts], threshold, has_row_totals=False).rows
    lines: list[list[Printed]] = [
        [name, as_printed(marks[place][0], count, threshold)]
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    return [*lines, [_("All of them"), as_printed(marks[-1][0], sum(counts), threshold)]]
