"""The monthly letter: leads choose it for themselves, and for the leads of what they lead."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisations.audit import note_names_seen
from organisations.requests import SignedInRequest
from reporting.access import get_leads_to_choose_for, get_scope_for
from reporting.actions import choose_monthly_readers, choose_monthly_report
from reporting.models import MonthlyReader
from reporting.selectors.letters import choices_among


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def monthly(request: SignedInRequest) -> HttpResponse:
    """Whether the person is written to each month, and a button to change it; and the other leads."""
    get_scope_for(request.user)
    if request.method == "POST":
        is_wanted = request.POST.get("wanted") == "yes"
        choose_monthly_report(person=request.user, is_wanted=is_wanted, at=timezone.now())
        messages.success(request, _("The letter is on.") if is_wanted else _("The letter is off."))
        return redirect("reporting:monthly")
    others = choices_among(get_leads_to_choose_for(request.user))
    note_names_seen(by=request.user, where="leads", rows=len(others))
    reader = MonthlyReader.objects.filter(person=request.user, stopped_at__isnull=True).first()
    context = {
        "is_on": reader is not None,
        "is_own_choice": reader is not None and reader.is_own_choice,
        "others": [each for each in others if not each.is_theirs],
        "decided": [each for each in others if each.is_theirs],
    }
    return render(request, "reporting/monthly.html", context)


@login_required
@require_POST
def monthly_others(request: SignedInRequest) -> HttpResponse:
    """Chooses which of the other leads get the letter."""
    among = {each.person.pk for each in choices_among(get_leads_to_choose_for(request.user))}
    chosen = {int(pk) for pk in request.POST.getlist("reader") if pk.isdecimal() and len(pk) < 19}
    choose_monthly_readers(among=among, chosen=chosen & among, by=request.user, at=timezone.now())
    messages.success(request, _("Saved. Each of them can stop the letter for themselves."))
    return redirect("reporting:monthly")
