"""A throw-away PostgreSQL on loopback that keeps what it has committed, however it is stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Database:
    """Starts, is stopped without a word, and starts again."""

    def __init__(self) -> None:
        found = shutil.which("initdb")
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parts[4]))
        self.programs = Path(found).parent if found else places[-1]
        #: Of the server while it runs.
        self.pid = 0
        self.folder = Path(tempfile.mkdtemp(prefix="signpost-drill-"))
        self.port = free_port()
        self.url = f"postgres://signpost@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self._run("initdb", "-U", "signpost", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        user = "postgres" if os.geteuid() == 0 else None
        with open(self.folder.with_suffix(".log"), "ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, user=user, cwd="/", timeout=120)

    def start(self) -> None:
        """Starts and waits until it answers; after a crash it first replays its log."""
        # What is committed is in the log even when a process is shot; only a power cut would need fsync.
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} "
            "-c fsync=off -c synchronous_commit=on -c max_connections=60"
        )
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.folder / "server.log"), "-o", options, "start")
        self.pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def stop_at_once(self) -> None:
        """As when somebody pulls the plug of the database: no transaction is finished."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")
        self.pid = 0

    def remove(self) -> None:
        """Takes everything away."""
        try:
            if self.pid:
                self._end()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.with_suffix(".log").unlink(missing_ok=True)

    def _end(self) -> None:
        """By its number: whatever has become of the folder, no server stays behind."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGQUIT)
            for _attempt in range(600):
                time.sleep(0.1)
                os.kill(self.pid, 0)
