"""Runs background tasks and says so: the health check reads the sign of life."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from config.models import WorkerBeat
from config.queue import queue_what_is_left, take_back_abandoned
from courses.actions import publish_due_submissions
from privacy.tasks import start_nightly_work
from records.selectors.regrading import is_left_to_look_at
from records.selectors.requirement_effect import is_left_to_count
from records.tasks import count_effects_left, look_at_answers_again, remind_by_day

SECONDS_BETWEEN_BEATS = 20
SECONDS_BETWEEN_LOOKS = 60
#: How long to wait before the next try when the database is away.
SECONDS_TO_RECOVER = 2
logger = logging.getLogger(__name__)
FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str) -> None:
    """Writes one sign of life and forgets workers long gone."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(worker=name, defaults={"beat_at": now})
    WorkerBeat.objects.filter(beat_at__lt=now - FORGOTTEN_AFTER).delete()


def keep_beating(name: str, stop: threading.Event) -> None:
    """Beats until told to stop; a database that is away for a moment is tried again."""
    while True:
        try:
            close_old_connections()
            beat(name)
        except OperationalError:
            close_old_connections()
        if stop.wait(SECONDS_BETWEEN_BEATS):
            return


def keep_looking(stop: threading.Event) -> None:
    """Each minute puts live what reviewers approved for a time that has come, takes back what a dead worker left,
    goes on looking at answers again and counting effects of requirements, and at night begins the night's work, by day
    reminds people of what ends soon.

    Several workers may do so at once.
    """
    while True:
        try:
            close_old_connections()
            now = timezone.now()
            publish_due_submissions(at=now)
            take_back_abandoned(at=now)
            if is_left_to_look_at():
                queue_what_is_left(look_at_answers_again, at=now)
            if is_left_to_count():
                queue_what_is_left(count_effects_left, at=now)
            start_nightly_work(now)
            remind_by_day(now)
        except OperationalError:
            close_old_connections()
        if stop.wait(SECONDS_BETWEEN_LOOKS):
            return


class Command(BaseCommand):
    """The background worker of one machine; run as many as there is work for."""

    help = "Run background tasks: mail, search indexing, editions that go live at a chosen time."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        threading.Thread(target=keep_looking, args=(stop,), daemon=True).start()
        try:
            for number in count(1):
                # A new name each time: what the last one left in the middle is then taken back.
                if self.work(f"{socket.gethostname()[:40]}-{os.getpid()}-{number}", options["verbosity"]):
                    return
                time.sleep(SECONDS_TO_RECOVER)
        finally:
            stop.set()

    def work(self, name: str, verbosity: int) -> bool:
        """Runs tasks under a name until told to stop; False when the database went away."""
        stop = threading.Event()
        threading.Thread(target=keep_beating, args=(name, stop), daemon=True).start()
        try:
            call_command("db_worker", interval=1.0, startup_delay=False, worker_id=name, verbosity=verbosity)
        except OperationalError:
            logger.warning("The database is away. Trying again.")
            return False
        finally:
            stop.set()
            with suppress(OperationalError):
                close_old_connections()
                WorkerBeat.objects.filter(worker=name).delete()
        return True
