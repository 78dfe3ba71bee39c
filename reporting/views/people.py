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
from organisations.parts import Part
from organisations.requests import SignedInRequest
from reporting.access import get_part_on, get_part_with_names_on, may_remind, may_see_names
from reporting.files import apart_rows, people_rows
from reporting.selectors.apart import ApartPage, all_apart, count_apart, page_of_apart
from reporting.selectors.coverage import coverage_on
from reporting.selectors.evidence import people_by_evidence
from reporting.selectors.people import (
    PeoplePage,
    Wanted,
    all_people,
    count_ending,
    count_listed,
    count_people,
    module_title,
    page_of_people,
)
from reporting.tables import Apart, Filter, filters_of, lines_of
from reporting.views.frame import (
    Look,
    apart_in,
    day_in,
    look_at_one,
    not_found,
    number_in,
    shown_in,
    state_in,
    within_in,
)

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
    title, apart, after = _title(module_key), _apart(request, module_key), number_in(request, "after")
    page: PeoplePage | ApartPage
    if apart:
        page = page_of_apart(wanted, apart, after=after, size=PAGE_SIZE)
    else:
        page = page_of_people(wanted, after=after, size=PAGE_SIZE)
    agreement = None if may_remind(request.user, part) else agreement_for(request.user, organisation)
    names = len(page.rows) + bool(agreement)
    note_names_seen(organisation=organisation, by=request.user, where="coverage", rows=names)
    context = {
        **look.context,
        "organisation": organisation,
        "part": part,
        "module_key": module_key,
        "title": title,
        "filters": _filters(wanted),
        "page": page,
        "is_first": not request.GET.get("after"),
        "apart": apart,
        "state": apart or wanted.state,
        "within": wanted.within,
        "shown": wanted.shown,
        "agreement": agreement,
        # Who leads a unit looks after the people of today: of those of a past day some are another's by now.
        "opens_people": agreement is None and (part.is_whole or look.day == today()),
    }
    if not apart and wanted.may_be_reminded and look.day == today() and may_remind(request.user, part):
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
    if apart := _apart(request, module_key):
        names, rows = count_apart(wanted)[apart], apart_rows(wanted, apart, all_apart(wanted, apart), known_on=today())
    else:
        names, rows = count_listed(wanted), people_rows(wanted, all_people(wanted), known_on=today())
    note_names_seen(organisation=organisation, by=request.user, where="coverage file", rows=names)
    return csv_response(f"{_('people')}-{organisation.slug}-{look.day.isoformat()}.csv", rows)


def _same_list(request: SignedInRequest) -> str:
    """The list as it stands in the address, from its first page on."""
    asked = request.GET.copy()
    asked.pop("after", None)
    return asked.urlencode()


def _wanted(request: SignedInRequest, organisation: Organisation, look: Look, module_key: uuid.UUID | None) -> Wanted:
    state, within, shown = state_in(request), within_in(request), shown_in(request) if module_key else ""
    return Wanted(organisation, look.day, look.chosen, module_key, state, within, shown)


def _apart(request: SignedInRequest, module_key: uuid.UUID | None) -> Apart | None:
    return None if module_key else apart_in(request)


def _filters(wanted: Wanted) -> list[Filter]:
    """The numbers of the list; of one module how people came to be current, of all modules who is counted apart."""
    counts, ending = count_people(wanted), count_ending(wanted)
    if wanted.module_key is None:
        return filters_of(counts, ending, {}, count_apart(wanted))
    shown = people_by_evidence(wanted.organisation.pk, wanted.day, wanted.chosen, wanted.module_key)
    return filters_of(counts, ending, {name: len(people) for name, people in shown.items()}, {})


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
    context = {**look.context, "organisation": organisation, "cell": cell, "lines": lines_of(cell.counts, cell.known)}
    return render(request, "reporting/counts_only.html", context)
