"""Reads for reports: the numbers to print, and how those of a published one differ from what is known today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db.models import QuerySet

from organisations.clock import day_of
from organisations.models import Organisation, Partnership
from organisations.rules import Known
from records.selectors.sessions import unmet_requests
from reporting.filters import Chosen
from reporting.models import Report, ReportPart
from reporting.publishing import exact_numbers, make_payload
from reporting.rules import Counts
from reporting.selectors.choices import choices_in
from reporting.selectors.coverage import coverage_on, organisations_in
from reporting.selectors.delivery import Scope, delivered
from reporting.selectors.gaps import gaps_of
from reporting.selectors.since import Counted, Reasons, reasons_since
from reporting.selectors.trend import trend_of
from reporting.tables import Coverage


def organisations_of(partnership: Partnership, day: date) -> QuerySet[Organisation]:
    """Whose numbers a report of the partnership holds."""
    return organisations_in(day, partnership_ids=[partnership.pk], own_ids=[])


def chosen_in(partnership: Partnership, day: date, scope: str) -> Chosen:
    """What a report was chosen to look at, from how it stands in an address."""
    return choices_in(organisations_of(partnership, day)).chosen(dict(parse_qsl(scope)))


def knows(partnership: Partnership, day: date, scope: str) -> bool:
    """Whether all that was chosen is there in the partnership: an area is in one only."""
    return dict(parse_qsl(chosen_in(partnership, day, scope).query)).keys() == dict(parse_qsl(scope)).keys()


def payload_of(report: Report, *, at: datetime, threshold: int) -> dict[str, Any]:
    """Everything that the report would print, as known now: a fixed number of queries."""
    partnership, first, last = report.partnership, report.delivery_from, report.delivery_to
    chosen = chosen_in(partnership, report.day, report.scope)
    scope, organisations = Scope(frozenset({partnership.pk})), organisations_of(partnership, report.day)
    return make_payload(
        coverage_on(organisations, report.day, chosen, has_evidence=True),
        delivered(scope, first, last, named=report.day),
        unmet_requests(partnership, first, last, named=report.day),
        trend_of(scope, report.day, chosen),
        gaps_of(organisations.filter(chosen.organisations), report.day),
        partnership=partnership.name,
        known_on=day_of(at),
        chosen=chosen,
        threshold=threshold,
    )


def comments_of(report: Report) -> list[ReportPart]:
    """The comments that are printed, by organisation: one query."""
    return list(report.parts.exclude(comment="").select_related("organisation"))


#: Where nothing is required any more.
NOTHING = exact_numbers(Counts(), Known())


@dataclass(frozen=True)
class Compared:
    """One number then and now: a module in all organisations, or people in all that is required of them."""

    title: str
    then: Mapping[str, Any]
    now: Mapping[str, Any]
    #: Of the reasons those that are about this module.
    reasons: Sequence[str] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing that the page shows has changed."""
        return all(self.then[name] == self.now[name] for name in ("required", "current", "unknown", "reach"))


@dataclass(frozen=True)
class Comparison:
    """A report's exact numbers beside those of the same day as known now, and what was recorded in between."""

    lines: list[Compared]
    #: A sentence for each reason that can be counted.
    reasons: Sequence[str]
    known_on: date

    @property
    def is_same(self) -> bool:
        """Whether nothing has changed."""
        return all(line.is_same for line in self.lines)


def compare(report: Report, everything: str) -> Comparison:
    """The report's totals beside the coverage of the same day and scope as known now."""
    payload = report.payload or {}
    coverage, chosen = _as_known_now(report)
    then, places = {each["id"] for each in payload["organisations"]}, {row.organisation_id for row in coverage.rows}
    reasons = _reasons(report, coverage, chosen, places, then)
    now = {str(cell.module.key): exact_numbers(cell.counts, cell.known) for cell in coverage.totals}
    lines = [
        Compared(
            module["title"],
            module["total"]["exact"],
            now.get(module["key"], NOTHING),
            reasons.of_modules.get(UUID(module["key"]), ()),
        )
        for module in payload["modules"]
    ]
    lines.append(Compared(everything, payload["people"]["exact"], exact_numbers(coverage.people, coverage.everybody)))
    return Comparison(lines, reasons.everywhere, _counted(report))


def compare_rows(report: Report, organisation_ids: Collection[int]) -> Comparison:
    """The same for the rows of these organisations only; module by module where it is one."""
    coverage, chosen = _as_known_now(report)
    places = {row.organisation_id for row in coverage.rows}.intersection(organisation_ids)
    reasons = _reasons(report, coverage, chosen, places, set(organisation_ids))
    # Of several together they would stand beside the row of one.
    of_modules = reasons.of_modules if len(organisation_ids) == 1 else {}
    now = {
        (row.organisation_id, str(cell.module.key)): exact_numbers(cell.counts, cell.known)
        for row in coverage.rows
        for cell in row.cells
        if row.organisation_id in organisation_ids
    }
    lines = [
        Compared(
            f"{row['name']}: {module['title']}",
            row["exact"],
            now.get((row["organisation"], module["key"]), NOTHING),
            of_modules.get(UUID(module["key"]), ()),
        )
        for module in (report.payload or {})["modules"]
        for row in module["rows"]
        if row["organisation"] in organisation_ids
    ]
    return Comparison(lines, reasons.everywhere, _counted(report))


def _as_known_now(report: Report) -> tuple[Coverage, Chosen]:
    chosen = chosen_in(report.partnership, report.day, report.scope)
    return coverage_on(organisations_of(report.partnership, report.day), report.day, chosen), chosen


def _counted(report: Report) -> date:
    return day_of(report.shared_at or report.created_at)


def _reasons(report: Report, coverage: Coverage, chosen: Chosen, places: set[int], then: set[int]) -> Reasons:
    """Why numbers of these organisations may differ from those of the organisations that were counted then."""
    payload = report.payload or {}
    modules = {cell.module.key for cell in coverage.totals} | {UUID(each["key"]) for each in payload["modules"]}
    counted = Counted(report.day, report.shared_at or report.created_at, places, modules, chosen)
    return reasons_since(counted, joined=len(places - then), gone=len(then - places))
