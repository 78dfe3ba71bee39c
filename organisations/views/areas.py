"""Areas: the parts of a partnership's ground."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import get_area_for
from organisations.actions import create_area, remove_area, rename_area
from organisations.clock import today
from organisations.forms_leads import AreaForm
from organisations.isolating import isolated
from organisations.selectors import areas_with_organisations
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form
from organisations.views.partnerships import led_in, url_in


@login_required
@require_safe
def areas(request: LeadRequest) -> HttpResponse:
    """The areas of the partnership, each with its organisations."""
    led = led_in(request)
    context = {
        "title": _("Areas"),
        "section": "areas",
        "led": led,
        "areas": areas_with_organisations(led.partnership, today()),
    }
    return show(request, "areas.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def area_new(request: LeadRequest) -> HttpResponse:
    """Adds an area."""
    led = led_in(request)
    form = AreaForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            area = create_area(partnership=led.partnership, by=request.user, **form.cleaned_data)
            messages.success(request, _("%(area)s is added.") % {"area": isolated(area.name)})
            return redirect(led.url("organisations:areas"))
    return show_form(
        request,
        form,
        title=_("Add an area"),
        text=(_("It becomes part of %(partnership)s.") % {"partnership": isolated(led.partnership.name)},),
        button_label=_("Add the area"),
        cancel_url=led.url("organisations:areas"),
        led=led,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def area_change(request: LeadRequest, pk: int) -> HttpResponse:
    """Renames an area; its organisations and contacts stay."""
    area = get_area_for(request.user, pk)
    back_url = url_in(request, "organisations:areas", area.partnership)
    form = AreaForm(posted(request), initial={"name": area.name})
    if form.is_valid():
        with refusals_in(form):
            rename_area(area=area, by=request.user, **form.cleaned_data)
            messages.success(request, _("The name is saved."))
            return redirect(back_url)
    return show_form(
        request,
        form,
        title=_("Rename %(area)s") % {"area": isolated(get_area_for(request.user, pk).name)},
        button_label=_("Save"),
        cancel_url=back_url,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def area_remove(request: LeadRequest, pk: int) -> HttpResponse:
    """Removes an area, after a question."""
    area = get_area_for(request.user, pk)
    back_url = url_in(request, "organisations:areas", area.partnership)
    if request.method == "POST":
        try:
            remove_area(area=area, by=request.user)
            messages.success(request, _("%(area)s is removed.") % {"area": isolated(area.name)})
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        return redirect(back_url)
    return show_form(
        request,
        forms.Form(),
        title=_("Remove %(area)s?") % {"area": isolated(area.name)},
        text=(_("Its organisations stay, but no longer belong to an area of this name."),),
        button_label=_("Remove the area"),
        ends_something=True,
        cancel_url=back_url,
    )
