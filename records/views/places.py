"""The briefings that a person can go to, and their own place in them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records.access_sessions import get_session_open_to
from records.actions.places import give_up_place, take_place
from records.calendar import FILE, calendar_of
from records.selectors.places import briefings_open_to
from records.views.guards import PersonRequest, button, personal


@personal
@require_safe
def my_briefings(request: PersonRequest) -> HttpResponse:
    """What an organisation of the person goes to; where it is only for those who have a place."""
    return render(request, "records/my_briefings.html", {"briefings": briefings_open_to(request.user, timezone.now())})


@button("records:my_briefings", keeps_arguments=False)
def place_take(request: PersonRequest, key: UUID) -> HttpResponse:
    """Takes a place."""
    session = get_session_open_to(request.user, key)
    try:
        take_place(session=session, person=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("You have a place. Now you see where it is."))
    return redirect("records:my_briefings")


@button("records:my_briefings", keeps_arguments=False)
def place_give_up(request: PersonRequest, key: UUID) -> HttpResponse:
    """Gives the place back, so that somebody else can have it."""
    give_up_place(session=get_session_open_to(request.user, key), person=request.user, at=timezone.now())
    messages.success(request, _("You have given your place back."))
    return redirect("records:my_briefings")


@personal
@require_safe
def place_calendar(request: PersonRequest, key: UUID) -> HttpResponse:
    """The briefing for a calendar, for whoever has a place."""
    found = [each for each in briefings_open_to(request.user, timezone.now()) if each.session.key == key]
    if not found or not found[0].has_place:
        raise Http404
    response = HttpResponse(calendar_of(found[0].session), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response["Cache-Control"] = "private, no-store"
    return response
