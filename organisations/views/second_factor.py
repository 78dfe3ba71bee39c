"""The way to a second factor, and back to where a person was going."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations import sessions
from organisations.access import authority_once_proven
from organisations.requests import SignedInRequest

Type = Authenticator.Type
#: Where each kind of second factor is proven; the first that a person has is asked for.
ASKED_AT = {Type.TOTP: "mfa_reauthenticate", Type.WEBAUTHN: "mfa_reauthenticate_webauthn"}


@never_cache
@login_required
@require_safe
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Leads to proving a second factor, asks to set one up where there is none, and once proven goes on."""
    target = request.GET.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        request.session[sessions.AFTER_PROOF] = target
    if sessions.has_proven_second_factor(request):
        return redirect(request.session.pop(sessions.AFTER_PROOF, None) or "mfa_index")
    have = set(Authenticator.objects.filter(user=request.user.pk).values_list("type", flat=True))
    for kind, address in ASKED_AT.items():
        if kind in have:
            return redirect(f"{reverse(address)}?{urlencode({'next': request.path})}")
    if not authority_once_proven(request.user).is_appointed:
        return redirect("mfa_index")
    return render(request, "organisations/second_factor/set_up.html")
