"""Asks the web server of this machine whether it lives."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import env


class Command(BaseCommand):
    """For container health checks: it calls by the name of the site, which is the only one that is answered."""

    help = "Ask the web server on this machine whether it lives, or with --ready whether it can serve."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ready", action="store_true", help="ask for database, migrations and worker too")

    def handle(self, *args: Any, ready: bool, **options: Any) -> None:
        port = env.text("BIND", f"127.0.0.1:{env.text('PORT', '8000')}").rpartition(":")[2]
        address = f"http://127.0.0.1:{port}/healthz{'/ready' if ready else ''}"
        request = urllib.request.Request(address, headers={"Host": urlsplit(settings.BASE_URL).netloc})
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, OSError) as error:
            raise CommandError(f"Not well: {error}") from error
