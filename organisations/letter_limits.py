"""Who may be written to: nobody twice within a week, by whichever part of Signpost, and nobody while they are away.

Holds for the kinds of letters that are `once_a_week`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from organisations.clock import LONDON, day_of
from organisations.letter_kinds import letter_finders
from organisations.models import Away, Organisation
from organisations.querysets import of_people
from organisations.rules_letters import GRACE, is_too_soon, leaves_at, next_letter


def last_letters(person_ids: Collection[int], *, are_posted: bool = False) -> dict[int, datetime]:
    """When the last letter to each of these people left or leaves, or the last that has left; the queries of each
    app."""
    found: dict[int, datetime] = {}
    for finder in letter_finders():
        for pk, at in finder(person_ids, are_posted=are_posted).items():
            found[pk] = max(at, found.get(pk, at))
    return found


def last_of(
    letters: QuerySet[Any],
    person_ids: Collection[int],
    *,
    are_posted: bool,
    person: str = "person",
    goes_at: str = "goes_at",
) -> dict[int, datetime]:
    """Of rows with `posted_at`: when the last to each of these people left, or leaves by its plan, under any of their
    entries; one query. What a finder says of its letters."""
    if are_posted:
        letters = letters.filter(posted_at__isnull=False)
    rows = of_people(letters, person_ids, person).order_by()
    # A worker that was stopped posts later than was planned: the week begins when the letter has left.
    last = Max(Coalesce("posted_at", goes_at))
    return {row["human"]: row["last"] for row in rows.values("human").annotate(last=last)}


def left_or_leaves(at: datetime) -> Q:
    """Of rows with `goes_at`, `posted_at` and `came_back_at`: letters that have left, or are on their way or to come.

    One whose time has passed without its leaving was held back, and does not count as a letter; nor does one that came
    back.
    """
    return Q(Q(posted_at__isnull=False) | Q(goes_at__gt=at - GRACE), came_back_at__isnull=True)


def told_in_time(at: datetime) -> Q:
    """Of rows with these columns and `tell_by`: letters that came before it was too late, or still will."""
    is_told = Q(posted_at__isnull=False, posted_at__lt=F("tell_by"), came_back_at__isnull=True)
    # Said of a letter without a time too, so that the rest can be turned round.
    is_on_its_way = Q(posted_at__isnull=True, goes_at__isnull=False, goes_at__gt=at - GRACE, goes_at__lt=F("tell_by"))
    return is_told | is_on_its_way


def is_time_for_letters(at: datetime) -> bool:
    """Whether letters go out at this hour."""
    local = at.astimezone(LONDON)
    return leaves_at(local) == local


def may_be_written_to(person_ids: Collection[int], at: datetime) -> set[int]:
    """Those of these people who are not away and had no letter for a week; one query, and those of each app."""
    away = of_people(Away.objects.active_on(day_of(at)), person_ids, "membership__person")
    there = set(person_ids) - set(away.values_list("human", flat=True))
    last = last_letters(there)
    return {pk for pk in there if not is_too_soon(last.get(pk), at)}


def next_letters(
    person_ids: Collection[int], at: datetime, *, are_posted: bool = False, organisation: Organisation | None = None
) -> dict[int, datetime]:
    """When the next letter to each of these people may leave: a week after the last that is known of, or that has
    left; not on days away, from anywhere or from one organisation. One query, and those of each app.

    Left out are those who are away without an end.
    """
    away: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = of_people(Away.objects.all(), person_ids, "membership__person")
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day_of(at)))
    if organisation is not None:
        rows = rows.filter(membership__organisation=organisation)
    for pk, first, until in rows.values_list("human", "started_on", "ended_on"):
        away[pk].append((first, until))
    last = last_letters(person_ids, are_posted=are_posted)
    found = {pk: next_letter(at.astimezone(LONDON), last.get(pk), away[pk]) for pk in person_ids}
    return {pk: leaves for pk, leaves in found.items() if leaves is not None}
