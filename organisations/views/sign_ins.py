"""Where a person is signed in, and ending it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from organisations import sessions
from organisations.access import get_own_sign_in
from organisations.actions import end_sign_ins
from organisations.requests import SignedInRequest
from organisations.selectors import sign_ins_of


@never_cache
@login_required
@require_safe
def sign_ins(request: SignedInRequest) -> HttpResponse:
    """Every browser in which the person is signed in, this one marked."""
    here = request.session.get(sessions.SIGN_IN)
    rows = [{"sign_in": row, "is_here": str(row.key) == here} for row in sign_ins_of(request.user, timezone.now())]
    return render(request, "organisations/account/sign_ins.html", {"rows": rows})


@login_required
@require_POST
def sign_in_end(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Signs the person out in one place."""
    end_sign_ins(person=request.user, key=str(get_own_sign_in(request.user, key).key))
    messages.success(request, _("You are signed out there."))
    return redirect("organisations:sign_ins")


@login_required
@require_POST
def sign_ins_end_others(request: SignedInRequest) -> HttpResponse:
    """Signs the person out everywhere but here."""
    end_sign_ins(person=request.user, but_key=request.session.get(sessions.SIGN_IN, ""))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("organisations:sign_ins")
