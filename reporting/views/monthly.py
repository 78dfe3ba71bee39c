"""The monthly letter: leads choose it for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.requests import SignedInRequest
from reporting.access import get_scope_for
from reporting.actions import choose_monthly_report
from reporting.models import MonthlyReader


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def monthly(request: SignedInRequest) -> HttpResponse:
    """Whether the person is written to each month, and a button to change it."""
    get_scope_for(request.user)
    if request.method == "POST":
        is_wanted = request.POST.get("wanted") == "yes"
        choose_monthly_report(person=request.user, is_wanted=is_wanted, at=timezone.now())
        messages.success(request, _("The letter is on.") if is_wanted else _("The letter is off."))
        return redirect("reporting:monthly")
    context = {"is_on": MonthlyReader.objects.filter(person=request.user).exists()}
    return render(request, "reporting/monthly.html", context)
