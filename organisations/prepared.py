"""Queries that are put together once: what runs with every write must not cost more to say than to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from organisations.bulk import Slot, as_parameter


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
        with connection.cursor() as cursor:
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
