"""Organisations: the list, one of them, its details and its e-mail domains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import (
    authority_of,
    get_domain_for,
    get_organisation_for,
    organisations_led_by,
)
from organisations.access_people import get_unit_parts_for
from organisations.actions import add_domain, change_organisation, create_organisation, remove_domain, set_areas
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_leads import DomainForm, OrganisationForm, OrganisationProfileForm
from organisations.isolating import isolated
from organisations.models import FormerName, Organisation, User
from organisations.notes import notes_about
from organisations.parts import Part
from organisations.rules import Place, headcount_total
from organisations.selectors_leads import (
    count_open_requests,
    count_people,
    domains_of,
    figures_by_organisation,
    lead_appointments_of,
    organisation_rows,
    role_counts,
)
from organisations.selectors_leads_history import places_in_partnerships
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form
from organisations.views.partnerships import led_in

PROFILE_FIELDS = tuple(OrganisationProfileForm.base_fields)


@login_required
@require_safe
def organisations(request: LeadRequest) -> HttpResponse:
    """The organisations that a lead looks after; who leads units of one alone comes straight to their people."""
    authority, day = authority_of(request.user), today()
    if not authority.leads_anything:
        raise PermissionDenied(_("You do not lead an organisation."))
    parts = [each for each in get_unit_parts_for(request.user, day) if not authority.may_see_names(each.organisation)]
    if len(parts) == 1 and not authority.organisation_ids and not authority.partnership_ids:
        return redirect("organisations:people", parts[0].organisation.slug)
    rows = organisation_rows(organisations_led_by(request.user, day).open_on(day), day)
    note_names_seen(by=request.user, where="leads", rows=sum(len(row.leads) for row in rows))
    context = {
        "title": _("Organisations"),
        "section": "organisations",
        "rows": rows,
        "parts": parts,
        "partnerships": authority.partnerships_led,
    }
    return show(request, "organisations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: LeadRequest) -> HttpResponse:
    """Adds an organisation to the partnership."""
    led = led_in(request)
    form = OrganisationForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            created = create_organisation(
                partnership=led.partnership, by=request.user, started_on=today(), **form.cleaned_data
            )
            messages.success(
                request, _("%(name)s is added. Next: invite its lead.") % {"name": isolated(created.name)}
            )
            return redirect("organisations:organisation", created.slug)
    return show_form(
        request,
        form,
        title=_("Add an organisation"),
        text=(_("It becomes part of %(partnership)s from today.") % {"partnership": isolated(led.partnership.name)},),
        button_label=_("Add the organisation"),
        cancel_url=reverse("organisations:organisations"),
        led=led,
    )


@login_required
@require_safe
def organisation(request: LeadRequest, slug: str) -> HttpResponse:
    """What an organisation is, who leads it and which addresses may join."""
    organisation = get_organisation_for(request.user, slug)
    day = today()
    counts = role_counts(Part(organisation), day)
    people_url = reverse("organisations:people", args=[slug])
    may_see_names = authority_of(request.user).may_see_names(organisation)
    leads = lead_appointments_of(organisation, day)
    others = sum(lead.person_id != request.user.pk for lead in leads)
    note_names_seen(organisation=organisation, by=request.user, where="leads", rows=others)
    context = {
        "title": organisation.name,
        "caption": capfirst(organisation.get_kind_display()),
        "organisation": organisation,
        "section": "overview",
        "profile": _profile(organisation),
        "leads": leads,
        "domains": domains_of(organisation),
        "registered": count_people(organisation, day),
        "unconfirmed": sum(count.unconfirmed for count in counts),
        "unconfirmed_url": f"{people_url}?show=unconfirmed" if may_see_names else people_url,
        "requests": count_open_requests(organisation),
        "headcount": headcount_total(Place(figures_by_organisation([organisation.pk], day)[organisation.pk])),
        "notes": notes_about(organisation),
        "partnerships": places_in_partnerships(organisation),
        "partnership_ids": authority_of(request.user).partnership_ids,
        "may_end": organisation.pk in authority_of(request.user).organisation_ids_of_partnerships
        and organisation.closed_on is None,
        "today": day,
    }
    return show(request, "organisation.html", context)


def _formerly(former: FormerName) -> str:
    return _("%(name)s (until %(day)s)") % {"name": isolated(former), "day": date_format(former.last_day)}


def _profile(organisation: Organisation) -> list[dict[str, Any]]:
    checked_on = organisation.first_responder_checked_on
    rows = [
        (_("Formerly called"), ", ".join(_formerly(former) for former in organisation.former_names.all())),
        (_("Nation"), organisation.get_nation_display()),
        (_("Areas"), ", ".join(area.name for area in organisation.areas.all())),
        (_("First Responder status"), capfirst(organisation.get_first_responder_display())),
        (_("Legal basis"), organisation.first_responder_basis),
        (_("Source"), organisation.first_responder_source),
        (_("Checked on"), date_format(checked_on) if checked_on else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_change(request: LeadRequest, slug: str) -> HttpResponse:
    """Changes what is known of an organisation."""
    organisation = get_organisation_for(request.user, slug)
    form = OrganisationProfileForm(
        posted(request),
        organisation=organisation,
        today=today(),
        initial={name: getattr(organisation, name) for name in PROFILE_FIELDS},
    )
    if form.is_valid():
        with refusals_in(form):
            _keep(organisation, dict(form.cleaned_data), by=request.user)
            messages.success(request, _("The details are saved."))
            return redirect("organisations:organisation", slug)
    return show_form(
        request,
        form,
        title=_("Change the details"),
        organisation=organisation,
        button_label=_("Save"),
        cancel_url=reverse("organisations:organisation", args=[slug]),
    )


@transaction.atomic
def _keep(organisation: Organisation, changes: dict[str, Any], *, by: User) -> None:
    """Keeps the details, and the areas where the form offered any."""
    areas = changes.pop("areas", None)
    change_organisation(organisation=organisation, by=by, **changes)
    if areas is not None:
        set_areas(organisation=organisation, areas=areas, by=by)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def domain_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Lets the addresses of an e-mail domain join."""
    organisation = get_organisation_for(request.user, slug)
    form = DomainForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            add_domain(organisation=organisation, by=request.user, **form.cleaned_data)
            messages.success(request, _("People with an address of %(domain)s can now join.") % form.cleaned_data)
            return redirect("organisations:organisation", slug)
    return show_form(
        request,
        form,
        title=_("Add an e-mail domain"),
        organisation=organisation,
        text=(_("People prove their address by a code that we send to it. Then they can join by themselves."),),
        button_label=_("Add the domain"),
        cancel_url=reverse("organisations:organisation", args=[slug]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def domain_remove(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Stops the addresses of a domain from joining, after a question."""
    domain = get_domain_for(request.user, slug, pk)
    form = forms.Form(posted(request))
    if request.method == "POST":
        remove_domain(domain=domain, by=request.user)
        messages.success(request, _("%(domain)s is removed.") % {"domain": isolated(domain.domain)})
        return redirect("organisations:organisation", slug)
    return show_form(
        request,
        form,
        title=_("Remove %(domain)s?") % {"domain": isolated(domain.domain)},
        organisation=domain.organisation,
        text=(
            _("New people with these addresses can then join only by invitation."),
            _("Everybody who is here already stays."),
        ),
        button_label=_("Remove the domain"),
        ends_something=True,
        cancel_url=reverse("organisations:organisation", args=[slug]),
    )
