"""Moments in the middle of a write: tables are held, so that whoever must write there next stands still."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

#: Where submit, publish and erase each stand still: with their first rows to write, half done, and near the end.
MOMENTS = {
    "at the first row": ("records_attempt", "courses_edition", "organisations_membership"),
    "half way": ("records_completion", "courses_editionlesson"),
    "at the last rows": ("records_certificate", "wagtailcore_pagelogentry"),
}


class Held:
    """The tables, and who waits for them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def wait_for(self, presses: int, *, seconds: float) -> bool:
        """Whether so many requests stand in front of the tables within these seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            query = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
            row = self.connection.execute(query).fetchone()
            if row and row[0] >= presses:
                return True
            time.sleep(0.05)
        return False

    def release(self) -> None:
        """Lets go; the database may be gone."""
        with suppress(psycopg.Error):
            self.connection.rollback()


@contextmanager
def held(url: str, tables: tuple[str, ...]) -> Iterator[Held]:
    """Holds the tables against writing, on a connection of its own.

    Not against reading, nor against holding a row: whoever begins a module writes nothing there but holds its edition.
    """
    connection = psycopg.connect(url)
    try:
        connection.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        yield Held(connection)
    finally:
        connection.close()
