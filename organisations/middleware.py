"""What each request does for the person behind it.

They work in `process_view`, after Django has checked that a form comes from our own page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from organisations import sessions
from organisations.access import (
    authority_once_proven,
    is_withheld_from,
    may_enter_cms,
    withhold_authority,
)
from organisations.actions import note_use
from organisations.clock import today
from organisations.groups import sync_groups
from organisations.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleSignOutMiddleware:
    """Ends a session that has lain idle: after 20 minutes on a shared computer, else after 12 hours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self.asks_stranger_to_sign_in(request, response):
            # What they sent is gone; an address that only takes what is sent cannot be opened once they are back.
            request.session[sessions.WAS_NOT_SENT] = True
            return redirect_to_login(sessions.page_before(request) or request.get_full_path())
        if sessions.is_signed_in(request):
            # The next person at this computer must not see the page by going back, nor a cache between keep it.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def asks_stranger_to_sign_in(self, request: HttpRequest, response: HttpResponse) -> bool:
        """Whether something was sent in a session that is gone, and the page for it asks to sign in."""
        if request.method != "POST" or response.status_code != 302 or sessions.is_signed_in(request):
            return False
        return response.headers["Location"] == redirect_to_login(request.get_full_path()).url

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not sessions.is_signed_in(request):
            return None
        if not sessions.is_idle(request):
            if sessions.touch(request):
                note_use(key=request.session.get(sessions.SIGN_IN), at=timezone.now())
            sessions.drop_held_when_sent(request)
            return None
        sessions.end_idle(request)
        if request.method != "POST":
            # A public page simply goes on; any other asks to sign in and comes back here.
            return None
        after = reverse("organisations:send_again") if sessions.HELD in request.session else ""
        return redirect_to_login(after or sessions.page_before(request) or resolve_url("/"))


class SecondFactorMiddleware:
    """An appointment works only in a session in which its holder has proven a second factor, however they came in.

    Until then `access.authority_of` finds nothing, so that every page opens to them as to a learner and no other.
    What stays shut for that reason leads to proving one, or to setting one up.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_signed_in = sessions.is_signed_in(request)
        if settings.SECOND_FACTOR_REQUIRED and is_signed_in and not sessions.has_proven_second_factor(request):
            person = request.user
            # Lazily, so that a page which asks for nobody reads nobody.
            request.user = cast(User, SimpleLazyObject(lambda: _withheld(person)))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # The CMS asks for permissions of its own, so that its door asks for the factor.
        is_cms = request.path.startswith("/cms/")
        return self.ask(request) if is_cms and request.user.is_authenticated else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self.ask(request) if isinstance(exception, PermissionDenied | Http404) else None

    def ask(self, request: HttpRequest) -> HttpResponse | None:
        """The way to a second factor, for those whose authority waits for it."""
        if not is_withheld_from(request.user) or not authority_once_proven(request.user).is_appointed:
            return None
        after = request.get_full_path() if request.method in ("GET", "HEAD") else sessions.page_before(request)
        return HttpResponseRedirect(f"{reverse('organisations:second_factor')}?{urlencode({'next': after or '/'})}")


def _withheld(person: User | AnonymousUser) -> User | AnonymousUser:
    """The person behind a lazy object, without authority."""
    return withhold_authority(person) if person.is_authenticated else person


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
