"""What each request does for the person behind it.

Both work in `process_view`, after Django has checked that a form comes from our own page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import patch_cache_control

from organisations import sessions
from organisations.access import may_enter_cms
from organisations.clock import today
from organisations.groups import sync_groups

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleSignOutMiddleware:
    """Ends a session that has lain idle: after 20 minutes on a shared computer, else after 12 hours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.get(sessions.IS_SHARED) and sessions.is_signed_in(request):
            # The next person at this computer must not see the page by going back.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not sessions.is_signed_in(request):
            return None
        if not sessions.is_idle(request):
            sessions.touch(request)
            sessions.drop_held_when_sent(request)
            return None
        sessions.end_idle(request)
        if request.method != "POST":
            # A public page simply goes on; any other asks to sign in and comes back here.
            return None
        after = reverse("organisations:send_again") if sessions.HELD in request.session else ""
        return redirect_to_login(after or sessions.page_before(request) or resolve_url("/"))


class CmsDoorMiddleware:
    """The CMS has one door: our own sign-in, and an appointment that is in force today."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.path.startswith("/cms/"):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/cms/")
        # An appointment begins and ends with its day; the groups that Wagtail reads follow here.
        sync_groups(request.user, today())
        if not may_enter_cms(request.user):
            raise PermissionDenied
        return None
