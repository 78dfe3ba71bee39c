"""The second look at a letter of the week, when its task has come: much may have happened since it was planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django_tasks.base import Task

from organisations.clock import LONDON
from organisations.letter_limits import next_letters
from organisations.mail import later, queue_with_write
from organisations.models import Organisation, User
from organisations.rules_letters import leaves_at

Row = TypeVar("Row", bound=Model)
#: The first number of the locks below; the second is a person's.
LETTERS = 29


@contextmanager
def in_turn(waiting: QuerySet[Row], person_of: Callable[[Row], User]) -> Iterator[Row | None]:
    """The row of a letter that waits, as it is once nobody else writes to its person; None where it waits no more.

    Of two workers with letters to one person the second waits here, and then sees what the first has posted.
    """
    row = waiting.first()
    if row is None:
        yield None
    elif connection.vendor != "postgresql":
        # One worker only: see docs/operators/letters.md.
        yield row
    else:
        # No row of a table is held while a mail server takes its time: nobody who signs in waits for that.
        numbers = [LETTERS, person_of(row).human_id]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", numbers)
        try:
            yield waiting.first()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


def next_turn(
    letter: Task,
    person: User,
    now: datetime,
    goes_at: datetime | None = None,
    organisation: Organisation | None = None,
) -> datetime | None:
    """When a letter may leave whose task has come: `now`, or when it may next; None while they are away with no end.

    Later is one whose own time has not come, at night, within a week of what was posted to the person, and while they
    are away, from anywhere or from one organisation.
    """
    can_wait = letter.get_backend().supports_defer
    moment = max(now, goes_at) if goes_at and can_wait else now
    leaves = next_letters([person.human_id], moment, are_posted=True, organisation=organisation).get(person.human_id)
    if leaves is None:
        return None
    # Where tasks run at once, hours and a time to come do not hold.
    is_now = leaves <= now or (not can_wait and leaves == opens_at(moment))
    return now if is_now else leaves


def opens_at(moment: datetime) -> datetime:
    """When a letter may leave at which nothing is wrong but the hour."""
    return leaves_at(moment.astimezone(LONDON))


def put_off(letter: Task, about: int, leaves: datetime) -> None:
    """Has a letter looked at again when it may leave."""
    if letter.get_backend().supports_defer:
        queue_with_write(later(letter, leaves), about)
