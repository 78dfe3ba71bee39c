"""Queries that are put together once: what runs with every write must not cost more to say than to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import update_wrapper
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import DateField, Expression, QuerySet

from organisations.bulk import Slot, as_parameter


class DaySlot(NamedTuple):
    """Holds the place of a day, or of one so many days later, in a query that is put together once."""

    later: int


class GivenDay(Expression):
    """A day that is given when the query is asked. Stands in filters where a day does; days can be added to it."""

    output_field = DateField()

    def __init__(self, later: int = 0) -> None:
        super().__init__()
        self.later = later

    def __add__(self, other: timedelta) -> GivenDay:  # type: ignore[override]
        return GivenDay(self.later + other.days)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A place for the day."""
        return "%s", [DaySlot(self.later)]


class Composed(NamedTuple):
    """A query of several query sets as text, with its values and the places of those that are given later."""

    text: str
    parameters: tuple[Any, ...]

    def rows(self, day: date, *lists: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The rows for this day and these lists of values: 1 query."""
        given = [list(values) for values in lists]
        filled: list[Any] = []
        for each in self.parameters:
            if isinstance(each, Slot):
                filled.append(as_parameter(given, each))
            elif isinstance(each, DaySlot):
                filled.append(connection.ops.adapt_datefield_value(day + timedelta(days=each.later)))
            else:
                filled.append(each)
        with connection.cursor() as cursor:
            cursor.execute(self.text, filled)
            return cursor.fetchall()


def composed(query: str, **parts: QuerySet[Any, Any]) -> Composed:
    """A query around query sets, each in its braces, in the order in which they are named."""
    made = {name: rows.query.sql_with_params() for name, rows in parts.items()}
    text = query.format(**{name: sql for name, (sql, _values) in made.items()})
    return Composed(text, tuple(value for _sql, values in made.values() for value in values))


#: Values up to which a query is answered in one way whatever they are: of many there are better ways.
FEW = 100


def _cursor(values: int) -> CursorWrapper:
    """A cursor for a query with so many values: with few, one that the database takes apart and plans once for each
    connection, where the settings let it. That takes it longer than to answer.
    """
    is_kept = connection.vendor == "postgresql" and connection.settings_dict["OPTIONS"].get("prepare_threshold")
    # Whoever looks at queries wants to read them with their values.
    if not is_kept or values > FEW or connection.queries_logged:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    # As Django does for a cursor of its own: one that was lost since the last request is opened anew.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    made: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_cursor(made)


class _Compiled(NamedTuple):
    """A query as text, with what turns its values into Python's."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    converters: Any


class Prepared:
    """A query over lists of values, each named by `Among(path, slot)`; only the values change from use to use.

    Decorates a function that takes a slot for each list and returns a query set of `values_list`. It is called once
    for each number of lists: nothing in it may depend on the language, the day or anything else that changes.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._compiled: dict[tuple[str, int], _Compiled] = {}
        update_wrapper(self, make)

    def __call__(self, *lists: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The rows for these lists of values: 1 query."""
        made = self._compiled.get((connection.vendor, len(lists))) or self._compile(len(lists))
        given = [list(values) for values in lists]
        filled = [as_parameter(given, each) if isinstance(each, Slot) else each for each in made.parameters]
        with _cursor(sum(map(len, given))) as cursor:
            cursor.execute(made.sql, filled)
            rows = cursor.fetchall()
        if made.converters:
            return [tuple(row) for row in made.compiler.apply_converters(rows, made.converters)]
        return rows

    def _compile(self, lists: int) -> _Compiled:
        query = self._make(*(Slot(number) for number in range(lists))).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_named in compiler.select])
        made = _Compiled(compiler, sql, tuple(parameters), converters)
        self._compiled[connection.vendor, lists] = made
        return made
