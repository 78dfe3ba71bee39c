"""Whether this installation lives, and whether it is ready to serve."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from config.models import WorkerBeat

#: A worker that has not said so for this long is taken for dead.
WORKER_SILENCE = timedelta(seconds=90)


def migrations_wait() -> bool:
    """Whether the code has migrations that the database has not seen."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@dataclasses.dataclass
class Migrations(HealthCheck):
    """Every migration of the code is applied to the database."""

    def run(self) -> None:
        if migrations_wait():
            raise ServiceUnavailable("Migrations are waiting: run manage.py migrate.")


@dataclasses.dataclass
class Worker(HealthCheck):
    """A worker is alive: without one no mail leaves and search finds nothing new."""

    def run(self) -> None:
        newest = WorkerBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
        if newest is None or newest < timezone.now() - WORKER_SILENCE:
            raise ServiceUnavailable("No worker is running: start manage.py worker.")


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks the database nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


class ClosingExecutor(ThreadPoolExecutor):
    """Runs each check in a thread that gives its database connection back; a probe every second must not pile up."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        def run() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                connections.close_all()

        return super().submit(run)


class ReadyView(HealthCheckView):
    """The database answers, its migrations are applied and a worker runs; 500 with the reason otherwise."""

    checks = ("health_check.checks.Database", "config.health.Migrations", "config.health.Worker")

    def get_executor(self) -> ClosingExecutor:
        return ClosingExecutor(max_workers=3)

    def render_to_response(self, context: dict, **kwargs: int) -> HttpResponse:
        return self.render_to_response_text(kwargs["status"])


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """What `ReadyView` says; other methods are refused before any check begins."""
    return async_to_sync(ReadyView.as_view())(request)
