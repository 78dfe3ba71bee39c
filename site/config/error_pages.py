"""Error pages that work when nothing else does: they ask the database nothing.

The helpline comes from a file, written when the contact changes.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.template import loader

HELPLINE_KEY = "helpline"


def file() -> Path:
    """Where the texts are kept for the moment when the database is away."""
    return Path(settings.VAR_DIR) / "error_pages.json"


def write(*, brand: str, helpline: dict[str, str] | None) -> None:
    """Keeps the texts; a half-written file is never read."""
    target = file()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_text(json.dumps({"brand": brand, "helpline": helpline}))
    fresh.replace(target)


def renew_quietly() -> None:
    """Writes the texts anew when a web machine starts; without a database it goes on with those it has."""
    from config.receivers import write_helpline_for_error_pages

    try:
        write_helpline_for_error_pages()
    except DatabaseError:
        return
    finally:
        connections.close_all()


def read() -> dict[str, Any]:
    """The kept texts, or none: the templates have their own."""
    try:
        return json.loads(file().read_text())
    except (OSError, ValueError):
        return {}


def render(template: str, status: HTTPStatus) -> HttpResponse:
    """An error page without request, context processors or queries."""
    return HttpResponse(loader.render_to_string(template, {**read(), "is_demo": settings.DEMO}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render("400.html", HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render("403.html", HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render("404.html", HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return render("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or did not come from our page."""
    return render("403_csrf.html", HTTPStatus.FORBIDDEN)
