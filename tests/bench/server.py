"""A gunicorn of its own on loopback, and how much CPU time it has used."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self


class Server:
    """One worker process of gunicorn, started for the benchmark and stopped with it."""

    def __init__(self, root: Path, folder: str, *, cookie: str) -> None:
        self.root = root
        self.folder = folder
        self.headers = {"Cookie": cookie, "Accept-Language": "en"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self) -> Self:
        self.log = (Path(self.folder) / "gunicorn.log").open("w")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "--pythonpath", f"site,{self.root}", "--workers", "1",
                "--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "config.wsgi:application",
            ],
            cwd=self.root,
            stdout=self.log,
            stderr=self.log,
        )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.get("/healthz")
                return self
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        raise SystemExit(f"gunicorn did not start:\n{(Path(self.folder) / 'gunicorn.log').read_text()}")

    def __exit__(self, *exception: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()

    def get(self, address: str) -> bytes:
        """The body of a page; stops the benchmark when the page is not there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address, headers=self.headers)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise SystemExit(f"{address} answered {response.status}")
        return body

    def cpu_seconds(self) -> float:
        """CPU time of the worker process since it began, in seconds."""
        workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(self._spent(pid) for pid in workers)

    @staticmethod
    def _spent(pid: str) -> float:
        # The fields after the name, which may hold spaces: user and system time are the 12th and 13th of them.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
