"""Delivery: what was done between two days, and the same as files."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response, xlsx_response
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import Partnership
from organisations.requests import SignedInRequest
from reporting.access import get_scope_for
from reporting.files_delivery import (
    MEANINGS,
    completion_rows,
    deliverer_rows,
    delivery_rows,
    meaning_rows,
    room_rows,
    session_rows,
)
from reporting.forms import PeriodForm
from reporting.selectors.delivery import Delivery, Scope, delivered

#: Organisations on one page of the table; totals and files always hold all of them.
PAGE_SIZE = 25


@login_required
@require_safe
def delivery(request: SignedInRequest) -> HttpResponse:
    """Completions and briefings between two days, for leads; only who delivered is named."""
    scope, form = get_scope_for(request.user), _form(request)
    found = _delivered(request, scope, form, where="delivery")
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "delivery": found,
        "page_obj": page,
        "is_of_partnership": bool(scope.partnership_ids),
        "today": today(),
        "kept": urlencode({"first": found.first.isoformat(), "last": found.last.isoformat()}),
        "meanings": MEANINGS,
    }
    return render(request, "reporting/delivery.html", context)


@login_required
@require_safe
def delivery_csv(request: SignedInRequest) -> HttpResponseBase:
    """The same as a file."""
    found = _delivered(request, get_scope_for(request.user), _form(request), where="delivery file")
    return csv_response(_filename(found, "csv"), delivery_rows(found, today()))


@login_required
@require_safe
def delivery_xlsx(request: SignedInRequest) -> HttpResponseBase:
    """The same as a workbook, with how it was counted."""
    found = _delivered(request, get_scope_for(request.user), _form(request), where="delivery file")
    sheets = [
        (_("Completions"), completion_rows(found)),
        (_("Briefings held"), session_rows(found)),
        (_("In the room"), room_rows(found)),
        (_("Delivered by"), deliverer_rows(found)),
        (_("How this was counted"), meaning_rows(found, today())),
    ]
    return xlsx_response(_filename(found, "xlsx"), sheets)


def _form(request: SignedInRequest) -> PeriodForm:
    """The days asked for; what was left out stands in the form as it is counted."""
    form = PeriodForm(request.GET, today=today())
    if form.errors:
        return form
    first, last = form.days
    return PeriodForm({"first": first, "last": last}, today=today())


def _delivered(request: SignedInRequest, scope: Scope, form: PeriodForm, *, where: str) -> Delivery:
    found = delivered(scope, *form.days)
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for session in found.briefings.sessions:
        seen[session.partnership_id].update(session.deliverer_ids)
    # A name that stands for several partnerships was seen in each of them.
    for pk, partnership in Partnership.objects.in_bulk(seen).items():
        others = len(seen[pk] - {request.user.pk})
        note_names_seen(by=request.user, where=where, rows=others, partnership=partnership)
    return found


def _filename(found: Delivery, ending: str) -> str:
    return f"{_('delivery')}-{found.first.isoformat()}-{found.last.isoformat()}.{ending}"
