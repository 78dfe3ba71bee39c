"""Briefings for the lead of an organisation: answer invitations, ask for one, say whose a name is."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import get_organisation_with_names_for
from organisations.access_people import get_members_in
from organisations.audit import note_names_seen
from organisations.clock import today
from organisations.models import Organisation
from organisations.parts import Part
from organisations.views.pages import LeadRequest, posted, refusals_in
from records.access_sessions import (
    get_held_attendance_of,
    get_organisation_to_ask_for,
    get_request_of,
    get_session_invitation_of,
    get_told_letter_of,
    organisations_to_answer_for,
    plans_briefings,
)
from records.actions.attendance import match_attendance
from records.actions.briefing_requests import ask_for_briefing, withdraw_request
from records.actions.sessions import answer_invitation
from records.actions.telling import note_told, take_back_told
from records.calendar import FILE, calendar_of
from records.forms_sessions import AnswerForm, AskForm, ReasonForm, SeenForm
from records.models import SessionInvitation
from records.selectors.sessions import invitations_of, partnerships_to_ask, suggestions_for
from records.selectors.telling import told_in, untold_in


@never_cache
@login_required
@require_safe
def briefings(request: LeadRequest, slug: str) -> HttpResponse:
    """Invitations and requests of an organisation, and names from a room that may be its people's."""
    organisation = get_organisation_with_names_for(request.user, slug)
    suggestions = suggestions_for(organisation)
    asked_in = partnerships_to_ask(organisation, today())
    now = timezone.now()
    untold, told = untold_in(organisation, now), told_in(organisation, now)
    shown = len(suggestions) + sum(each.person_id != request.user.pk for each in [*untold, *told])
    note_names_seen(by=request.user, where="briefing", rows=shown, organisation=organisation)
    context = {
        "organisation": organisation,
        "invitations": invitations_of(organisation, now),
        "untold": untold,
        "told": told,
        "seen": now.isoformat(),
        "requests": organisation.briefing_requests.select_related("partnership").order_by("-asked_at")[:50],
        "partnerships": asked_in,
        "suggestions": suggestions,
        "title": _("Briefings"),
        "caption": organisation.name,
        **_way_back(request, organisation),
    }
    return render(request, "records/lead/briefings/list.html", context)


@login_required
@require_POST
def briefing_answer(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Says whether the organisation's people come, and how many."""
    invitation = get_session_invitation_of(request.user, slug, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_in(form):
            answer_invitation(
                invitation=invitation,
                is_accepted=form.cleaned_data["answer"] == SessionInvitation.Answer.ACCEPTED,
                people=form.cleaned_data["people"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Your answer is saved. You can change it until the briefing is over."))
    return _back(request, form, slug)


@login_required
@require_safe
def briefing_calendar(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """The briefing for a calendar, for an organisation that said it comes."""
    invitation = get_session_invitation_of(request.user, slug, pk, is_accepted=True)
    response = HttpResponse(calendar_of(invitation.session), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def briefing_ask(request: LeadRequest, slug: str) -> HttpResponse:
    """Asks the partnership for a briefing."""
    organisation = get_organisation_to_ask_for(request.user, slug)
    form = AskForm(posted(request), partnerships=partnerships_to_ask(organisation, today()))
    if form.is_valid():
        with refusals_in(form):
            ask_for_briefing(organisation=organisation, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("You are on the waiting list. The answer appears on this page."))
            return redirect("records:briefings", slug)
    back_url = reverse("records:briefings", args=[slug])
    context = {"form": form, "title": _("Ask for a briefing"), "button_label": _("Ask"), "back_url": back_url}
    return render(request, "records/lead/sessions/form.html", {**context, "caption": organisation.name})


@login_required
@require_POST
def briefing_withdraw(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Takes a request back."""
    asked = get_request_of(request.user, slug, pk)
    form = ReasonForm({"reason": "-"})
    with refusals_in(form):
        withdraw_request(request=asked, by=request.user, at=timezone.now())
        messages.success(request, _("The request is taken back."))
    return _back(request, form, slug)


@login_required
@require_POST
def briefing_match(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Says that a name from a room is one of the organisation's people."""
    attendance = get_held_attendance_of(request.user, slug, pk)
    part = Part(get_organisation_with_names_for(request.user, slug))
    (membership,) = get_members_in(part, [request.POST.get("membership", "")])
    form = ReasonForm({"reason": "-"})
    with refusals_in(form):
        match_attendance(attendance=attendance, membership=membership, by=request.user, at=timezone.now())
        messages.success(request, _("The briefing is on their record."))
    return _back(request, form, slug)


@login_required
@require_POST
def briefing_told(request: LeadRequest, slug: str) -> HttpResponse:
    """Says whom the lead has told of a briefing that is cancelled or moved."""
    organisation = get_organisation_with_names_for(request.user, slug)
    pks = [int(pk) for pk in request.POST.getlist("letter") if pk.isdecimal() and len(pk) < 19]
    form, count = SeenForm(request.POST), 0
    if form.is_valid():
        seen_at = form.cleaned_data["seen"]
        count = note_told(
            organisation=organisation, letter_ids=pks, seen_at=seen_at, by=request.user, at=timezone.now()
        )
    if count:
        said = ngettext("%(count)s person is told.", "%(count)s people are told.", count)
        messages.success(request, said % {"count": count})
    if not pks:
        messages.error(request, _("Nothing was changed. Tick whom you have told."))
    elif count < len(pks):
        words = _("Not all is noted: a briefing has changed once more, or it was noted already. Look at the list.")
        messages.warning(request, words)
    return redirect("records:briefings", slug)


@login_required
@require_POST
def briefing_not_told(request: LeadRequest, slug: str, pk: int) -> HttpResponse:
    """Takes back that somebody was told."""
    letter = get_told_letter_of(request.user, slug, pk, timezone.now())
    take_back_told(letter=letter, by=request.user)
    messages.success(request, _("They stand on the list again."))
    return redirect("records:briefings", slug)


def _way_back(request: LeadRequest, organisation: Organisation) -> dict[str, str]:
    """To the briefings of whoever has more of them to look at, else to the organisation."""
    if plans_briefings(request.user) or organisations_to_answer_for(request.user).count() > 1:
        return {"back_url": reverse("records:sessions"), "back_label": _("Briefings")}
    address = reverse("organisations:organisation", args=[organisation.slug])
    return {"back_url": address, "back_label": organisation.name}


def _back(request: LeadRequest, form: Form, slug: str) -> HttpResponse:
    """The list again; what was refused is told there."""
    for refused in form.errors.values():
        messages.error(request, " ".join(map(str, refused)))
    return redirect("records:briefings", slug)
