"""What is not asked of one person, for their organisation's own lead."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.clock import today
from organisations.views.pages import LeadRequest, posted, refusals_in
from records.access_people import get_membership_to_decide, get_waiver_to_end
from records.actions.waivers import end_waiver, waive_module
from records.forms_people import WaiverForm
from records.selectors.waivers import modules_asked_of
from records.views.people import frame_of, note_person_seen


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def waiver_new(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Leaves a module out of what is asked of the person."""
    membership = get_membership_to_decide(request.user, slug, pk)
    form = WaiverForm(posted(request), asked=modules_asked_of(membership, today()), today=today())
    if form.is_valid():
        with refusals_in(form):
            made = waive_module(
                membership=membership,
                module=form.chosen_module,
                reason=form.cleaned_data["reason"],
                until=form.cleaned_data["until"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("“%(module)s” is not asked of them now.") % {"module": made.module_title})
            return redirect("records:person_record", slug, pk)
    note_person_seen(request, membership)
    back = reverse("records:person_record", args=[slug, pk])
    context = {**frame_of(membership), "form": form, "back_url": back, "back_label": _("Back")}
    return render(request, "records/lead/waive.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def waiver_end(request: LeadRequest, slug: str, pk: int, waiver_pk: int) -> HttpResponse:
    """Asks for the module again, after a look at what that means."""
    membership, waiver = get_waiver_to_end(request.user, slug, pk, waiver_pk)
    back = reverse("records:person_record", args=[slug, pk])
    if request.method == "POST":
        end_waiver(waiver=waiver, by=request.user, at=timezone.now())
        messages.success(request, _("“%(module)s” is asked of them again.") % {"module": waiver.module_title})
        return redirect(back)
    note_person_seen(request, membership)
    context = {**frame_of(membership), "waiver": waiver, "back_url": back, "back_label": _("Back")}
    return render(request, "records/lead/waiver_end.html", context)
