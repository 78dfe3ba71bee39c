"""How lines of the server's log are written: one for each request, and no personal data in any.

Addresses of pages hold certificate codes and invitation tokens, so a line names the route and never the path. What
is left in the lines of others (addresses, codes, what a database quotes from a row) is taken out of them.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as BaseFormatter

EMAIL = re.compile(r"[\w.+'’-]+@[\w-]+(?:\.[\w-]+)+")
#: A code or token in an address opens what it belongs to; numbers of rows do not.
SECRET_IN_PATH = re.compile(r"(/(?:verify|certificates|invitations|key)/)(?!\d+/|new/|several/)[^/\s?\"']+")
QUERY = re.compile(r"(/[^\s?\"']*\?)[^\s\"']+")
#: PostgreSQL repeats the values of a row that it refuses.
DETAIL = re.compile(r"(DETAIL:).*?(?=\\n|\n|\"|$)")


def quiet(text: str) -> str:
    """The text without what could say who somebody is or open what is theirs."""
    text = DETAIL.sub(r"\1 (left out)", text)
    text = SECRET_IN_PATH.sub(r"\1…", text)
    text = QUERY.sub(r"\1…", text)
    return EMAIL.sub("(address)", text)


class Quiet:
    """Makes any formatter quiet: name it first among the classes."""

    def format(self, record: logging.LogRecord) -> str:
        """The formatted line, traceback and all, made quiet."""
        return quiet(super().format(record))  # type: ignore[misc]


class QuietFormatter(Quiet, logging.Formatter):
    """Lines of text."""


requests_log = logging.getLogger("config.requests")

HEADER = "X-Request-ID"
#: What a proxy may hand us: anything else could write lines of its own into the log.
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}")
NOTHING = "-"

_request_id: ContextVar[str] = ContextVar("request_id", default=NOTHING)


def request_id_from(header: str) -> str:
    """The proxy's own, if it is well-formed, or a new one."""
    return header if WELL_FORMED.fullmatch(header) else uuid.uuid4().hex


def route_of(request: HttpRequest) -> str:
    """The name of the route that answers, or its pattern; never what stood in the address."""
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return NOTHING
    return match.view_name if match.url_name else match.route


class RequestLogMiddleware:
    """Gives each request an id, hands it back to the client, and writes the line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(request_id_from(request.headers.get(HEADER, "")))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = _request_id.get()
            self.note(request, response, (time.perf_counter() - began) * 1000)
        finally:
            _request_id.reset(token)
        return response

    @staticmethod
    def note(request: HttpRequest, response: HttpResponse, milliseconds: float) -> None:
        """Writes the line; styles and probes have none of their own while they are well."""
        is_quiet = request.path_info.startswith((settings.STATIC_URL, "/healthz")) and response.status_code < 400
        if is_quiet or not requests_log.isEnabledFor(logging.INFO):
            return
        route = route_of(request)
        requests_log.info(
            "%s %s %s %.0f ms",
            request.method,
            route,
            response.status_code,
            milliseconds,
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "duration_ms": round(milliseconds, 1),
            },
        )


class WithoutPaths(logging.Filter):
    """Puts the route in the place of the path in Django's own lines, and the request's id into every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            if isinstance(record.args, tuple):
                paths = {request.path, request.path_info, request.get_full_path()}
                record.args = tuple(route_of(request) if arg in paths else arg for arg in record.args)
            del record.__dict__["request"]
        return True


class JsonFormatter(Quiet, BaseFormatter):
    """A line as JSON: time, level, logger, message, the request's id, and what the line itself adds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time"],
            json_ensure_ascii=False,
        )
        self.default_time_format, self.default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"
        self.converter = time.gmtime
