"""When an organisation's own sign-in did not let somebody in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    """The person turned back at their organisation's page."""
    messages.info(request, _("You did not sign in at your organisation. You can try again, or sign in another way."))
    return redirect("account_login")


@never_cache
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """The organisation's page and ours did not understand each other."""
    messages.error(
        request, _("Signing in at your organisation did not work. Try again later, or sign in another way.")
    )
    return redirect("account_login")
