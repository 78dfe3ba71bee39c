"""Requests to remove a person's details, for those who decide: numbers and places, no names."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Membership
from organisations.views.pages import LeadRequest, posted, refusals_in, show_form
from privacy.access import Desk, get_desk_for, get_request_for, get_requests_for
from privacy.actions.erasure import ask_for_erasure, carry_out_erasure, refuse_erasure
from privacy.forms import CarryOutForm, LetterForm, RefuseForm
from privacy.models import ErasureRequest
from privacy.selectors.erasure import person_known_by, preview_of
from privacy.views.frame import show


@login_required
@require_safe
def desk(request: LeadRequest) -> HttpResponse:
    """What there is to do about privacy."""
    looked_after = get_desk_for(request.user)
    waiting = get_requests_for(request.user).filter(state=ErasureRequest.State.OPEN)
    context = {
        "title": _("Privacy"),
        "section": "privacy",
        "desk": looked_after,
        "organisations": looked_after.organisations(),
        "waiting": waiting.count(),
    }
    return show(request, "desk.html", context)


@login_required
@require_safe
def requests(request: LeadRequest) -> HttpResponse:
    """Requests of people of the organisations that one looks after, those that wait first."""
    found = list(get_requests_for(request.user)[:200])
    context = {
        "title": _("Requests to remove details"),
        "back_url": reverse("privacy:desk"),
        "back_label": _("Privacy"),
        "waiting": [each for each in found if each.state == ErasureRequest.State.OPEN],
        "ended": [each for each in found if each.state != ErasureRequest.State.OPEN],
        "now": timezone.now(),
    }
    return show(request, "requests.html", context)


@sensitive_post_parameters("known_by")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: LeadRequest) -> HttpResponse:
    """Enters a request that came by letter; somebody else carries it out."""
    looked_after = get_desk_for(request.user)
    form = LetterForm(posted(request))
    if form.is_valid():
        person = person_known_by(form.cleaned_data["known_by"])
        if person is None or not _is_looked_after(looked_after, person.pk):
            form.add_error("known_by", _("We know nobody here by that, or more than one person."))
        else:
            with refusals_in(form):
                made = ask_for_erasure(person=person, by=request.user, at=timezone.now(), is_by_letter=True)
                messages.success(request, _("Request %(number)d is entered.") % {"number": made.pk})
                return redirect("privacy:requests")
    return show_form(
        request,
        form,
        title=_("Enter a request that came by letter"),
        text=(
            _("A person may ask that everything that says who they are be removed."),
            _("You enter the request. Somebody else checks it and carries it out."),
        ),
        button_label=_("Enter the request"),
        cancel_url=reverse("privacy:requests"),
        back_label=_("Requests to remove details"),
    )


def _is_looked_after(looked_after: Desk, person_pk: int) -> bool:
    if looked_after.organisation_ids is None:
        return True
    return Membership.objects.filter(person=person_pk, organisation__in=looked_after.organisation_ids).exists()


@sensitive_post_parameters("known_by")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_detail(request: LeadRequest, pk: int) -> HttpResponse:
    """What goes and what stays, and the button that does it."""
    found = get_request_for(request.user, pk)
    form = CarryOutForm(posted(request), person=found.person)
    if form.is_valid():
        with refusals_in(form):
            carry_out_erasure(request=found, by=request.user, at=timezone.now())
            messages.success(request, _("The details are removed. The numbers are as they were."))
            return redirect("privacy:requests")
    return show(request, "request.html", {**_frame(found), **_state(found, request), "form": form})


def _frame(found: ErasureRequest) -> dict[str, object]:
    return {
        "title": _("Request %(number)d") % {"number": found.pk},
        "back_url": reverse("privacy:requests"),
        "back_label": _("Requests to remove details"),
    }


def _state(found: ErasureRequest, request: LeadRequest) -> dict[str, object]:
    is_open = found.state == ErasureRequest.State.OPEN
    return {
        "asked": found,
        "is_open": is_open,
        "is_mine": request.user.pk in (found.person_id, found.requested_by_id),
        "must_wait": timezone.now() < found.runs_from,
        "preview": preview_of(found.person) if is_open else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_refuse(request: LeadRequest, pk: int) -> HttpResponse:
    """Refuses a request, with a reason from the list."""
    found = get_request_for(request.user, pk)
    form = RefuseForm(posted(request))
    if form.is_valid():
        try:
            with refusals_in(form):
                refuse_erasure(request=found, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])
                messages.success(request, _("The request is refused. The person sees why on their account."))
                return redirect("privacy:requests")
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
    return show_form(
        request,
        form,
        title=_("Refuse request %(number)d?") % {"number": found.pk},
        text=(
            _("Signpost writes to the person with this reason."),
            _("Tell people without an e-mail address yourself: they may complain to the Information Commissioner."),
        ),
        button_label=_("Refuse the request"),
        ends_something=True,
        cancel_url=reverse("privacy:request", args=[pk]),
        back_label=_("Back"),
    )
