"""Many rows at once: written by COPY on PostgreSQL, found by one list however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F, Func

#: Rows of one statement where there is no COPY.
BATCH = 500


class Among(Func):
    """A condition: what stands at the path is one of these values, given as one parameter.

    A list with a place for each value costs more to take apart than the question itself.
    """

    output_field = models.BooleanField()

    def __init__(self, path: Any, values: Iterable[Any]) -> None:
        super().__init__(F(path) if isinstance(path, str) else path)
        self.values = list(values)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on SQLite."""
        left, parameters = compiler.compile(self.source_expressions[0])
        listed = "(SELECT value FROM json_each(%s))"
        return f"{left} IN {listed}", (*parameters, json.dumps(self.values))

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on PostgreSQL."""
        left, parameters = compiler.compile(self.source_expressions[0])
        return f"{left} = ANY(%s)", (*parameters, self.values)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Adds rows, each with a value for every field that has no default in the database; returns their ids in order.

    No signal is sent. Raises IntegrityError as a save would.
    """
    if not rows:
        return []
    if connection.vendor != "postgresql":
        made = [model(**dict(zip(names, row, strict=True))) for row in rows]
        return [each.pk for each in model._default_manager.bulk_create(made, batch_size=BATCH)]
    fields = [model._meta.get_field(name) for name in names]
    columns = [str(field.column) for field in (model._meta.pk, *fields)]  # type: ignore[union-attr]
    as_json = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, columns[0], len(rows)],
        )
        pks = [pk for (pk,) in cursor.fetchall()]
        # Django hands cursor.copy() through as it is: without this its errors would be the driver's own.
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {table} ({', '.join(map(quote, columns))}) FROM STDIN") as copy,
        ):
            for line in _lines(pks, rows, as_json):
                copy.write_row(line)
    return pks


def _lines(pks: list[int], rows: Sequence[Sequence[Any]], as_json: list[int]) -> Iterable[list[Any]]:
    for pk, row in zip(pks, rows, strict=True):
        values = list(row)
        for place in as_json:
            values[place] = json.dumps(values[place])
        yield [pk, *values]


def update_rows(objects: Sequence[models.Model], names: Sequence[str]) -> None:
    """Writes these fields of rows that exist, in one statement for many rows. No signal is sent."""
    if objects:
        type(objects[0])._default_manager.bulk_create(
            objects, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(names)
        )
