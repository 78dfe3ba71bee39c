"""Makes ten times as many people of those that are there, by SQL alone; for a throw-away PostgreSQL only."""

from __future__ import annotations

from typing import Any

from django.db import connection

from organisations.models import Membership, User
from records.models import Completion, Standing


def multiply(times: int) -> None:
    """Copies everybody who works somewhere, with what they completed and where they stand, so many times."""
    models = (User, Membership, Standing, Completion)
    with connection.cursor() as cursor:
        # What is copied points where the rows before it point, or to copies made of those in the same way.
        cursor.execute("SET session_replication_role = replica")
        indexes = _taken_away(cursor, [model._meta.db_table for model in models])
        first_person, people = _span(cursor, "person_id")
        first_place, places = _span(cursor, "id")
        person = f"{{}} + copy * {people}"
        place = f"{{}} + copy * {places}"
        _copy(cursor, User, first_person, people, times, id=person, key="gen_random_uuid()", email="copy || 'x' || {}")
        _copy(cursor, Membership, first_place, places, times, id=place, person_id=person)
        _copy(cursor, Standing, 0, 0, times, membership_id=place, person_id=person)
        _copy(cursor, Completion, 0, 0, times, person_id=person)
        for definition in indexes:
            cursor.execute(definition)
        for model in models:
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _span(cursor: Any, column: str) -> tuple[int, int]:
    """The first number in a column of memberships, and how many numbers there are from there to the last."""
    cursor.execute(f"SELECT MIN({column}), MAX({column}) - MIN({column}) + 1 FROM {Membership._meta.db_table}")
    return cursor.fetchone()


def _taken_away(cursor: Any, tables: list[str]) -> list[str]:
    """Takes the indexes away that are no conditions, and gives what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [tables],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _copy(cursor: Any, model: Any, first: int, length: int, times: int, **changed: str) -> None:
    """Copies the rows of a table, or those with numbers from the first on, with these columns changed."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changed]
    values = [changed[name].format(f'"{name}"') if name in changed else f'"{name}"' for name in columns]
    where = f"WHERE id >= {first} AND id < {first + length}" if length else ""
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)}"
        f" FROM (SELECT * FROM {table} {where}) AS there, generate_series(1, {times}) AS copy"
    )
