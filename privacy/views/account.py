"""A person's own privacy page: take everything away, ask for everything to be removed."""

from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from downloads.pdf import pdf_response
from organisations.audit import write_log
from organisations.clock import today
from organisations.requests import SignedInRequest
from organisations.views.pages import posted, refusals_in
from privacy.actions.erasure import ask_for_erasure, cancel_erasure
from privacy.documents import person_pdf
from privacy.forms import SureForm
from privacy.selectors.erasure import open_request_of, preview_of
from privacy.selectors.export import everything_about
from privacy.selectors.people import ids_of, leads_something


@never_cache
@login_required
@require_safe
def privacy(request: SignedInRequest) -> HttpResponse:
    """What a person can do about what Signpost holds of them."""
    return render(request, "privacy/account.html", {"asked": open_request_of(request.user)})


@never_cache
@login_required
@reauthentication_required
@require_safe
def export_json(request: SignedInRequest) -> HttpResponse:
    """Everything held about the person, for a computer."""
    write_log(request.user, "privacy.export", request.user, form="json")
    content = json.dumps(everything_about(request.user), ensure_ascii=False, indent=1)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    name = f"signpost-{today().isoformat()}.json"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@login_required
@reauthentication_required
@require_safe
def export_pdf(request: SignedInRequest) -> HttpResponse:
    """The same, to read."""
    write_log(request.user, "privacy.export", request.user, form="pdf")
    content = person_pdf(request.user, get_language() or "en")
    return pdf_response(f"signpost-{today().isoformat()}.pdf", content)


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: SignedInRequest) -> HttpResponse:
    """Asks that everything be removed, after a look at what goes and what stays."""
    if open_request_of(request.user):
        return redirect("privacy:account")
    form = SureForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            ask_for_erasure(person=request.user, by=request.user, at=timezone.now())
            messages.success(request, _("We have your request. You can take it back on this page."))
            return redirect("privacy:account")
    context = {"form": form, "preview": preview_of(request.user), "leads": leads_something(ids_of(request.user))}
    return render(request, "privacy/erase.html", context)


@never_cache
@login_required
@require_POST
def erase_cancel(request: SignedInRequest) -> HttpResponse:
    """Takes the request back."""
    asked = open_request_of(request.user)
    if asked is None:
        raise Http404(_("There is nothing at this address."))
    try:
        cancel_erasure(request=asked, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Your request is taken back. Nothing has been removed."))
    return redirect("privacy:account")
