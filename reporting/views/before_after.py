"""Before and after: what modules change, over many people, for leads and for trainers."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisations.clock import today
from organisations.requests import SignedInRequest
from reporting.access import get_organisations_for, get_scope_for, may_read_of_everybody
from reporting.forms import OneOrganisationForm
from reporting.rules import LEAST_PEOPLE
from reporting.selectors.before_after import before_and_after
from reporting.selectors.delivery import Scope

#: The days looked at, with today. Nobody chooses others: the difference of two pages would tell of few people.
DAYS = 365


@login_required
@require_safe
def before_after(request: SignedInRequest) -> HttpResponse:
    """Medians of the past year: of all organisations that the person leads, or of one; trainers read of everybody."""
    last = today()
    first = last - timedelta(days=DAYS - 1)
    scope, form = None, None
    if not may_read_of_everybody(request.user, is_asked="everyone" in request.GET):
        scope = get_scope_for(request.user)
        form = OneOrganisationForm(request.GET or None, organisations=get_organisations_for(request.user, last))
        if one := form.chosen:
            scope = Scope(organisation_ids=frozenset({one.pk}))
    context = {
        "found": before_and_after(scope, first, last),
        "form": form,
        "one": form.chosen if form else None,
        "least": LEAST_PEOPLE,
    }
    return render(request, "reporting/before_after.html", context)
