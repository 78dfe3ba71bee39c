"""What pages for strangers have in common: a language of their choice, nothing kept, no codes tried at speed."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


def read_in_chosen_language(request: HttpRequest) -> None:
    """An address that stands on paper has no language in it; `?language=` chooses one all the same."""
    if (language := request.GET.get("language", "")) in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language


def keep_nowhere(response: HttpResponse) -> HttpResponse:
    """The page, which no search engine lists and no browser keeps."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def wait_a_minute(response: HttpResponse) -> HttpResponse:
    """The page, which says when to come back."""
    response["Retry-After"] = "60"
    return response


class MinuteCount:
    """How often something happened from one network address in this minute."""

    def __init__(self, request: HttpRequest, what: str) -> None:
        try:
            address = get_adapter(request).get_client_ip(request)
        except PermissionDenied:
            # Behind a proxy that hides where requests come from, all strangers share one count.
            address = "unknown"
        self.key = f"{what}:{address}:{timezone.now():%Y%m%d%H%M}"

    def now(self) -> int:
        """How often so far."""
        return cache.get(self.key, 0)

    def add(self) -> int:
        """Once more; how often with this."""
        cache.add(self.key, 0, timeout=120)
        try:
            return cache.incr(self.key)
        except ValueError:
            # The count was thrown out of the cache between the two calls.
            return 0
