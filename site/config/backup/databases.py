"""Copies of the database as one file: SQLite's online backup, or PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader


class BackupError(Exception):
    """A backup or a restore that cannot go on; the text says why and what to do."""


#: The name of the copy in the archive.
PART = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def kind() -> str:
    """Which database this installation has."""
    if connection.vendor not in PART:
        raise BackupError(f"Backups know SQLite and PostgreSQL, not {connection.vendor}.")
    return connection.vendor


def row_counts(cursor: Any = None) -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as own:
        cursor = cursor or own
        counts = {}
        for table in sorted(info.name for info in connection.introspection.get_table_list(own) if info.type == "t"):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def applied_migrations() -> list[str]:
    """The migrations of the database, such as "records.0001_initial"."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def known_migrations() -> set[str]:
    """The migrations that this code has, those that a squashed one stands for included."""
    loader = MigrationLoader(connection)
    names = {f"{app}.{name}" for app, name in loader.disk_migrations}
    return names | {f"{app}.{name}" for each in loader.disk_migrations.values() for app, name in each.replaces}


def is_empty() -> bool:
    """Whether nobody would miss anything: no tables, or no person, organisation or edition in them."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table in {"organisations_user", "organisations_organisation", "courses_edition"} & tables:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                return False
    return True


def dump(target: Path) -> dict[str, int]:
    """Writes the copy while others go on working; gives the rows of each table at that moment."""
    return _dump_sqlite(target) if kind() == "sqlite" else _dump_postgresql(target)


def restore(source: Path) -> None:
    """Puts the copy in the place of the database; what was there is gone."""
    if kind() == "sqlite":
        _restore_sqlite(source)
    else:
        _restore_postgresql(source)


# --- SQLite --------------------------------------------------------------------------------------
def _dump_sqlite(target: Path) -> dict[str, int]:
    source = Path(connection.settings_dict["NAME"])
    if not source.exists():
        raise BackupError(f"There is no database at {source}.")
    # A copy of the file alone would miss what still lies in the write-ahead log.
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as present,
        closing(sqlite3.connect(target)) as copy,
    ):
        present.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("The copy of the database is damaged. Nothing has been changed; look at the disk.")
        tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        names = sorted(name for (name,) in tables)
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _restore_sqlite(source: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    connections.close_all()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    fresh.replace(target)


# --- PostgreSQL ----------------------------------------------------------------------------------
def _tool(name: str) -> str:
    """The program on the path, or the newest that Debian keeps beside it."""
    found = shutil.which(name)
    if found is None:
        newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
        found = str(newest[-1]) if newest else None
    if found is None:
        raise BackupError(f"{name} is not installed (Debian: apt-get install postgresql-client).")
    return found


def _environment() -> dict[str, str]:
    """How the tools reach the database: in the environment, because anybody can read a command line."""
    found = connection.settings_dict
    values = {
        "PGHOST": found["HOST"],
        "PGPORT": str(found["PORT"] or ""),
        "PGUSER": found["USER"],
        "PGPASSWORD": found["PASSWORD"],
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": found.get("OPTIONS", {}).get("sslmode", ""),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **{name: value for name, value in values.items() if value}}


def _run(*command: str) -> None:
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[:2000]}")


@contextmanager
def _snapshot() -> Iterator[str]:
    """One moment of the database, which pg_dump reads too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump_postgresql(target: Path) -> dict[str, int]:
    with _snapshot() as snapshot:
        _run(
            _tool("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
        return row_counts()


def _restore_postgresql(source: Path) -> None:
    restore_tool = _tool("pg_restore")
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    name = str(connection.settings_dict["NAME"])
    _run(
        restore_tool,
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={name}",
        str(source),
    )
