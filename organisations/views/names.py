"""Whom an organisation lets read its people's names."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organisations.access import get_organisation_with_names_for
from organisations.access_names import get_agreement_for
from organisations.actions.names import agree_to_names, withdraw_names
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import Partnership
from organisations.querysets import open_on
from organisations.views.pages import LeadRequest, posted, refusals_in, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: LeadRequest, slug: str) -> HttpResponse:
    """Each partnership of the organisation, whether its leads read names, who agreed and when; agreeing is a POST."""
    organisation = get_organisation_with_names_for(request.user, slug)
    held = open_on(today(), start="organisation_memberships__started_on", end="organisation_memberships__ended_on")
    partnerships = Partnership.objects.filter(held, organisation_memberships__organisation=organisation).distinct()
    form = forms.Form(posted(request))
    if request.method == "POST":
        wanted = request.POST.get("partnership", "")
        partnership = next((each for each in partnerships if str(each.pk) == wanted), None)
        if partnership is None:
            raise Http404(_("There is nothing at this address."))
        with refusals_in(form):
            agree_to_names(organisation=organisation, partnership=partnership, by=request.user, at=timezone.now())
            messages.success(request, _("The leads of the partnership read names from now on."))
            return redirect("organisations:names", slug)
    past = organisation.names_agreements.select_related("partnership", "agreed_by", "withdrawn_by")
    in_force = {each.partnership_id: each for each in past if each.withdrawn_at is None}
    others = {name for each in past for name in (each.agreed_by, each.withdrawn_by)} - {None, request.user}
    note_names_seen(organisation=organisation, by=request.user, where="leads", rows=len(others))
    context = {
        "organisation": organisation,
        "title": _("Who reads names"),
        "caption": organisation.name,
        "section": "overview",
        "form": form,
        "partnerships": [(each, in_force.get(each.pk)) for each in partnerships],
        "ended": [each for each in past if each.withdrawn_at],
    }
    return show(request, "names.html", context)


@login_required
@require_http_methods(["POST"])
def names_withdraw(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Ends an agreement at once."""
    withdraw_names(agreement=get_agreement_for(request.user, slug, pk), by=request.user, at=timezone.now())
    messages.success(request, _("The leads of the partnership read no names any more."))
    return redirect("organisations:names", slug)
