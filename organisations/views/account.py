"""A person's own account and the places where they work."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations import sessions
from organisations.access import get_own_membership
from organisations.actions import leave_organisation, rename_person, set_language
from organisations.clock import today
from organisations.forms_account import DetailsForm
from organisations.isolating import comma, isolated
from organisations.links import Place, links_for
from organisations.requests import SignedInRequest
from organisations.selectors import (
    active_memberships_of,
    has_second_factor,
    open_invitations_of,
    open_requests_of,
    past_memberships_of,
    verified_emails_of,
)


@never_cache
@login_required
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """Everything a person may set about themselves, in one place."""
    person, day = request.user, today()
    places = [membership.organisation.name for membership in active_memberships_of(person, day)]
    rows = [
        {"key": _("Name"), "value": person.name, "action_url": reverse("organisations:account_details")},
        {
            "key": _("Language"),
            "value": dict(settings.LANGUAGES)[person.language],
            "action_url": reverse("organisations:account_details"),
        },
        {
            "key": _("E-mail addresses"),
            "value": comma().join(isolated(email) for email in verified_emails_of(person)),
            "action_url": reverse("account_email"),
        },
        {
            "key": _("Password"),
            "value": _("You have one") if person.has_usable_password() else _("None: you sign in with a code"),
            "action_url": reverse("account_change_password"),
        },
        {
            "key": _("Second step"),
            "value": _("You have one") if has_second_factor(person) else _("None"),
            "action_url": reverse("mfa_index"),
        },
        {
            "key": _("Signed in"),
            "value": _("See where, and sign out there"),
            "action_url": reverse("organisations:sign_ins"),
        },
        {
            "key": _("Second account"),
            "value": _("Put two accounts together"),
            "action_url": reverse("organisations:link"),
        },
        {
            "key": _("Where I work"),
            "value": comma().join(isolated(name) for name in dict.fromkeys(places)) or _("Nowhere yet"),
            "action_url": reverse("organisations:memberships"),
        },
    ]
    rows = [{**row, "action_label": _("Change")} for row in rows]
    return render(request, "organisations/account/account.html", {"rows": rows, "links": links_for(Place.ACCOUNT)})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_details(request: SignedInRequest) -> HttpResponse:
    """A person's name and language."""
    person = request.user
    form = DetailsForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        before = person.name
        rename_person(person=person, name=form.cleaned_data["name"], by=person, at=timezone.now())
        set_language(person=person, language=form.cleaned_data["language"])
        with override(person.language):
            messages.success(request, _("Your details are saved."))
            if person.name != before:
                messages.info(request, _("If you have certificates, they now carry your new name and have new codes."))
            return redirect("organisations:account")
    return render(request, "organisations/account/details.html", {"form": form})


@never_cache
@login_required
@require_safe
def memberships(request: SignedInRequest) -> HttpResponse:
    """Where I work, have worked, and am asked to."""
    person, day = request.user, today()
    context = {
        "memberships": active_memberships_of(person, day),
        "past": past_memberships_of(person, day),
        "invitations": open_invitations_of(person),
        "requests": open_requests_of(person),
    }
    return render(request, "organisations/account/memberships.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def membership_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Leaves an organisation, after a look at what that means."""
    membership = get_own_membership(request.user, pk)
    if request.method == "POST":
        leave_organisation(membership=membership, person=request.user, on=today())
        messages.success(request, _("You have left %(name)s.") % {"name": isolated(membership.organisation.name)})
        return redirect("organisations:memberships")
    return render(request, "organisations/account/leave.html", {"membership": membership})


@never_cache
@login_required
@require_safe
def send_again(request: SignedInRequest) -> HttpResponse:
    """What the person was sending when their session had ended, to be sent by a press of the button."""
    held = sessions.held_for(request)
    if held is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "organisations/account/send_again.html", {"held": held})
