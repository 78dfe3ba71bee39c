"""Who may be written to: nobody twice within a week, by whichever part of Signpost, and nobody while they are away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from django.db.models import Q

from organisations.clock import LONDON, day_of
from organisations.models import Away
from organisations.querysets import human_of
from organisations.rules_letters import is_too_soon, leaves_at, next_letter

#: When an app last wrote to each of these people, or is about to; those to whom it never wrote are left out.
LetterFinder = Callable[[Collection[int]], Mapping[int, datetime]]
_finders: list[LetterFinder] = []


def register_letters(finder: LetterFinder) -> LetterFinder:
    """Lets an app above say to whom it has written; called once, from its AppConfig.ready()."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def last_letters(person_ids: Collection[int]) -> dict[int, datetime]:
    """When the last letter to each of these people left or leaves; the queries of each app."""
    found: dict[int, datetime] = {}
    for finder in _finders:
        for pk, at in finder(person_ids).items():
            found[pk] = max(at, found.get(pk, at))
    return found


def is_time_for_letters(at: datetime) -> bool:
    """Whether letters go out at this hour."""
    local = at.astimezone(LONDON)
    return leaves_at(local) == local


def may_be_written_to(person_ids: Collection[int], at: datetime) -> set[int]:
    """Those of these people who are not away and had no letter for a week; one query, and those of each app."""
    human = human_of("membership__person")
    away = Away.objects.active_on(day_of(at)).annotate(human=human).filter(human__in=person_ids)
    there = set(person_ids) - set(away.values_list("human", flat=True))
    last = last_letters(there)
    return {pk for pk in there if not is_too_soon(last.get(pk), at)}


def next_letters(person_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """When the next letter to each of these people may leave; one query, and those of each app.

    Left out are those who are away without an end.
    """
    away: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Away.objects.annotate(human=human_of("membership__person")).filter(human__in=person_ids)
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day_of(at)))
    for pk, first, until in rows.values_list("human", "started_on", "ended_on"):
        away[pk].append((first, until))
    last = last_letters(person_ids)
    found = {pk: next_letter(at.astimezone(LONDON), last.get(pk), away[pk]) for pk in person_ids}
    return {pk: leaves for pk, leaves in found.items() if leaves is not None}
