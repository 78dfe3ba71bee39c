"""Appointments: who leads, trains and reviews, from day to day."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import (
    authority_of,
    get_appointment_for,
    get_appointment_to_reset_for,
    get_lead_appointment_of,
    get_organisation_for,
    organisations_led_by,
)
from organisations.access_history import get_unit_lead_of, get_unit_to_appoint_in
from organisations.actions import appoint, end_appointment, reset_second_factor
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.forms_leads import AppointForm, AppointLeadForm, EndAppointmentForm
from organisations.isolating import isolated
from organisations.models import Appointment, Organisation, Partnership, Unit, User
from organisations.querysets import OrganisationQuerySet
from organisations.selectors_lead_appointments import appointments_in, is_only_lead, person_with_address
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form
from organisations.views.partnerships import led_in, url_in

Kind = Appointment.Kind
#: The order of the list, those who look after the most first.
KINDS = (Kind.PARTNERSHIP_LEAD, Kind.ORGANISATION_LEAD, Kind.UNIT_LEAD, Kind.TRAINER, Kind.REVIEWER)


@login_required
@require_safe
def appointments(request: LeadRequest) -> HttpResponse:
    """Everybody who is appointed in the partnership."""
    led = led_in(request)
    partnership, day = led.partnership, today()
    rows = list(appointments_in(partnership, day))
    by_kind = {kind: list(of_kind) for kind, of_kind in groupby(rows, lambda row: row.kind)}
    others = sum(row.person_id != request.user.pk for row in rows)
    note_names_seen(partnership=partnership, by=request.user, where="appointments", rows=others)
    context = {
        "title": _("Appointments"),
        "caption": partnership.name,
        "led": led,
        "section": "appointments",
        "groups": [{"kind": kind, "rows": by_kind.get(kind, [])} for kind in KINDS],
        "today": day,
    }
    return show(request, "appointments.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_new(request: LeadRequest) -> HttpResponse:
    """Appoints a person of the partnership, known by address, after a look at what was entered."""
    led = led_in(request)
    within = Organisation.objects.in_partnership(led.partnership, today()).open_on(today())
    form = AppointForm(posted(request), organisations=within, today=today())
    person = _find(request, form, within)
    if person and "confirm" in request.POST:
        with refusals_in(form):
            _appoint(request, form, person, led.partnership)
            return redirect(led.url("organisations:appointments"))
    back_url = led.url("organisations:appointments")
    return _show_appoint(request, form, person, back_url=back_url, title=_("Appoint a person"), led=led)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lead_new(request: LeadRequest, slug: str) -> HttpResponse:
    """Appoints a lead of one organisation from among its people."""
    organisation = get_organisation_for(request.user, slug)
    form = AppointLeadForm(posted(request), today=today(), organisation=organisation)
    person = _find(request, form, organisations_led_by(request.user))
    if person and "confirm" in request.POST:
        with refusals_in(form):
            _appoint(request, form, person, None)
            return redirect("organisations:organisation", slug)
    back_url = reverse("organisations:organisation", args=[slug])
    return _show_appoint(
        request, form, person, back_url=back_url, title=_("Appoint a lead"), organisation=organisation
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_lead_new(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Appoints a lead of one unit from among the people of its organisation."""
    unit = get_unit_to_appoint_in(request.user, slug, pk)
    form = AppointLeadForm(
        posted(request), today=today(), organisation=unit.organisation, kind=Appointment.Kind.UNIT_LEAD
    )
    person = _find(request, form, organisations_led_by(request.user))
    back_url = reverse("organisations:units", args=[slug])
    if person and "confirm" in request.POST:
        with refusals_in(form):
            _appoint(request, form, person, None, unit=unit)
            return redirect(back_url)
    title = _("Appoint a lead of %(unit)s") % {"unit": isolated(unit)}
    return _show_appoint(
        request, form, person, back_url=back_url, title=title, organisation=unit.organisation, unit=unit
    )


def _find(request: LeadRequest, form: AppointLeadForm, within: OrganisationQuerySet) -> User | None:
    """The person behind the address; whoever leads an organisation must work there."""
    if not form.is_valid():
        return None
    organisation = form.cleaned_data["organisation"]
    if organisation is not None:
        within = within.filter(pk=organisation.pk)
    person = person_with_address(form.cleaned_data["email"], within, today())
    if person is None:
        form.add_error("email", form.words_for_nobody())
    elif person.pk == request.user.pk:
        form.add_error("email", _("You cannot appoint yourself. Ask another lead to do it."))
        person = None
    return person


def _appoint(
    request: LeadRequest,
    form: AppointLeadForm,
    person: User,
    partnership: Partnership | None,
    *,
    unit: Unit | None = None,
) -> None:
    values = form.cleaned_data
    is_of_organisation = values["organisation"] is not None
    appointment = appoint(
        person=person,
        kind=values["kind"],
        partnership=None if is_of_organisation else partnership,
        organisation=None if unit else values["organisation"],
        unit=unit,
        by=request.user,
        started_on=values["started_on"],
        languages=values.get("languages", ()),
    )
    text = _("%(email)s is appointed as %(kind)s.")
    messages.success(request, text % {"email": isolated(values["email"]), "kind": appointment.get_kind_display()})


def _show_appoint(
    request: LeadRequest,
    form: AppointLeadForm,
    person: User | None,
    *,
    back_url: str,
    unit: Unit | None = None,
    **more: Any,
) -> HttpResponse:
    if person is None or form.errors:
        return show_form(request, form, button_label=_("Continue"), cancel_url=back_url, **more)
    values = form.cleaned_data
    organisation = values["organisation"]
    may_see_name = organisation is not None and authority_of(request.user).may_see_names(organisation)
    if may_see_name:
        note_names_seen(organisation=organisation, by=request.user, where="appointment", about=person, rows=1)
    return show_form(
        request,
        form,
        button_label=_("Appoint"),
        cancel_url=back_url,
        template="appointment_confirm.html",
        kind=Kind(values["kind"]).label,
        place=unit or organisation,
        unit=unit,
        person=person if may_see_name else None,
        started_on=values["started_on"],
        languages=[name for code, name in settings.LANGUAGES if code in values.get("languages", ())],
        **{**more, "title": _("Check before you appoint")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_end(request: LeadRequest, pk: int) -> HttpResponse:
    """Ends an appointment of the partnership, after a question."""
    appointment = get_appointment_for(request.user, pk)
    return _end(request, appointment, url_in(request, "organisations:appointments", appointment.partnership))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lead_end(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Ends the appointment of an organisation's lead, after a question."""
    appointment = get_lead_appointment_of(request.user, slug, pk)
    return _end(request, appointment, reverse("organisations:organisation", args=[slug]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_lead_end(request: LeadRequest, slug: str, pk: int, appointment_pk: int) -> HttpResponse:
    """Ends the appointment of a unit's lead, after a question."""
    appointment = get_unit_lead_of(request.user, slug, pk, appointment_pk)
    return _end(request, appointment, reverse("organisations:units", args=[slug]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_reset(request: LeadRequest, pk: int) -> HttpResponse:
    """Takes away the lost second factor of a person who is appointed, after a question."""
    appointment = get_appointment_to_reset_for(request.user, pk)
    back_url = url_in(request, "organisations:appointments", appointment.partnership)
    form = Form(posted(request))
    if form.is_valid():
        reset_second_factor(person=appointment.person, by=request.user)
        messages.success(request, _("The second step is reset. At the next sign-in they set up a new one."))
        return redirect(back_url)
    _note(request, appointment)
    text = (
        _("%(person)s has lost their phone or passkey and every backup code.")
        % {"person": isolated(appointment.person)},
        _("Be sure that it is really they who ask: ring them, or see them. A letter is not enough."),
        _("They are signed out everywhere and told by e-mail."),
    )
    return show_form(
        request,
        form,
        title=_("Reset the second step?"),
        text=text,
        button_label=_("Reset it"),
        ends_something=True,
        cancel_url=back_url,
    )


def _end(request: LeadRequest, appointment: Appointment, back_url: str) -> HttpResponse:
    form = EndAppointmentForm(posted(request), appointment=appointment, today=today())
    if form.is_valid():
        with refusals_in(form):
            end_appointment(appointment=appointment, by=request.user, **form.cleaned_data)
            messages.success(request, _("The appointment is ended."))
            return redirect(back_url if _still_leads(request, appointment) else "/")
    _note(request, appointment)
    return show_form(
        request,
        form,
        title=_("End this appointment?"),
        organisation=_organisation_of(appointment),
        text=_what_ends(request, appointment),
        button_label=_("End the appointment"),
        ends_something=True,
        cancel_url=back_url,
    )


def _note(request: LeadRequest, appointment: Appointment) -> None:
    note_names_seen(
        organisation=_organisation_of(appointment),
        partnership=appointment.partnership,
        by=request.user,
        where="appointment",
        about=appointment.person,
        rows=1,
    )


def _organisation_of(appointment: Appointment) -> Organisation | None:
    """The organisation that is led, as a whole or by a unit of it."""
    return appointment.unit.organisation if appointment.unit else appointment.organisation


def _still_leads(request: LeadRequest, appointment: Appointment) -> bool:
    """Whether the page that the person came from still opens to them."""
    authority = authority_of(request.user)
    if organisation := _organisation_of(appointment):
        return authority.leads(organisation)
    return bool(authority.partnership_ids)


def _what_ends(request: LeadRequest, appointment: Appointment) -> tuple[str, ...]:
    words = {
        "person": isolated(appointment.person),
        "kind": appointment.get_kind_display(),
        "place": isolated(appointment.unit or appointment.organisation or appointment.partnership or ""),
    }
    text = [_("%(person)s is %(kind)s of %(place)s.") % words]
    if appointment.person_id == request.user.pk:
        text.append(_("This is you. You cannot undo this yourself: another lead would have to appoint you again."))
    if appointment.kind == Kind.ORGANISATION_LEAD and is_only_lead(appointment, today()):
        text.append(_("Nobody else leads this organisation. Its people would have no lead to help them."))
    return tuple(text)
