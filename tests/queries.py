"""What a page asked of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def writes(queries: Iterable[Mapping[str, str]]) -> list[str]:
    """The statements that are no reading, whichever way they are put together."""
    # PostgreSQL declares a cursor to read a long answer in parts.
    reading = ("SELECT", "WITH", "DECLARE")
    return [each["sql"] for each in queries if not each["sql"].lstrip(" (").upper().startswith(reading)]
