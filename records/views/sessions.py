"""Briefings for those who plan and deliver them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.audit import note_names_seen
from organisations.isolating import isolated
from organisations.models import Partnership, User
from organisations.views.pages import LeadRequest, posted, refusals_in
from organisations.views.partnerships import Led, one_of
from records.access_sessions import (
    get_attendance_of,
    get_partnerships_to_plan_in,
    get_request_to_answer,
    get_session_to_plan,
    get_session_to_run,
    get_sessions_for,
    organisations_to_answer_for,
    organisations_to_choose,
    plans_briefings,
)
from records.actions.attendance import (
    confirm_attendances,
    mark_missed,
    register_people,
    void_attendance,
)
from records.actions.briefing_requests import decline_request
from records.actions.sessions import (
    cancel_session,
    change_session,
    count_places,
    invite_organisations,
    plan_session,
)
from records.forms_register import RegisterForm
from records.forms_sessions import InviteForm, NewSessionForm, ReasonForm, SessionForm, initial_of
from records.models import Session
from records.rules.certificates import grouped
from records.selectors.places import count_no_shows, had_a_place
from records.selectors.sessions import (
    deliverers_in,
    in_the_room,
    is_enough,
    organisations_in,
    people_of,
    waiting_in,
    with_counts,
    with_invitations_to_answer,
)
from records.selectors.telling import unasked_in, untold_among, untold_by_organisation


@login_required
@require_safe
def sessions(request: LeadRequest) -> HttpResponse:
    """What is planned, who waits and what was held; the lead of organisations comes to their pages."""
    now = timezone.now()
    theirs = list(with_invitations_to_answer(organisations_to_answer_for(request.user), now))
    if len(theirs) == 1 and not plans_briefings(request.user):
        return redirect("records:briefings", theirs[0].slug)
    untold = untold_among(theirs, now) if theirs else {}
    own = [(each, untold.get(each.pk, 0)) for each in theirs]
    if own and not plans_briefings(request.user):
        return render(request, "records/lead/briefings/organisations.html", {"own": own})
    found = with_counts(get_sessions_for(request.user))
    context = {
        "own": own,
        "waiting": waiting_in(get_partnerships_to_plan_in(request.user)),
        "planned": found.filter(ends_at__gte=now, state=Session.State.PLANNED).order_by("starts_at", "pk"),
        "past": found.exclude(ends_at__gte=now, state=Session.State.PLANNED).order_by("-starts_at")[:100],
    }
    return render(request, "records/lead/sessions/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: LeadRequest) -> HttpResponse:
    """Plans a briefing."""
    wanted = request.GET.get("request", "")
    asked = get_request_to_answer(request.user, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    led = Led(asked.partnership) if asked else one_of(list(get_partnerships_to_plan_in(request.user)), request)
    partnership = led.partnership
    now = timezone.now()
    deliverers = deliverers_in(partnership, now)
    form = NewSessionForm(
        posted(request),
        hosts=organisations_in(partnership, now),
        deliverers=deliverers,
        initial={"trainers": [request.user.pk], "module": asked.module_id if asked else None},
    )
    if form.is_valid():
        with refusals_in(form):
            made = plan_session(
                partnership=partnership,
                module=form.cleaned_data["module"],
                by=request.user,
                at=now,
                request=asked,
                **form.values(),
            )
            messages.success(request, _("The briefing is planned. Now invite organisations."))
            return redirect("records:session", made.key)
    _note_deliverers(request, partnership, deliverers)
    context = {"form": form, "title": _("Plan a briefing"), "button_label": _("Plan it"), "choices": led.choices}
    return render(request, "records/lead/sessions/form.html", {**context, "back_url": reverse("records:sessions")})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_decline(request: LeadRequest, pk: int) -> HttpResponse:
    """Says no to a request for a briefing, with a reason."""
    asked = get_request_to_answer(request.user, pk)
    form = ReasonForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            decline_request(request=asked, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
            messages.success(request, _("The organisation reads your answer on its page."))
            return redirect("records:sessions")
    title = _("Decline the request of %(organisation)s?") % {"organisation": isolated(asked.organisation)}
    context = {"form": form, "title": title, "button_label": _("Decline"), "back_url": reverse("records:sessions")}
    return render(request, "records/lead/sessions/form.html", context)


@never_cache
@login_required
@require_safe
def session(request: LeadRequest, key: UUID) -> HttpResponse:
    """One briefing: when and where, who delivers it, who is invited, and how many were there; no names of those."""
    found = get_session_to_plan(request.user, key)
    delivered_by = list(found.trainers.all())
    _note_deliverers(request, found.partnership, delivered_by)
    context = {
        "session": found,
        "delivered_by": delivered_by,
        "is_theirs": request.user.pk in {each.pk for each in delivered_by},
        "invitations": found.invitations.filter(person__isnull=True).select_related("organisation"),
        "places_taken": count_places(found),
        "room": in_the_room(found),
        "untold": untold_by_organisation(found, timezone.now()),
        "unasked": unasked_in(found, timezone.now()),
        "no_shows": count_no_shows(found, timezone.now()),
        "is_enough": is_enough(found),
        "code": grouped(found.code),
    }
    return render(request, "records/lead/sessions/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_invite(request: LeadRequest, key: UUID) -> HttpResponse:
    """Asks organisations to a briefing."""
    found = get_session_to_plan(request.user, key)
    asked = found.invitations.filter(person__isnull=True).values("organisation")
    form = InviteForm(posted(request), organisations=organisations_to_choose(found).exclude(pk__in=asked))
    if form.is_valid():
        with refusals_in(form):
            invite_organisations(
                session=found,
                organisations=list(form.cleaned_data["organisations"]),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("They are invited. Their leads get a letter and see it on their pages."))
            return redirect("records:session", key)
    context = {"form": form, "title": _("Invite organisations"), "button_label": _("Invite them")}
    return _form_of(request, found, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: LeadRequest, key: UUID) -> HttpResponse:
    """Changes place, time, places, host or who delivers it."""
    found = get_session_to_plan(request.user, key)
    deliverers = deliverers_in(found.partnership, found.starts_at)
    form = SessionForm(
        posted(request),
        hosts=organisations_to_choose(found),
        deliverers=deliverers,
        initial=initial_of(found),
    )
    if form.is_valid():
        with refusals_in(form):
            change_session(session=found, by=request.user, at=timezone.now(), **form.values())
            messages.success(
                request,
                _("The change is saved. Who comes is told of another place, day or time by letter."),
            )
            return redirect("records:session", key)
    _note_deliverers(request, found.partnership, deliverers)
    return _form_of(request, found, {"form": form, "title": _("Change this briefing"), "button_label": _("Save")})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: LeadRequest, key: UUID) -> HttpResponse:
    """Cancels a briefing, with a reason."""
    found = get_session_to_plan(request.user, key)
    form = ReasonForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            cancel_session(session=found, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
            messages.success(request, _("The briefing is cancelled. Who would have come is told by letter."))
            return redirect("records:session", key)
    context = {"form": form, "title": _("Cancel this briefing?"), "button_label": _("Cancel the briefing")}
    return _form_of(request, found, {**context, "button_kind": "warning"})


@never_cache
@login_required
@require_safe
def session_screen(request: LeadRequest, key: UUID) -> HttpResponse:
    """What the room sees: a QR code, the address and the short code, large, on the screen or on paper."""
    found = get_session_to_run(request.user, key)
    url = request.build_absolute_uri(reverse("check_in", args=[found.code]))
    drawing = segno.make(url, error="m", micro=False)
    # The drawing is made of one path: numbers only, nothing that anyone typed.
    qr = mark_safe(drawing.svg_inline(border=4, svgclass="qr", lineclass=None, light="#fff", omitsize=True))  # noqa: S308
    context = {
        "session": found,
        "qr": qr,
        "code": grouped(found.code),
        "address": request.build_absolute_uri(reverse("check_in_code")),
        "device_url": f"{url}?device=1",
    }
    return render(request, "records/lead/sessions/screen.html", context)


def _note_deliverers(request: LeadRequest, partnership: Partnership, people: Iterable[User]) -> None:
    others = sum(each.pk != request.user.pk for each in people)
    note_names_seen(by=request.user, where="briefing", rows=others, partnership=partnership)


@never_cache
@login_required
@require_safe
def session_people(request: LeadRequest, key: UUID) -> HttpResponse:
    """Who checked in, for who delivers the briefing, to confirm."""
    found = get_session_to_run(request.user, key)
    rows = people_of(found)
    absent = had_a_place(found) if found.starts_at <= timezone.now() else []
    named = [*(each.person_id for each in rows if each.shown_name), *(each.person_id for each in absent)]
    note_names_seen(
        by=request.user,
        where="briefing",
        rows=sum(pk != request.user.pk for pk in named),
        partnership=found.partnership,
    )
    waiting = [each for each in rows if not each.confirmed_at and each.person_id != request.user.pk]
    context = {"session": found, "waiting": waiting, "settled": [each for each in rows if each not in waiting]}
    context["absent"] = absent
    return render(request, "records/lead/sessions/people.html", context)


@login_required
@require_POST
def session_confirm(request: LeadRequest, key: UUID) -> HttpResponse:
    """Confirms who was there, or notes who did not come; one's own is left for another trainer."""
    found = get_session_to_run(request.user, key)
    pks = [int(pk) for pk in request.POST.getlist("attendance") if pk.isdecimal() and len(pk) < 19]
    try:
        if "missed" in request.POST:
            count = mark_missed(session=found, pks=pks, by=request.user, at=timezone.now())
            messages.success(request, _("Noted as not there: %(count)s.") % {"count": count})
        else:
            outcome = confirm_attendances(session=found, pks=pks, by=request.user, at=timezone.now())
            said = ngettext("%(count)s person is confirmed.", "%(count)s people are confirmed.", outcome.done)
            messages.success(request, said % {"count": outcome.done})
            if outcome.own:
                messages.warning(
                    request, _("Your own attendance is not confirmed: another trainer of this briefing must do that.")
                )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("records:session_people", key)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_register(request: LeadRequest, key: UUID) -> HttpResponse:
    """Enters names from a list on paper."""
    found = get_session_to_run(request.user, key)
    form = RegisterForm(posted(request), request.FILES or None, organisations=organisations_to_choose(found))
    if form.is_valid():
        with refusals_in(form):
            new, repeated = register_people(session=found, given=form.given(), by=request.user, at=timezone.now())
            said = _("New on the list: %(new)s. On it already: %(repeated)s.")
            messages.success(request, said % {"new": new, "repeated": len(repeated)})
            return redirect("records:session_people", key)
    context = {"form": form, "title": _("Enter a register"), "button_label": _("Add them to the list")}
    return _form_of(request, found, context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_void(request: LeadRequest, key: UUID, pk: int) -> HttpResponse:
    """Takes somebody off the list, with a reason, and with it what came of it."""
    found = get_session_to_run(request.user, key)
    attendance = get_attendance_of(found, pk)
    form = ReasonForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            reason = form.cleaned_data["reason"]
            void_attendance(attendance=attendance, by=request.user, reason=reason, at=timezone.now())
            messages.success(request, _("It is struck out, with the completion that came of it."))
            return redirect("records:session_people", key)
    note_names_seen(
        by=request.user,
        where="briefing",
        rows=bool(attendance.shown_name),
        partnership=found.partnership,
        about=attendance.person,
    )
    title = _("Take %(person)s off the list?") % {"person": attendance}
    context = {"form": form, "title": title, "button_label": _("Take off the list"), "button_kind": "warning"}
    return _form_of(request, found, context)


def _form_of(request: LeadRequest, found: Session, context: dict[str, object]) -> HttpResponse:
    """A form about one briefing, with the way back to it."""
    back_url = reverse("records:session", args=[found.key])
    return render(
        request, "records/lead/sessions/form.html", {"caption": found.title, "back_url": back_url, **context}
    )
