"""The pages on which people check in to a briefing: on their own phone, or on one device that is passed round."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from organisations.clock import day_of
from organisations.selectors import active_memberships_of
from organisations.views.pages import posted, refusals_in
from records.access_sessions import find_session_to_check_in, organisations_to_choose
from records.actions.check_in import Given, check_in
from records.forms_check_in import CODE_ERROR, CheckInForm, OnePressForm, SessionCodeForm
from records.models import Attendance, Session
from records.selectors.sessions import is_checking_in
from records.views.strangers import MinuteCount, keep_nowhere, read_in_chosen_language, wait_a_minute

#: Wrong codes from one network address in a minute: many for a whole room, few for somebody who tries them all.
WRONG_A_MINUTE = 300


def in_the_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for strangers; after many wrong codes from one place it rests for a minute."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        read_in_chosen_language(request)
        if MinuteCount(request, "check-in").now() >= WRONG_A_MINUTE:
            return keep_nowhere(wait_a_minute(render(request, "records/check_in_too_often.html", status=429)))
        return keep_nowhere(view(request, *args, **kwargs))

    return guarded


@in_the_open
@require_safe
def check_in_code(request: HttpRequest) -> HttpResponse:
    """Asks for the code and leads to its page."""
    form = SessionCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect(_address(request, form.cleaned_data["code"]))
    return render(request, "records/check_in_code.html", {"form": form})


@in_the_open
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_here(request: HttpRequest, code: str) -> HttpResponse:
    """Checks somebody in. Reading the page writes nothing; a device that is passed round shows an empty page next."""
    session = find_session_to_check_in(code)
    if session is None:
        MinuteCount(request, "check-in").add()
        return _unknown(request, code)
    is_device = "device" in request.GET
    # Whoever has the device next is not told in which language the one before them reads.
    next_url = f"{reverse('check_in', args=[session.code])}?device=1" if is_device else _address(request, session.code)
    context = {"session": session, "is_device": is_device, "next_url": next_url}
    if "done" in request.GET:
        return render(request, "records/check_in_done.html", context)
    if not is_checking_in(session, timezone.now()):
        return render(request, "records/check_in_closed.html", context)
    form = _form(request, session, is_device)
    if form.is_valid():
        with refusals_in(form):
            how = Attendance.How.DEVICE if is_device else Attendance.How.CODE
            given = _given(request, form, session)
            check_in(session=session, given=given, how=how, key=form.cleaned_data["key"], at=timezone.now())
            return redirect(_address(request, session.code, done="1"))
    return render(request, "records/check_in.html", {**context, "form": form})


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Asks for the code again."""
    asked = SessionCodeForm({"code": code})
    if asked.is_valid():
        asked.add_error("code", CODE_ERROR)
    return render(request, "records/check_in_code.html", {"form": asked}, status=404)


def _form(request: HttpRequest, session: Session, is_device: bool) -> OnePressForm:
    if request.user.is_authenticated and not is_device:
        return OnePressForm(posted(request))
    return CheckInForm(posted(request), organisations=organisations_to_choose(session))


def _given(request: HttpRequest, form: OnePressForm, session: Session) -> Given:
    if isinstance(form, CheckInForm):
        return form.given()
    assert request.user.is_authenticated
    works_at = {each.organisation for each in active_memberships_of(request.user, day_of(session.starts_at))}
    here = set(organisations_to_choose(session)) & works_at
    organisations = sorted(here or works_at, key=lambda each: each.name)
    return Given(person=request.user, organisation=organisations[0] if organisations else None)


def _address(request: HttpRequest, code: str, **query: str) -> str:
    """The page of a code, in the same language and on the same kind of device."""
    kept = {name: request.GET[name] for name in ("device", "language") if name in request.GET}
    page = reverse("check_in", args=[code])
    return f"{page}?{urlencode({**kept, **query})}" if kept or query else page
