"""The processes of the drill, and who shoots them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.drill.database import Database

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """The web server, the worker and an office as real processes of their own."""

    def __init__(self, database: Database, environment: dict[str, str], port: int, folder: Path) -> None:
        self.database, self.environment, self.port = database, environment, port
        self.log = (folder / "processes.log").open("ab")
        self.web = self._start("-m", "gunicorn", "-c", "site/config/gunicorn.py")
        self.worker = self.start_worker()
        self.office: subprocess.Popen | None = None
        self.killed: Counter[str] = Counter()

    def _start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )

    def start_worker(self) -> subprocess.Popen:
        """A worker."""
        return self._start("manage.py", "worker")

    def start_office(self, reviewer: int) -> None:
        """The office, unless somebody is at work there."""
        if self.office is None or self.office.poll() is not None:
            self.office = self._start("-m", "tests.drill.office", str(reviewer))

    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def strike(self, dice: random.Random, reviewer: int) -> None:
        """Kills one thing without a warning, and has it started again."""
        what = dice.choice(["worker", "web worker", "office", "database"])
        if what == "worker":
            self.worker.kill()
            self.worker.wait()
            self.worker = self.start_worker()
        elif what == "web worker":
            # gunicorn itself starts another.
            for pid in self.web_workers()[:1]:
                os.kill(pid, signal.SIGKILL)
        elif what == "office" and self.office:
            self.office.kill()
            self.office.wait()
        elif what == "database":
            self.database.stop_at_once()
            time.sleep(dice.uniform(0.1, 0.8))
            self.database.start()
        self.killed[what] += 1
        self.start_office(reviewer)

    def stop(self) -> None:
        """Ends everything that was started here."""
        for process in (self.web, self.worker, self.office):
            if process and process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker, self.office):
            if process:
                try:
                    process.wait(timeout=40)
                except subprocess.TimeoutExpired:
                    process.kill()
        self.log.close()
