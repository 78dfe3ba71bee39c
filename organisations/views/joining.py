"""How a person comes into an organisation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import get_invitation, get_opening_for
from organisations.actions import accept_invitation, join_by_domain, request_to_join
from organisations.clock import today
from organisations.forms_account import RoleForm
from organisations.isolating import isolated
from organisations.requests import SignedInRequest
from organisations.selectors import (
    active_memberships_of,
    addresses_of,
    open_invitations_of,
    open_requests_of,
    openings_of,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation offers; only the button on the page uses it up."""
    found = get_invitation(token)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            accept_invitation(invitation=found, person=request.user, at=timezone.now())
        except ValidationError as refusal:
            # A refusal with a code is about the invitation, and the page says it; any other is said above it.
            if not getattr(refusal, "code", None):
                messages.warning(request, " ".join(refusal.messages))
            return redirect(request.path)
        messages.success(request, _("You have joined %(name)s.") % {"name": isolated(found.organisation.name)})
        return redirect(settings.LOGIN_REDIRECT_URL)
    addresses = addresses_of(request.user) if request.user.is_authenticated else {}
    context = {
        "invitation": found,
        "state": found.state_at(timezone.now()),
        "is_mine": request.user.is_authenticated and found.accepted_by_id == request.user.pk,
        "has_address": found.email in addresses,
        "has_proved_address": addresses.get(found.email, False),
    }
    return render(request, "organisations/joining/invitation.html", context)


@never_cache
@login_required
@require_safe
def join(request: SignedInRequest) -> HttpResponse:
    """The organisations that a proved address opens."""
    person, day = request.user, today()
    requests = open_requests_of(person)
    waiting = {asked.organisation_id for asked in requests}
    context = {
        "invitations": open_invitations_of(person),
        "openings": [opening for opening in openings_of(person, day) if opening.organisation.pk not in waiting],
        "requests": requests,
        "memberships": active_memberships_of(person, day),
    }
    return render(request, "organisations/joining/join.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_organisation(request: SignedInRequest, slug: str) -> HttpResponse:
    """Joins one of them in a role of one's own choice, or asks a lead."""
    if slug in {membership.organisation.slug for membership in active_memberships_of(request.user, today())}:
        # The button was pressed twice, or the page was kept open.
        return redirect("organisations:memberships")
    opening = get_opening_for(request.user, slug)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        write = request_to_join if opening.needs_approval else join_by_domain
        try:
            write(
                person=request.user,
                organisation=opening.organisation,
                email=opening.email,
                role=form.cleaned_data["role"],
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _after_joining(request, opening.organisation.name, has_asked=opening.needs_approval)
    return render(request, "organisations/joining/join_organisation.html", {"form": form, "opening": opening})


def _after_joining(request: HttpRequest, name: str, *, has_asked: bool) -> HttpResponse:
    if has_asked:
        messages.success(
            request, _("We have asked %(name)s. You get an e-mail when they answer.") % {"name": isolated(name)}
        )
        return redirect("organisations:join")
    messages.success(request, _("You have joined %(name)s.") % {"name": isolated(name)})
    return redirect(settings.LOGIN_REDIRECT_URL)
