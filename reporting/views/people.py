"""The people behind a number, on pages and as a file."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import csv_response
from organisations.access_names import agreement_for
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import Organisation
from organisations.requests import SignedInRequest
from reporting.access import Part, get_part_on, get_part_with_names_on, may_remind, may_see_names
from reporting.files import people_rows
from reporting.selectors.coverage import coverage_on
from reporting.selectors.people import (
    Wanted,
    all_people,
    count_ending,
    count_listed,
    count_people,
    module_title,
    page_of_people,
)
from reporting.tables import filters_of, lines_of
from reporting.views.frame import Look, day_in, look_at_one, not_found, number_in, state_in, within_in

PAGE_SIZE = 50


@login_required
@require_safe
def people(request: SignedInRequest, slug: str, module_key: uuid.UUID | None = None) -> HttpResponse:
    """The people of an organisation of whom something, or one module, is required; numbers for who sees no names."""
    part = get_part_on(request.user, slug, day_in(request))
    if module_key and not may_see_names(request.user, part):
        return _counts_only(request, part, module_key)
    part = get_part_with_names_on(request.user, slug, day_in(request))
    organisation, look = part.organisation, look_at_one(request, part)
    wanted = _wanted(request, organisation, look, module_key)
    title = _title(module_key)
    page = page_of_people(wanted, after=number_in(request, "after"), size=PAGE_SIZE)
    agreement = None if may_remind(request.user, part) else agreement_for(request.user, organisation)
    names = len(page.rows) + bool(agreement)
    note_names_seen(organisation=organisation, by=request.user, where="coverage", rows=names)
    context = {
        **look.context,
        "organisation": organisation,
        "part": part,
        "module_key": module_key,
        "title": title,
        "filters": filters_of(count_people(wanted), count_ending(wanted)),
        "page": page,
        "is_first": not request.GET.get("after"),
        "state": wanted.state,
        "within": wanted.within,
        "agreement": agreement,
    }
    if wanted.may_be_reminded and look.day == today() and may_remind(request.user, part):
        name, key = ("remind", [module_key]) if module_key else ("organisation_remind", [])
        context["remind_url"] = f"{reverse(f'reporting:{name}', args=[slug, *key])}?{_same_list(request)}"
    return render(request, "reporting/people.html", context)


@login_required
@require_safe
def people_csv(request: SignedInRequest, slug: str, module_key: uuid.UUID | None = None) -> HttpResponseBase:
    """The same people as a file; only for those who see names."""
    part = get_part_with_names_on(request.user, slug, day_in(request))
    organisation, look = part.organisation, look_at_one(request, part)
    wanted = _wanted(request, organisation, look, module_key)
    _title(module_key)
    note_names_seen(organisation=organisation, by=request.user, where="coverage file", rows=count_listed(wanted))
    rows = people_rows(wanted, all_people(wanted), known_on=today())
    return csv_response(f"{_('people')}-{organisation.slug}-{look.day.isoformat()}.csv", rows)


def _same_list(request: SignedInRequest) -> str:
    """The list as it stands in the address, from its first page on."""
    asked = request.GET.copy()
    asked.pop("after", None)
    return asked.urlencode()


def _wanted(request: SignedInRequest, organisation: Organisation, look: Look, module_key: uuid.UUID | None) -> Wanted:
    return Wanted(organisation, look.day, look.chosen, module_key, state_in(request), within_in(request))


def _title(module_key: uuid.UUID | None) -> str:
    if module_key is None:
        return _("People and what is required of them")
    if title := module_title(module_key):
        return title
    raise not_found()


def _counts_only(request: SignedInRequest, part: Part, module_key: uuid.UUID) -> HttpResponse:
    organisation, look = part.organisation, look_at_one(request, part)
    table = coverage_on(Organisation.objects.filter(pk=organisation.pk), look.day, look.chosen)
    cell = table.cell(organisation.pk, module_key)
    if cell is None:
        raise not_found()
    context = {**look.context, "organisation": organisation, "cell": cell, "lines": lines_of(cell)}
    return render(request, "reporting/counts_only.html", context)
