"""Coverage month by month, of all organisations that a lead may look at or of one, and the same as files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response
from organisations.clock import today
from organisations.models import Organisation
from organisations.requests import SignedInRequest
from reporting.access import get_part_on, get_scope_for
from reporting.method import MEANINGS, everywhere
from reporting.selectors.delivery import Scope
from reporting.selectors.trend import trend_of
from reporting.trend import drawing_of, trend_rows
from reporting.views.frame import Look, day_in, look_at_all, look_at_one


@login_required
@require_safe
def trend(request: SignedInRequest, slug: str | None = None) -> HttpResponse:
    """A year up to a day, the newest month first; under it what changed in whom it counts."""
    organisation, scope, look = _asked(request, slug)
    found = trend_of(scope, look.day, look.chosen)
    context = {
        **look.context,
        "organisation": organisation,
        "trend": found,
        "drawing": drawing_of(found),
        "meanings": MEANINGS,
    }
    return render(request, "reporting/trend.html", context)


@login_required
@require_safe
def trend_csv(request: SignedInRequest, slug: str | None = None) -> HttpResponseBase:
    """The same as a file."""
    organisation, scope, look = _asked(request, slug)
    rows = trend_rows(
        trend_of(scope, look.day, look.chosen),
        of=organisation.name if organisation else everywhere(),
        known_on=today(),
        chosen=look.chosen,
    )
    return csv_response(f"{_('trend')}-{look.day.isoformat()}.csv", rows)


def _asked(request: SignedInRequest, slug: str | None) -> tuple[Organisation | None, Scope, Look]:
    if slug is None:
        return None, get_scope_for(request.user), look_at_all(request)
    part = get_part_on(request.user, slug, day_in(request))
    return part.organisation, Scope(frozenset(), frozenset({part.organisation.pk})), look_at_one(request, part)
