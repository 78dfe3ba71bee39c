"""What somebody completed in an organisation, for its own lead, who may strike out what is wrong."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import get_membership_of
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.isolating import isolated
from organisations.models import Membership
from organisations.views.pages import LeadRequest, posted, refusals_in
from records.access_people import get_completion_to_correct
from records.actions.completions import void_completion
from records.forms_people import StrikeOutForm
from records.selectors.record import is_theirs_to_correct, record_at
from records.selectors.waivers import waivers_of


@never_cache
@login_required
@require_safe
def person_record(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """What the person completed while they worked here."""
    membership = get_membership_of(request.user, slug, pk)
    note_person_seen(request, membership)
    context = {
        **frame_of(membership),
        "title": _("What %(name)s completed here") % {"name": isolated(membership.goes_on_as)},
        "membership": membership,
        "lines": [
            (line, is_theirs_to_correct(line.completion, membership)) for line in record_at(membership, today())
        ],
        "waivers": waivers_of(membership),
        "today": today(),
        "is_self": membership.person.is_same_as(request.user),
        "is_here": membership.ended_on is None or membership.ended_on >= today(),
    }
    return render(request, "records/lead/person_record.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_record_strike_out(request: LeadRequest, slug: str, pk: int, completion_pk: int) -> HttpResponse:
    """Strikes out a completion, with a reason, after a look at what that means."""
    membership, completion = get_completion_to_correct(request.user, slug, pk, completion_pk)
    back = reverse("records:person_record", args=[slug, pk])
    if completion.voided_at is not None:
        return redirect(back)
    form = StrikeOutForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            void_completion(
                completion=completion, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
            )
            messages.success(request, _("“%(module)s” is taken off the record.") % {"module": completion.title})
            return redirect(back)
    note_person_seen(request, membership)
    context = {
        **frame_of(membership),
        "completion": completion,
        "form": form,
        "back_url": back,
        "back_label": _("Back"),
    }
    return render(request, "records/lead/strike_out.html", context)


def frame_of(membership: Membership) -> dict[str, object]:
    """What every page about one person shows around itself."""
    organisation = membership.organisation
    return {
        "organisation": organisation,
        "person": membership.goes_on_as,
        "caption": organisation.name,
        "back_url": reverse("organisations:person", args=[organisation.slug, membership.pk]),
        "back_label": str(membership.goes_on_as),
    }


def note_person_seen(request: LeadRequest, membership: Membership) -> None:
    """Notes that the lead has looked at this person's record."""
    note_names_seen(
        organisation=membership.organisation, by=request.user, where="record", about=membership.person, rows=1
    )
