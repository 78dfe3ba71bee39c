"""Coverage: the table, the people behind a number, and both as files."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response
from organisations.access import get_organisation_with_names_for
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import Organisation
from organisations.requests import SignedInRequest
from reporting.access import get_organisation_on, get_organisations_for, may_see_names
from reporting.files import coverage_rows, people_rows
from reporting.forms import DayForm
from reporting.selectors import coverage_on
from reporting.selectors_people import People, people_required
from reporting.tables import STATES, filters_of, lines_of

PAGE_SIZE = 50


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Organisations by modules on a day, for leads."""
    form = _day_form(request)
    table = coverage_on(get_organisations_for(request.user, form.day), form.day)
    context = {"form": form, "coverage": table, "today": today(), "on": _on(form)}
    return render(request, "reporting/coverage.html", context)


@login_required
@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponseBase:
    """The table as a file."""
    day = _day_form(request).day
    table = coverage_on(get_organisations_for(request.user, day), day)
    return csv_response(f"{_('coverage')}-{day.isoformat()}.csv", coverage_rows(table, known_on=today()))


@login_required
@require_safe
def people(request: SignedInRequest, slug: str, module_key: uuid.UUID) -> HttpResponse:
    """The people behind the numbers of one cell for their own lead; for a partnership lead the numbers only."""
    form = _day_form(request)
    organisation = get_organisation_on(request.user, slug, form.day)
    if not may_see_names(request.user, organisation):
        return _counts_only(request, organisation, module_key, form)
    everyone = _people_or_404(organisation, module_key, form)
    state = _state(request)
    page = Paginator(everyone.in_state(state), PAGE_SIZE).get_page(request.GET.get("page"))
    note_names_seen(organisation=organisation, by=request.user, where="coverage", rows=len(page.object_list))
    context = {
        "form": form,
        "organisation": organisation,
        "module_key": module_key,
        "people": everyone,
        "filters": filters_of(everyone.counts),
        "page_obj": page,
        "state": state,
        "today": today(),
        "on": _on(form),
    }
    return render(request, "reporting/people.html", context)


@login_required
@require_safe
def people_csv(request: SignedInRequest, slug: str, module_key: uuid.UUID) -> HttpResponseBase:
    """The same people as a file; only for their own lead."""
    form = _day_form(request)
    organisation = get_organisation_with_names_for(request.user, slug)
    everyone = _people_or_404(organisation, module_key, form)
    chosen = everyone.in_state(_state(request))
    note_names_seen(organisation=organisation, by=request.user, where="coverage file", rows=len(chosen))
    rows = people_rows(organisation, everyone.title, chosen, day=form.day, known_on=today())
    return csv_response(f"{_('people')}-{organisation.slug}-{form.day.isoformat()}.csv", rows)


def _counts_only(
    request: HttpRequest, organisation: Organisation, module_key: uuid.UUID, form: DayForm
) -> HttpResponse:
    table = coverage_on(Organisation.objects.filter(pk=organisation.pk), form.day)
    cell = table.cell(organisation.pk, module_key)
    if cell is None:
        raise Http404(_("There is nothing at this address."))
    context = {
        "form": form,
        "organisation": organisation,
        "cell": cell,
        "lines": lines_of(cell),
        "today": today(),
        "on": _on(form),
    }
    return render(request, "reporting/counts_only.html", context)


def _people_or_404(organisation: Organisation, module_key: uuid.UUID, form: DayForm) -> People:
    found = people_required(organisation, module_key, form.day)
    if not found.title:
        raise Http404(_("There is nothing at this address."))
    return found


def _day_form(request: HttpRequest) -> DayForm:
    """The day in the address; without one, or with one that cannot be read, today counts."""
    day = today()
    return DayForm({"on": request.GET.get("on") or day}, today=day)


def _on(form: DayForm) -> str:
    """The day to keep in links; nothing for today."""
    return form.day.isoformat() if form.day != form.today else ""


def _state(request: HttpRequest) -> str:
    """The number whose people are wanted; everyone where the address names none that there is."""
    wanted = request.GET.get("state", "")
    return wanted if wanted in STATES else ""
