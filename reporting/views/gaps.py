"""What is missing, each with the page that mends it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response
from organisations.access import authority_of
from organisations.clock import today
from organisations.requests import SignedInRequest
from reporting.access import get_organisations_for
from reporting.gaps import by_organisation, gap_rows
from reporting.selectors.gaps import gaps_of

#: Organisations on one page.
PAGE_SIZE = 50


@login_required
@require_safe
def gaps(request: SignedInRequest) -> HttpResponse:
    """The gaps of every organisation that the person may look at, today."""
    organisations = get_organisations_for(request.user, today())
    found = by_organisation(gaps_of(organisations, today()))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "number": sum(len(each.gaps) for each in found),
        # Where nobody is looked at, nothing is known to be in order.
        "has_organisations": bool(found) or organisations.exists(),
        "may_add_contacts": authority_of(request.user).may_enter_cms,
        "today": today(),
    }
    return render(request, "reporting/gaps.html", context)


@login_required
@require_safe
def gaps_csv(request: SignedInRequest) -> HttpResponseBase:
    """The same as a file."""
    rows = gap_rows(gaps_of(get_organisations_for(request.user, today()), today()), today())
    return csv_response(f"{_('gaps')}-{today().isoformat()}.csv", rows)
