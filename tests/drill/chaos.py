"""The processes of the drill, and who shoots them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.drill.database import Database

ROOT = Path(__file__).resolve().parents[2]
#: What can be shot. The first two are shot in every drill.
TARGETS = ("web and worker", "database", "one web process", "worker")
#: With these nobody's press of a button lives on.
ALL_PRESSES_DIE = TARGETS[:2]


class Site:
    """The web server and the worker as real processes of their own."""

    def __init__(self, database: Database, environment: dict[str, str], port: int, folder: Path) -> None:
        self.database, self.environment, self.port = database, environment, port
        self.log = (folder / "processes.log").open("ab")
        self.web = self._start("-m", "gunicorn", "-c", "site/config/gunicorn.py")
        self.worker = self.start_worker()
        self.killed: Counter[str] = Counter()

    def _start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )

    def start_worker(self) -> subprocess.Popen:
        """A worker."""
        return self._start("manage.py", "worker")

    def web_processes(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def kill(self, target: str) -> None:
        """Kills without a warning; gunicorn itself starts other web processes."""
        self.killed[target] += 1
        if target == "database":
            self.database.stop_at_once()
        if "web" in target:
            for pid in self.web_processes()[: 1 if target == "one web process" else None]:
                os.kill(pid, signal.SIGKILL)
        if "worker" in target:
            self.worker.kill()
            self.worker.wait()

    def bring_back(self, target: str, after: float) -> None:
        """What was killed is started again, after so many seconds."""
        time.sleep(after)
        if target == "database":
            self.database.start()
        if "worker" in target:
            self.worker = self.start_worker()

    def stop(self) -> None:
        """Ends everything that was started here."""
        for process in (self.web, self.worker):
            if process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker):
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()
