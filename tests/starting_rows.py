"""The rows with which every test begins: kept once, and put back after a test that wrote for good.

Django would empty every table and load what stood there from JSON, which costs seconds on PostgreSQL; this costs a
fraction of one, since almost every table is empty and a table that no test has touched is left alone.
"""

from __future__ import annotations

import sqlite3

from django.contrib.auth import get_user_model
from django.db import connection, transaction

#: On PostgreSQL each table as COPY writes it, on SQLite a copy of the whole database.
_tables: dict[str, bytes] = {}
_copy: list[sqlite3.Connection] = []


def keep() -> None:
    """Remembers what stands in the database now; refuses one in which a run that was ended has left people."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {get_user_model()._meta.db_table})")
        if cursor.fetchone()[0]:
            raise RuntimeError("This database holds what an earlier run has left. Run again with --create-db.")
    if connection.vendor == "postgresql":
        _tables.update({name: _rows(name) for name in connection.introspection.django_table_names(only_existing=True)})
        return
    connection.ensure_connection()
    _copy[:] = [sqlite3.connect(":memory:", check_same_thread=False)]
    connection.connection.backup(_copy[0])


def put_back() -> None:
    """Leaves in the database what was remembered, whatever stands there now.

    On PostgreSQL numbers once given do not come again; on SQLite they do.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            # Foreign keys are looked at when the transaction ends: the order of the tables does not matter.
            changed = _changed()
            for name in changed:
                cursor.execute(f'DELETE FROM "{name}"')
            for name in changed:
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(_tables[name])
        return
    connection.ensure_connection()
    _copy[0].backup(connection.connection)


def close() -> None:
    """Lets go of what was remembered."""
    for copy in _copy:
        copy.close()
    _copy.clear()
    _tables.clear()


def _changed() -> list[str]:
    parts = ", ".join(f'EXISTS (SELECT FROM "{name}")' for name in _tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        is_filled = dict(zip(_tables, cursor.fetchone(), strict=True))
    # Most are empty, then and now.
    return [name for name, kept in _tables.items() if (kept or is_filled[name]) and _rows(name) != kept]


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)
