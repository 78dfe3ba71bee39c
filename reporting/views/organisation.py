"""One organisation: its modules, its roles, its units, and what is coming."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from organisations.access_names import agreement_for
from organisations.access_people import get_unit_parts_for
from organisations.models import Organisation
from organisations.requests import SignedInRequest
from reporting.access import get_part_on, may_remind, may_see_names
from reporting.cells import CellWriter, evidence_lines, group_lines, headcount_lines
from reporting.method import MEANINGS
from reporting.selectors.coverage import coverage_on
from reporting.selectors.groups import groups_of
from reporting.selectors.people import Wanted, count_ending
from reporting.views.frame import day_in, look_at_one


@login_required
@require_safe
def organisation(request: SignedInRequest, slug: str) -> HttpResponse:
    """The coverage of one organisation on a day; names only behind the numbers, and only for those who see names."""
    part = get_part_on(request.user, slug, day_in(request))
    found, look = part.organisation, look_at_one(request, part)
    table = coverage_on(Organisation.objects.filter(pk=found.pk), look.day, look.chosen, has_evidence=True)
    row, sees_names = table.rows[0], may_see_names(request.user, part)
    context = {
        **look.context,
        "organisation": found,
        "part": part,
        "coverage": table,
        "row": row,
        "headcounts": headcount_lines(table.rows),
        "evidence": evidence_lines(
            # What is asked of nobody in the units that are shown stands in neither table.
            [cell.evidence for cell in row.cells if cell.is_asked and cell.evidence],
            reverse("reporting:organisation", args=[slug]) if sees_names else "",
            look.kept,
        ),
        "groups": (groups := groups_of(found, look.day, look.chosen, look.form.choices)),
        "ending": count_ending(Wanted(found, look.day, look.chosen)),
        "may_see_names": sees_names,
        "cells": CellWriter(look.kept, has_evidence=False).modules(row, shows_names=sees_names),
        "meanings": MEANINGS,
    }
    people_url = reverse("reporting:organisation_people", args=[slug]) if sees_names else ""
    context["role_lines"] = group_lines(groups.roles, "role", people_url, look.kept)
    context["unit_lines"] = group_lines(groups.by_unit, "unit", people_url, look.kept)
    if sees_names:
        context["agreement"] = None if may_remind(request.user, part) else agreement_for(request.user, found)
        context["people_url"] = people_url
        context |= look.shortcuts(people_url)
    elif any(units.organisation == found for units in get_unit_parts_for(request.user, look.day)):
        context["own_people_url"] = reverse("reporting:organisation_people", args=[slug])
    if may_remind(request.user, part):
        context["reminders_url"] = reverse("reporting:reminders", args=[slug])
    return render(request, "reporting/organisation.html", context)
