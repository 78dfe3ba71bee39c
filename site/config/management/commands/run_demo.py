"""Starts Signpost with a small invented partnership on this machine."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import loading, sign_ins
from config.models import WorkerBeat

SECONDS_TO_START = 60


class Command(BaseCommand):
    """Prepares the database, then runs the web server and the worker until one of them ends."""

    help = "Prepare a demo on this machine and start web and worker together."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="a loopback address")

    def handle(self, *args: Any, bind: str, **options: Any) -> None:
        port = int(os.environ.get("PORT", "8000"))
        self.refuse_unless_safe(bind, port)
        self.stdout.write("Preparing the database…")
        call_command("migrate", verbosity=0)
        loading.load(self.stdout.write)
        processes = self.start(bind, port)
        try:
            self.wait_until_ready(bind, port, processes)
            self.stdout.write(sign_ins.as_lines())
            self.stdout.write(self.style.SUCCESS(f"Ready: http://{bind}:{port}/"))
            self.stdout.write("Ctrl+C stops it.")
            self.stdout.flush()
            while all(process.poll() is None for process in processes):
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.stdout.write("Stopping…")
        finally:
            self.stop(processes)

    def refuse_unless_safe(self, bind: str, port: int) -> None:
        """Demo sign-ins are printed on the screen, so nobody else may reach them."""
        if not (settings.DEMO and settings.IS_DEVELOPMENT):
            raise CommandError("The demo runs only with DEBUG=1 and DEMO=1: use `make demo`.")
        if not ipaddress.ip_address(bind).is_loopback:
            raise CommandError(f"The demo stays on this machine: {bind} is not a loopback address.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} is taken by another program. Try: make demo PORT={port + 1}"
                ) from error

    def start(self, bind: str, port: int) -> list[subprocess.Popen]:
        """The web server and the worker, each in a process of its own."""

        def end(signum: int, frame: FrameType | None) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, end)
        web = [
            "gunicorn",
            "--bind",
            f"{bind}:{port}",
            "--threads",
            "8",
            "--log-level",
            "warning",
            "--no-control-socket",
        ]
        commands = (
            [sys.executable, "-m", *web, "--pythonpath", "site", "config.wsgi:application"],
            [sys.executable, "manage.py", "worker", "--verbosity", "0"],
        )
        return [subprocess.Popen(command, cwd=settings.BASE_DIR) for command in commands]  # noqa: S603

    def wait_until_ready(self, bind: str, port: int, processes: list[subprocess.Popen]) -> None:
        """Returns when the health check is content; raises when a process ends or the time is up."""
        address = f"http://{bind}:{port}/healthz/ready"
        for _attempt in range(SECONDS_TO_START * 5):
            if any(process.poll() is not None for process in processes):
                raise CommandError("A part of the demo ended before it was ready; its message stands above.")
            if self.answers(address):
                return
            time.sleep(0.2)
        raise CommandError(f"The demo was not ready after {SECONDS_TO_START} seconds.")

    def answers(self, address: str) -> bool:
        """Whether the worker has given a sign of life and the web server calls itself ready."""
        if not WorkerBeat.objects.exists():
            return False
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, OSError):
            return False
        return True

    def stop(self, processes: list[subprocess.Popen]) -> None:
        """Ends both processes and waits for them."""
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
