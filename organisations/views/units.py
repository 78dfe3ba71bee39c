"""The units of an organisation, to any depth."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import authority_of, get_organisation_for
from organisations.access_history import get_unit_for
from organisations.actions import change_unit, create_unit
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_leads_history import UnitForm
from organisations.isolating import isolated
from organisations.selectors_leads_history import ids_below, unit_rows
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form


@login_required
@require_safe
def units(request: LeadRequest, slug: str) -> HttpResponse:
    """The units as a tree, with their people in numbers and who leads them."""
    organisation = get_organisation_for(request.user, slug)
    rows = unit_rows(organisation, today())
    others = sum(lead.person_id != request.user.pk for row in rows for lead in row.leads)
    note_names_seen(organisation=organisation, by=request.user, where="leads", rows=others)
    context = {
        "title": _("Units"),
        "caption": organisation.name,
        "organisation": organisation,
        "rows": rows,
        "may_appoint": authority_of(request.user).may_see_names(organisation),
        "today": today(),
        "back_url": reverse("organisations:organisation", args=[slug]),
        "back_label": organisation.name,
    }
    return show(request, "units.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Adds a unit."""
    organisation = get_organisation_for(request.user, slug)
    form = UnitForm(posted(request), organisation=organisation)
    if form.is_valid():
        with refusals_in(form):
            made = create_unit(organisation=organisation, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(name)s is added.") % {"name": isolated(made)})
            return redirect("organisations:units", slug)
    return show_form(
        request,
        form,
        title=_("Add a unit"),
        organisation=organisation,
        text=(_("A station, a ward, a team or a branch. People are put into it when they are invited or imported."),),
        button_label=_("Add the unit"),
        cancel_url=reverse("organisations:units", args=[slug]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_change(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Renames a unit or makes it part of another."""
    unit = get_unit_for(request.user, slug, pk)
    form = UnitForm(
        posted(request),
        organisation=unit.organisation,
        below=ids_below(unit),
        initial={"name": unit.name, "parent": unit.parent},
    )
    if form.is_valid():
        with refusals_in(form):
            change_unit(unit=unit, by=request.user, **form.cleaned_data)
            messages.success(request, _("The unit is saved."))
            return redirect("organisations:units", slug)
    return show_form(
        request,
        form,
        title=_("Change the unit"),
        organisation=unit.organisation,
        text=(_("Its people and every unit below it stay in it."),),
        button_label=_("Save"),
        cancel_url=reverse("organisations:units", args=[slug]),
    )
