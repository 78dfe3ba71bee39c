"""Putting two entries together that are one person, for the organisation's own lead, and taking them apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations.access import authority_of, get_membership_of
from organisations.access_merging import check_may_decide, get_merge_of, get_two_to_merge, refusal_as_lead
from organisations.actions import merge_people, undo_merge
from organisations.audit import note_names_seen
from organisations.forms_lead_people import FindPersonForm
from organisations.isolating import isolated
from organisations.merging import said_of_merge
from organisations.models import Membership
from organisations.selectors_lead_merging import people_alike, people_found
from organisations.selectors_merging import refusal_of_merge
from organisations.views.pages import LeadRequest, posted, refusals_in, searched, show, show_form, to_what_is_found


@sensitive_post_parameters("name")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_twice(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Who may be the same person: suggestions, or who was found. A name to search for comes by POST only."""
    membership = get_membership_of(request.user, slug, pk)
    check_may_decide(request.user, membership.person, membership.organisation)
    led = authority_of(request.user).organisation_ids
    words = searched(request)
    form = FindPersonForm({"name": words} if words else posted(request))
    is_search = form.is_valid()
    if request.method == "POST" and is_search:
        return to_what_is_found(request, form.cleaned_data["name"])
    found = people_found(membership, led, form.cleaned_data["name"]) if is_search else people_alike(membership, led)
    found = [each for each in found if each.membership.person_id != request.user.pk]
    note_names_seen(organisation=membership.organisation, by=request.user, where="people", rows=len(found) + 1)
    context = {
        **_frame(membership),
        "title": _("Is %(person)s here twice?") % {"person": isolated(membership.goes_on_as)},
        "form": form,
        "found": found,
        "is_search": is_search,
    }
    return show(request, "person_twice.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: LeadRequest, slug: str, pk: int, other_pk: int) -> HttpResponse:
    """Shows what becomes of two entries, and puts the second together with the first when the button is pressed."""
    kept, other = get_two_to_merge(request.user, slug, pk, other_pk)
    form, at = forms.Form(posted(request)), timezone.now()
    if form.is_valid():
        with refusals_in(form):
            merge_people(
                kept=kept.goes_on_as, merged=other.goes_on_as, organisation=kept.organisation, by=request.user, at=at
            )
            messages.success(request, _("The two entries are one person now. You can undo this on this page."))
            return redirect("organisations:person", slug, pk)
    note_names_seen(organisation=kept.organisation, by=request.user, where="people", rows=2)
    context = {
        **_frame(kept),
        "title": _("Put two entries together?"),
        "form": form,
        "kept": kept,
        "other": other,
        "said": said_of_merge(kept.goes_on_as, other.goes_on_as),
        "refusal": refusal_as_lead(request.user, kept.goes_on_as, other.goes_on_as)
        or refusal_of_merge(kept.goes_on_as, other.goes_on_as, at),
        "back_url": reverse("organisations:person_twice", args=[slug, pk]),
        "back_label": _("Is this person here twice?"),
    }
    return show(request, "person_merge.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_part(request: LeadRequest, slug: str, pk: int, merge_pk: int) -> HttpResponse:
    """Takes two entries apart again, after a question."""
    membership, merge = get_merge_of(request.user, slug, pk, merge_pk)
    form = forms.Form(posted(request))
    if form.is_valid():
        with refusals_in(form):
            undo_merge(merge=merge, by=request.user, at=timezone.now())
            messages.success(request, _("They are two people again. Each has what was recorded of them."))
            return redirect("organisations:person", slug, pk)
    note_names_seen(organisation=membership.organisation, by=request.user, where="people", rows=2)
    return show_form(
        request,
        form,
        organisation=membership.organisation,
        title=_("Take %(one)s and %(other)s apart?") % {"one": isolated(merge.kept), "other": isolated(merge.merged)},
        text=(
            _("What was recorded of each stays with each. What was done since stays where it was done."),
            _("Both can sign in again as before."),
        ),
        button_label=_("Take them apart"),
        cancel_url=reverse("organisations:person", args=[membership.organisation.slug, pk]),
    )


def _frame(membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "caption": organisation.name,
        "organisation": organisation,
        "membership": membership,
        "back_url": reverse("organisations:person", args=[organisation.slug, membership.pk]),
        "back_label": str(membership.goes_on_as),
    }
