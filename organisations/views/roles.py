"""Roles: the jobs that people do."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import get_role_for, organisations_led_by, require_partnership_lead
from organisations.actions import change_role_details, create_role
from organisations.clock import today
from organisations.forms_leads import RoleForm
from organisations.isolating import isolated
from organisations.selectors_lead_appointments import roles_with_use
from organisations.views.pages import LeadRequest, posted, refusals_in, show, show_form


@login_required
@require_safe
def roles(request: LeadRequest) -> HttpResponse:
    """Every role, those that can be chosen first."""
    require_partnership_lead(request.user)
    found = list(roles_with_use(organisations_led_by(request.user), today()))
    context = {
        "title": _("Roles"),
        "section": "roles",
        "active": [role for role in found if role.is_active],
        "retired": [role for role in found if not role.is_active],
    }
    return show(request, "roles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role_new(request: LeadRequest) -> HttpResponse:
    """Adds a role."""
    require_partnership_lead(request.user)
    form = RoleForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            role = create_role(names=form.names(), by=request.user)
            messages.success(request, _("%(role)s is added.") % {"role": isolated(role.name)})
            return redirect("organisations:roles")
    return _show_role_form(request, form, title=_("Add a role"), button_label=_("Add the role"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role_change(request: LeadRequest, slug: str) -> HttpResponse:
    """Renames a role; its people keep it."""
    role = get_role_for(request.user, slug)
    form = RoleForm(posted(request), role=role)
    if form.is_valid():
        with refusals_in(form):
            change_role_details(role=role, names=form.names(), by=request.user)
            messages.success(request, _("The name is saved."))
            return redirect("organisations:roles")
    return _show_role_form(
        request, form, title=_("Rename %(role)s") % {"role": isolated(role.name)}, button_label=_("Save")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role_retire(request: LeadRequest, slug: str) -> HttpResponse:
    """Closes a role to new people, or opens it again, after a question."""
    role = get_role_for(request.user, slug)
    if request.method == "POST":
        change_role_details(role=role, is_active=not role.is_active, by=request.user)
        done = _("%(role)s can be chosen again.") if role.is_active else _("%(role)s can no longer be chosen.")
        messages.success(request, done % {"role": isolated(role.name)})
        return redirect("organisations:roles")
    if role.is_active:
        title, button_label = _("Retire the role %(role)s?"), _("Retire the role")
        text: tuple[str, ...] = (
            _("Nobody new can have this role. People who have it keep it, and so does what is required of them."),
            _("You can bring it back."),
        )
    else:
        title, button_label = _("Bring back the role %(role)s?"), _("Bring the role back")
        text = (_("New people can have it again."),)
    return show_form(
        request,
        forms.Form(),
        title=title % {"role": isolated(role.name)},
        text=text,
        button_label=button_label,
        ends_something=role.is_active,
        cancel_url=reverse("organisations:roles"),
    )


def _show_role_form(request: LeadRequest, form: RoleForm, *, title: str, button_label: str) -> HttpResponse:
    return show_form(
        request,
        form,
        title=title,
        button_label=button_label,
        cancel_url=reverse("organisations:roles"),
        template="role_form.html",
    )
