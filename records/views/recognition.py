"""Training elsewhere that one person brings along, recognised by their organisation's own lead."""

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
from records.access_people import get_membership_to_decide
from records.actions.recognition import recognise_training
from records.forms_people import RecognitionForm
from records.selectors.recognition import recognised_editions
from records.views.people import frame_of, note_person_seen


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recognise(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Puts training elsewhere on the person's record."""
    membership = get_membership_to_decide(request.user, slug, pk)
    form = RecognitionForm(posted(request), editions=recognised_editions(), today=today())
    if form.is_valid():
        with refusals_in(form):
            made = recognise_training(
                membership=membership, training=form.training(), by=request.user, at=timezone.now()
            )
            messages.success(request, _("“%(module)s” is on their record now.") % {"module": made.title})
            return redirect("records:person_record", slug, pk)
    note_person_seen(request, membership)
    back = reverse("records:person_record", args=[slug, pk])
    context = {**frame_of(membership), "form": form, "back_url": back, "back_label": _("Back")}
    return render(request, "records/lead/recognise.html", context)
