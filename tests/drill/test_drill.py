"""The worker, then the database, killed in the middle of submit, publish and erase: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
#: Far more than it takes; a machine may be busy.
SECONDS = 240


def has_programs() -> bool:
    """Whether a PostgreSQL and a gunicorn of our own can be started, and their processes be seen."""
    initdb = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(initdb and Path(sys.executable).with_name("gunicorn").exists() and Path("/proc/self/environ").exists())


def left_behind(mark: str) -> list[int]:
    """Processes that carry this mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_marked = mark.encode() in (folder / "environ").read_bytes()
        except OSError:
            continue
        if is_marked:
            found.append(int(folder.name))
    return found


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="kills a PostgreSQL of its own: runs on PostgreSQL")
@pytest.mark.skipif(not has_programs(), reason="needs PostgreSQL's programs, gunicorn and /proc on this machine")
@pytest.mark.django_db
def test_nothing_is_lost_or_doubled(fresh_copy):
    mark = f"drill-{uuid4()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    environment |= {
        "ROUNDS": "2",
        "SEED": "7",
        "LEARNERS": "2",
        "WEB_CONCURRENCY": "1",
        "SECONDS": str(SECONDS),
        "COPY": str(fresh_copy) if fresh_copy.exists() else "",
        "MARK": mark,
    }
    drill = subprocess.Popen(
        [sys.executable, "-m", "tests.drill"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = drill.communicate(timeout=2 * SECONDS)
    except subprocess.TimeoutExpired:
        # It ends what it has started.
        drill.terminate()
        said, _ = drill.communicate(timeout=60)
    assert drill.returncode == 0, said
    assert "Nothing is lost and nothing is doubled." in said
    killed = re.search(r"Killed .*: database 1, web and worker 1\. In the middle of: (.*)\.", said)
    assert killed, said
    assert killed[1] == "erase 2, publish 2, submit 4", said
    assert left_behind(f"MARK={mark}") == []
