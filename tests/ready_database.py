"""A database as a new installation has it: made once for one set of migrations, copied by each process of the suite.

Applying them takes a minute of processor time, most of it for Wagtail's own; a copy takes less than a second. Where
migrations were only added, an older one is carried on with. It holds the front page, the list of courses and the
groups of the CMS too, since nearly every test would make them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.db import connection

FOLDER = settings.BASE_DIR / "var" / "test-databases"
LIBRARIES = ("django", "wagtail")
#: How many stand beside each other, for who goes back and forth between branches.
KEPT = 3
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
    contents = _contents()
    ready = FOLDER / f"{_fingerprint(contents)}.sqlite3"
    with _one_at_a_time():
        if not ready.exists():
            making = FOLDER / "making.sqlite3"
            for left in FOLDER.glob("making.*"):
                left.unlink()
            if earlier := _earlier(contents):
                shutil.copyfile(earlier, making)
            _prepare(f"sqlite:///{making}")
            with closing(sqlite3.connect(making)) as made:
                # One file, without a log beside it.
                made.execute("PRAGMA journal_mode=DELETE")
            ready.with_suffix(".json").write_text(json.dumps(contents))
            making.rename(ready)
            for old in _newest_first()[KEPT:]:
                old.unlink()
                old.with_suffix(".json").unlink(missing_ok=True)
    return ready


def _earlier(contents: dict[str, str]) -> Path | None:
    """The newest database which holds nothing but what is wanted today, so that only the rest must be applied."""
    for file in _newest_first():
        listed = file.with_suffix(".json")
        held = json.loads(listed.read_text()) if listed.exists() else {}
        is_begun = held.items() <= contents.items()
        if is_begun and all("/migrations/" in name for name in contents.keys() - held.keys()):
            return file
    return None


def _newest_first() -> list[Path]:
    return sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime, reverse=True)


def _on_postgresql() -> str:
    ready = f"ready_{_fingerprint(_contents())}"
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


def _contents() -> dict[str, str]:
    """What such a database is made of: the libraries by their versions, the files by their hashes."""
    files = [settings.BASE_DIR / name for name in (*MADE_BY, "requirements.txt")]
    for folder in ("", "site/"):
        files += settings.BASE_DIR.glob(f"{folder}*/migrations/*.py")
    hashes = {
        str(file.relative_to(settings.BASE_DIR)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }
    return {name: version(name) for name in LIBRARIES} | hashes


def _fingerprint(contents: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    django.setup()
    provide()
