"""What each request does for the texts of its page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from guidance.reading import reading_by


class ReaderMiddleware:
    """Lets texts that quote contacts know who reads; asks nothing of the database by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading_by(request.user):
            return self.get_response(request)
