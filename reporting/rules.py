"""How coverage is counted: pure, on plain numbers. The denominator comes first, and what is not known is said.

Who is there, counted or registered, is worked out in organisations.rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from statistics import median
from typing import NamedTuple

from organisations.rules import EVERY_KIND, Known, Place, known_parts

#: Of fewer people than this nothing is said about what they answered.
LEAST_PEOPLE = 20


def middle(values: Sequence[Decimal | int]) -> float | None:
    """The median of one value for each person; none where they are too few."""
    return float(median(map(Decimal, values))) if len(values) >= LEAST_PEOPLE else None


def at_least(people: int) -> int | None:
    """How many people there are, rounded down to tens; none where they are too few."""
    return people // 10 * 10 if people >= LEAST_PEOPLE else None


class Counts(NamedTuple):
    """People for whom something is required, by how they stand. Those expiring are current too."""

    required: int = 0
    current: int = 0
    expiring: int = 0
    due: int = 0
    overdue: int = 0

    @property
    def coverage(self) -> int | None:
        """Current of required in per cent; none where nobody is required."""
        return per_cent(self.current, self.required)


@dataclass(frozen=True)
class Asked:
    """Of whom one requirement asks something: roles (None: everyone) and kinds."""

    roles: frozenset[int] | None
    kinds: frozenset[str] = EVERY_KIND


#: Nobody left out.
EVERYBODY = Asked(None)


def narrowed(asked: Iterable[Asked], only: Asked) -> list[Asked]:
    """What is asked of these roles and kinds of people alone."""
    found = []
    for each in asked:
        roles = only.roles if each.roles is None else each.roles if only.roles is None else each.roles & only.roles
        kinds = only.kinds if not each.kinds else each.kinds if not only.kinds else each.kinds & only.kinds
        is_nobody = bool(each.kinds and only.kinds and not kinds) or (roles is not None and not roles)
        if not is_nobody:
            found.append(Asked(roles, kinds))
    return found


def per_cent(part: int, whole: int) -> int | None:
    """Whole per cents rounded down, so that 100 means all of them; none of nothing."""
    return part * 100 // whole if whole else None


def reach(counts: Counts, known: Known) -> int | None:
    """Current of everyone there is, in per cent; none where no headcount is given or nobody is there."""
    if known.headcount is None:
        return None
    return per_cent(counts.current, max(known.at_least, counts.required))


def known_people(asked: Sequence[Asked], place: Place) -> Known:
    """The people whom these requirements concern in one organisation."""
    parts = _parts(tuple(asked), place.roles, place.kinds_of_whole, has_figures_by_role=place.has_figures_by_role)
    return known_parts(place, parts)


def concerns(asked: Sequence[Asked], place: Place) -> bool:
    """Whether the requirements mean anyone who is there or could be: everyone, or a role that the place has."""
    return any(each.roles is None or each.roles & place.roles for each in asked)


@lru_cache(maxsize=4096)
def _parts(
    asked: tuple[Asked, ...], roles: frozenset[int], kinds_of_whole: frozenset[str], *, has_figures_by_role: bool
) -> tuple[tuple[int | None, frozenset[str]], ...]:
    """The roles and kinds to look up one by one, so that nobody is in two of them; alike for places that are alike."""
    of_everyone = [each.kinds for each in asked if each.roles is None]
    by_role: dict[int, list[frozenset[str]]] = {}
    for each in asked:
        for role in each.roles or ():
            by_role.setdefault(role, []).append(each.kinds)
    if of_everyone:
        kinds = _either(of_everyone)
        is_whole = not kinds or not by_role
        is_counted = not kinds_of_whole.isdisjoint(kinds) if kinds else bool(kinds_of_whole)
        if is_whole and (is_counted or not has_figures_by_role):
            return ((None, kinds),)
    return tuple(
        (role, _either([*of_everyone, *by_role.get(role, [])]))
        for role in sorted(roles)
        if of_everyone or role in by_role
    )


def _either(kinds: Sequence[frozenset[str]]) -> frozenset[str]:
    """People of any of these sets of kinds; the empty set is every kind."""
    return EVERY_KIND if not all(kinds) else frozenset().union(*kinds)


def shares(parts: Sequence[int]) -> list[int]:
    """Numbers as whole per cents that add up to 100, for drawing; a part that is there keeps at least 1."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    drawn = [max(part * 100 // whole, 1) if part else 0 for part in parts]
    largest = sorted(range(len(parts)), key=lambda number: (-parts[number], number))
    while (missing := 100 - sum(drawn)) != 0:
        for number in largest:
            if missing and (missing > 0 or drawn[number] > 1) and parts[number]:
                step = 1 if missing > 0 else -1
                drawn[number] += step
                missing -= step
    return drawn
