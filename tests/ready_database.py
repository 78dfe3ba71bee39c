"""A database as a new installation has it: made once for one set of migrations, copied by each process of the suite.

Applying them takes a minute of processor time, most of it for Wagtail's own; a copy takes less than a second. It holds
the front page, the list of courses and the groups of the CMS too, since nearly every test would make them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

FOLDER = settings.BASE_DIR / "var" / "test-databases"
LIBRARIES = ("django", "wagtail")
#: What stands in it beside the migrations.
MADE_BY = ("site/home/actions.py", "courses/actions/groups.py", "organisations/groups.py")


def provide() -> sqlite3.Connection | None:
    """Lets the suite begin with a migrated copy; what comes back must stay open as long as the suite runs."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = _on_postgresql()
        return None
    name = connection.creation._get_test_db_name()
    if not connection.creation.is_in_memory_db(name):
        return None
    memory = sqlite3.connect(name, uri=True)
    with closing(sqlite3.connect(_on_sqlite())) as source:
        source.backup(memory)
    return memory


def _on_sqlite() -> Path:
    ready = FOLDER / f"{_fingerprint()}.sqlite3"
    with _one_at_a_time():
        if not ready.exists():
            for old in FOLDER.glob("*.sqlite3*"):
                old.unlink()
            making = FOLDER / "making.sqlite3"
            _prepare(f"sqlite:///{making}")
            with closing(sqlite3.connect(making)) as made:
                # One file, without a log beside it.
                made.execute("PRAGMA journal_mode=DELETE")
            making.rename(ready)
    return ready


def _on_postgresql() -> str:
    ready = f"ready_{_fingerprint()}"
    with _one_at_a_time(), connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ready])
        if cursor.fetchone() is None:
            cursor.execute("DROP DATABASE IF EXISTS ready_making")
            cursor.execute("CREATE DATABASE ready_making")
            _prepare(urlsplit(os.environ["DATABASE_URL"])._replace(path="/ready_making").geturl())
            cursor.execute(f'ALTER DATABASE ready_making RENAME TO "{ready}"')
    return ready


def _prepare(url: str) -> None:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    prepare_site = ["shell", "--no-imports", "--command", "from home.actions import prepare_site; prepare_site()"]
    for command in (["migrate", "--verbosity=0"], prepare_site):
        subprocess.run([*manage, *command], check=True, env={**os.environ, "DATABASE_URL": url})


def _fingerprint() -> str:
    found = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    files = [settings.BASE_DIR / name for name in (*MADE_BY, "requirements.txt")]
    for file in sorted([*settings.BASE_DIR.glob("*/migrations/*.py"), *files]):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
