"""As on which day facts are read: today, or a past day that somebody looks back at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from organisations.clock import today

_day: ContextVar[date | None] = ContextVar("reading_day", default=None)


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
