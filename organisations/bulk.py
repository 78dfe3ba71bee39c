"""Many rows at once: written by COPY on PostgreSQL, found by one list however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models import F, Func
from django.db.models.expressions import Col

#: Rows of one statement where there is no COPY.
BATCH = 500


class Span(NamedTuple):
    """Numbers said as from the least to the greatest without the gaps: a table is read in order, nothing is looked up.

    Where more is missing than there is they are said one by one.
    """

    least: int
    greatest: int
    gaps: list[int] | None
    each: list[int] | None

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Span:
        """The span of these numbers; of none it holds none."""
        given = sorted(set(numbers))
        if not given:
            return cls(1, 0, None, None)
        least, greatest = given[0], given[-1]
        if greatest - least >= 2 * len(given):
            return cls(least, greatest, None, given)
        return cls(least, greatest, sorted({*range(least, greatest)}.difference(given)) or None, None)


class Slot(NamedTuple):
    """Holds the place of a list of values in a query that is put together once; see organisations.prepared."""

    number: int
    is_json: bool = False
    #: A part of the list's span, by its place in Span, in the list's stead.
    part: int | None = None


def as_parameter(lists: Sequence[list[Any]], slot: Slot) -> Any:
    """The list that belongs into the slot, or the part of its span, as the database takes it."""
    values: Any = lists[slot.number] if slot.part is None else Span.of(lists[slot.number])[slot.part]
    return _as_json(values) if slot.is_json and isinstance(values, list) else values


def _as_json(values: list[Any]) -> str:
    """A list for a database without lists, which keeps a key as its 32 signs."""
    return json.dumps([value.hex if isinstance(value, UUID) else value for value in values])


class Among(Func):
    """A condition: what stands at the path is one of these values, given as one parameter.

    A list with a place for each value costs more to take apart than the question itself.
    """

    output_field = models.BooleanField()

    def __init__(self, path: Any, values: Iterable[Any] | Slot) -> None:
        super().__init__(F(path) if isinstance(path, str) else path)
        self.values: list[Any] | Slot = values if isinstance(values, Slot) else list(values)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on SQLite."""
        left, parameters = compiler.compile(self.source_expressions[0])
        listed = "(SELECT value FROM json_each(%s))"
        values = self.values
        given = values._replace(is_json=True) if isinstance(values, Slot) else _as_json(values)
        return f"{left} IN {listed}", (*parameters, given)

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on PostgreSQL."""
        column = self.source_expressions[0]
        left, parameters = compiler.compile(column)
        kind = column.output_field.cast_db_type(connection) if isinstance(column, Col) else ""
        # Numbers are sent as narrow as they are, and of another kind than the column's none is looked up by its hash.
        listed = f"%s::{kind}[]" if kind in ("bigint", "integer") else "%s"
        return f"{left} = ANY({listed})", (*parameters, self.values)


class AmongMany(Among):
    """The same for whole numbers that may be nearly all there are: one by one they would cost as much as the rest."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on SQLite."""
        listed = "(SELECT value FROM json_each(%s))"
        return self._within(compiler, f"(%s IS NULL OR {{0}} {{1}} {listed})", ("NOT IN", "IN"), is_json=True)

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition, on PostgreSQL."""
        return self._within(
            compiler, "(%s::bigint[] IS NULL OR {0} {1}(%s::bigint[]))", ("<> ALL", "= ANY"), is_json=False
        )

    def _within(
        self, compiler: Any, given_list: str, signs: tuple[str, str], *, is_json: bool
    ) -> tuple[str, tuple[Any, ...]]:
        left, named = compiler.compile(self.source_expressions[0])
        if named:
            raise ValueError("The column stands in the condition several times: it must be one without values.")
        least, greatest, gaps, each = range(len(Span._fields))
        # A list that is not given falls out before a row is read.
        parts = (least, greatest, gaps, gaps, each, each)
        if isinstance(self.values, Slot):
            given: Iterable[Any] = [self.values._replace(is_json=is_json, part=part) for part in parts]
        else:
            given = [as_parameter([self.values], Slot(0, is_json, part)) for part in parts]
        others = " AND ".join(given_list.format(left, sign) for sign in signs)
        return f"({left} BETWEEN %s AND %s AND {others})", tuple(given)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Adds rows, each with a value for every field that has no default in the database; returns their ids in order.

    No signal is sent. Raises IntegrityError as a save would.
    """
    if not rows:
        return []
    if connection.vendor != "postgresql":
        return [each.pk for each in _saved(model, names, rows)]
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        # The sequence is looked up once, not once for each number.
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) FROM generate_series(1, %s)",
            [table, key, len(rows)],
        )
        pks = [pk for (pk,) in cursor.fetchall()]
    _copy(model, ["pk", *names], ([pk, *row] for pk, row in zip(pks, rows, strict=True)))
    return pks


def add_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same where nobody asks for the ids."""
    if rows and connection.vendor == "postgresql":
        _copy(model, names, map(list, rows))
    elif rows:
        _saved(model, names, rows)


def _saved(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    made = [model(**dict(zip(names, row, strict=True))) for row in rows]
    return model._default_manager.bulk_create(made, batch_size=BATCH)


def _copy(model: type[models.Model], names: Sequence[str], rows: Iterable[list[Any]]) -> None:
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)  # type: ignore[union-attr]
    as_json = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    with (
        connection.cursor() as cursor,
        # Django hands cursor.copy() through as it is: without this its errors would be the driver's own.
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            for place in as_json:
                row[place] = json.dumps(row[place])
            copy.write_row(row)


def upsert_rows(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], *, unique: Sequence[str]
) -> None:
    """Adds rows, each in the place of the one that is the same in `unique`; none of the fields may hold JSON.

    No signal is sent. Raises IntegrityError as a save would.
    """
    if not rows:
        return
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in fields]  # type: ignore[union-attr]
    news = ", ".join(
        f"{column} = EXCLUDED.{column}" for name, column in zip(names, columns, strict=True) if name not in unique
    )
    same = ", ".join(column for name, column in zip(names, columns, strict=True) if name in unique)
    # Tables and columns are our own; everything else goes in as values.
    start = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)})"
    end = f"ON CONFLICT ({same}) DO UPDATE SET {news}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One list for each column: a place for each value costs more to take apart than to write.
            lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            cursor.execute(f"{start} SELECT * FROM unnest({lists}) {end}", [*map(list, zip(*rows, strict=True))])  # noqa: S608
            return
        line = f"({', '.join(['%s'] * len(fields))})"
        for first in range(0, len(rows), BATCH):
            part = rows[first : first + BATCH]
            values = [
                field.get_db_prep_save(value, connection)  # type: ignore[union-attr]
                for row in part
                for field, value in zip(fields, row, strict=True)
            ]
            cursor.execute(f"{start} VALUES {', '.join([line] * len(part))} {end}", values)


def delete_rows(model: type[models.Model], pks: Iterable[int]) -> None:
    """Takes these rows away, to which nothing else points. No signal is sent."""
    quote, left = connection.ops.quote_name, list(pks)
    table, pk = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    for start in range(0, len(left), BATCH):
        part = left[start : start + BATCH]
        with connection.cursor() as cursor:
            # As above.
            cursor.execute(f"DELETE FROM {table} WHERE {pk} IN ({', '.join(['%s'] * len(part))})", part)  # noqa: S608


def update_rows(objects: Sequence[models.Model], names: Sequence[str]) -> None:
    """Writes these fields of rows that exist, in one statement for many rows. No signal is sent."""
    if objects:
        type(objects[0])._default_manager.bulk_create(
            objects, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(names)
        )


def look_anew(*tables: type[models.Model]) -> None:
    """Lets PostgreSQL see how much there is in tables that may just have grown, before it is asked many questions.

    It looks by itself about once a minute; until then it reads a whole table for a few of its rows.
    """
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
