"""What rows of one file say against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from operator import itemgetter
from typing import TypeAlias

from organisations.imports.columns import folded
from organisations.imports.rows import PersonRow

#: Who a row is about: the number of somebody known, or what somebody new is told by.
Key: TypeAlias = int | str


def claims(said: Iterable[tuple[str, Key, int]]) -> dict[str, list[tuple[int, Key]]]:
    """What rows of more than one person claim: of each the two who claim it first, and in which rows."""
    holders: dict[str, dict[Key, int]] = defaultdict(dict)
    for text, key, number in said:
        if text:
            holders[text].setdefault(key, number)
    return {
        text: nsmallest(2, ((number, key) for key, number in keys.items()), key=itemgetter(0))
        for text, keys in holders.items()
        if len(keys) > 1
    }


def other_claim(key: Key, said: Iterable[str], claimed: Mapping[str, list[tuple[int, Key]]]) -> int | None:
    """The first row of somebody else that claims something of what rows of one person say; None: none does."""
    return min((number for text in said for number, other in claimed.get(text, ()) if other != key), default=None)


def disagree(group: Sequence[PersonRow]) -> bool:
    """Whether rows that must be about one person say different things of them."""
    if len(group) == 1:
        return False
    by_role: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for row in group:
        by_role[row.role].add((row.unit, folded(row.new_unit), row.kind, row.started_on, row.ended_on))
    return (
        len({row.name for row in group}) > 1
        or len({row.email for row in group}) > 1
        or len({row.staff_number for row in group}) > 1
        or any(len(said) > 1 for said in by_role.values())
    )


def first_beside(number: int, numbers: Sequence[int]) -> int | None:
    """The first of these rows that is another."""
    return next((each for each in numbers if each != number), None)
