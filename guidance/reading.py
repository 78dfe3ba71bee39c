"""For which day and for whom a text is read: facts say what stood on the day, contacts are the reader's nearest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING

from organisations.clock import today

if TYPE_CHECKING:
    from organisations.access import Person

_day: ContextVar[date | None] = ContextVar("reading_day", default=None)
#: In a tuple: whoever copies the context looks at each value, and a person read lazily would then be read.
_reader: ContextVar[tuple[Person | None]] = ContextVar("reader", default=(None,))


def reading_day() -> date:
    """The day whose facts are shown: today unless `reading_as_of` says another."""
    return _day.get() or today()


@contextmanager
def reading_as_of(day: date) -> Iterator[None]:
    """Everything drawn inside quotes each fact as it stood on the day."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)


def reader() -> Person | None:
    """Who reads: the person behind the request; None outside of one, and contacts are national then."""
    return _reader.get()[0]


@contextmanager
def reading_by(person: Person | None) -> Iterator[None]:
    """Everything drawn inside shows the contacts nearest to the person."""
    token = _reader.set((person,))
    try:
        yield
    finally:
        _reader.reset(token)
