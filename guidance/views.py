"""Facts and contacts to look at again, in the CMS."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guidance.access import contacts_of_editor, get_row_to_check, refuse_who_may_not_check
from guidance.actions import record_check
from guidance.places import all_places
from guidance.selectors_checks import checks_due
from organisations.clock import today
from organisations.models import User


class CmsRequest(HttpRequest):
    """A request inside the CMS: somebody is signed in."""

    user: User


@require_safe
def checks(request: CmsRequest) -> HttpResponse:
    """What is overdue, what is due, what nobody has confirmed, each with where it is quoted."""
    refuse_who_may_not_check(request.user)
    found = checks_due(contacts_of_editor(request.user), today(), all_places())
    return render(request, "guidance/cms/checks.html", {"checks": found, "today": today()})


@require_POST
def check(request: CmsRequest, kind: str, pk: int) -> HttpResponse:
    """Notes that it was looked up today and is still true."""
    row = get_row_to_check(request.user, kind, pk)
    try:
        done = record_check(of=row, by=request.user, at=timezone.now())
        messages.success(
            request, _("Noted. To be checked again by %(day)s.") % {"day": date_format(done.review_by, "j F Y")}
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("guidance:checks")
