"""Coverage: organisations by modules, and the same as files."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response, xlsx_response
from organisations.access import authority_of
from organisations.access_people import get_unit_parts_for
from organisations.clock import today
from organisations.requests import SignedInRequest
from reporting.access import get_organisations_for, organisations_with_names_for
from reporting.access_reports import published_for
from reporting.cells import CellWriter, headcount_lines
from reporting.files import coverage_rows, headcount_rows, method_rows
from reporting.method import MEANINGS
from reporting.selectors.coverage import coverage_on
from reporting.tables import Coverage
from reporting.views.frame import Look, day_in, look_at_all

#: Organisations on one page of the table; totals and files always hold all of them.
PAGE_SIZE = 50


@login_required
@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    """Organisations by modules on a day, for leads; whoever leads one unit alone comes straight to its page."""
    authority = authority_of(request.user)
    parts = [
        part
        for part in get_unit_parts_for(request.user, day_in(request))
        if part.organisation.pk not in authority.organisation_ids
    ]
    if parts and not authority.organisation_ids and not authority.partnership_ids:
        if len(parts) == 1:
            return redirect("reporting:organisation", parts[0].organisation.slug)
        return render(request, "reporting/units.html", {"parts": parts})
    look = look_at_all(request)
    table = _table(request, look)
    page = Paginator(table.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    writer, named = CellWriter(look.kept), organisations_with_names_for(request.user)
    context = {
        **look.context,
        "coverage": table,
        "page_obj": page,
        "headcounts": headcount_lines(table.rows),
        "lines": [writer.line(row, shows_names=row.organisation_id in named) for row in page.object_list],
        "totals": writer.totals(table.totals),
        "meanings": MEANINGS,
        "leads_partnership": bool(authority.partnership_ids),
        "parts": parts,
        "published": published_for(request.user, look.day, look.chosen.query),
        **_shortcuts(named, look, table),
    }
    return render(request, "reporting/coverage.html", context)


@login_required
@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponseBase:
    """The table as a file."""
    look = look_at_all(request)
    table = _table(request, look)
    rows = coverage_rows(table, known_on=today(), chosen=look.chosen)
    return csv_response(f"{_('coverage')}-{look.day.isoformat()}.csv", rows)


@login_required
@require_safe
def coverage_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The table as a workbook, with how it was counted."""
    look = look_at_all(request)
    table = _table(request, look)
    sheets = [
        (_("Coverage"), coverage_rows(table, known_on=today(), chosen=look.chosen)),
        (_("Headcounts"), headcount_rows(table)),
        (_("How this was counted"), method_rows(table.day, known_on=today(), chosen=look.chosen)),
    ]
    return xlsx_response(f"{_('coverage')}-{look.day.isoformat()}.xlsx", sheets)


def _shortcuts(named: Collection[int], look: Look, table: Coverage) -> dict[str, str]:
    """Where the table is of one organisation, the big numbers lead straight to the people behind them."""
    if len(table.rows) != 1 or table.rows[0].organisation_id not in named:
        return {}
    return look.shortcuts(reverse("reporting:organisation_people", args=[table.rows[0].slug]))


def _table(request: HttpRequest, look: Look) -> Coverage:
    return coverage_on(get_organisations_for(request.user, look.day), look.day, look.chosen, has_evidence=True)
