"""How coverage is counted: pure, on plain numbers. The denominator comes first, and what is not known is said.

A role or kind is whatever the caller knows it by. No role (None) means the whole organisation; no kind ("") or an
empty set of kinds means every kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

EVERY_KIND: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counts:
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
class Figure:
    """A headcount: so many people on a day, by this source."""

    people: int
    counted_on: date
    source: str = ""


@dataclass(frozen=True)
class Asked:
    """Of whom one requirement asks something: roles (None: everyone) and kinds."""

    roles: frozenset[int] | None
    kinds: frozenset[str] = EVERY_KIND


@dataclass(frozen=True)
class Place:
    """What is known of the people of one organisation on a day."""

    #: The newest headcount by role and kind.
    figures: Mapping[tuple[int | None, str], Figure] = field(default_factory=dict)
    #: Registered people by role and kind, and under (None, kind) and (None, "") distinct people of all roles.
    registered: Mapping[tuple[int | None, str], int] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[int]:
        """The roles in which there are people, registered or counted."""
        there = {role for (role, _kind), people in self.registered.items() if people}
        return frozenset(role for role in there | {role for role, _kind in self.figures} if role is not None)

    def registered_in(self, role: int | None, kinds: frozenset[str]) -> int:
        """People registered in a role, or in any, of these kinds."""
        if role is None and not kinds:
            return self.registered.get((None, ""), 0)
        return sum(
            people
            for (each, kind), people in self.registered.items()
            if each == role and (kind in kinds if kinds else bool(kind))
        )

    def kinds_in(self, role: int | None) -> set[str]:
        """The kinds of people there are in a role, registered or counted."""
        there = {kind for (each, kind), people in self.registered.items() if each == role and people}
        return {kind for kind in there | {kind for each, kind in self.figures if each == role} if kind}


@dataclass(frozen=True)
class Known:
    """How many of the people concerned are known: the headcount beside the people registered."""

    registered: int = 0
    #: None: not given.
    headcount: int | None = None
    unknown: int | None = None
    #: Whether a part of it is not given.
    is_partial: bool = False
    #: Whether more people are registered somewhere than were counted there.
    has_leavers: bool = False
    #: People there must be at least: those counted, and where nobody counted those registered.
    at_least: int = 0
    figures: tuple[Figure, ...] = ()


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
    return together(_known_part(place, role, kinds) for role, kinds in _parts(asked, place))


def concerns(asked: Sequence[Asked], place: Place) -> bool:
    """Whether the requirements mean anyone who is there or could be: everyone, or a role that the place has."""
    return any(each.roles is None or each.roles & place.roles for each in asked)


def everybody(place: Place) -> Known:
    """All people of one organisation, whatever is required of them."""
    return known_people([Asked(roles=None)], place)


def together(parts: Iterable[Known]) -> Known:
    """Several roles or organisations as one: clamped in each, then added; what is not given stays said."""
    parts = list(parts)
    given = [part for part in parts if part.headcount is not None]
    return Known(
        registered=sum(part.registered for part in parts),
        headcount=sum(part.headcount or 0 for part in given) if given else None,
        unknown=sum(part.unknown or 0 for part in given) if given else None,
        is_partial=bool(given) and (len(given) < len(parts) or any(part.is_partial for part in given)),
        has_leavers=any(part.has_leavers for part in parts),
        at_least=sum(part.at_least for part in parts),
        figures=tuple(figure for part in parts for figure in part.figures),
    )


def _parts(asked: Sequence[Asked], place: Place) -> list[tuple[int | None, frozenset[str]]]:
    """The roles and kinds to look up one by one, so that nobody is in two of them."""
    of_everyone = [each.kinds for each in asked if each.roles is None]
    by_role: dict[int, list[frozenset[str]]] = {}
    for each in asked:
        for role in each.roles or ():
            by_role.setdefault(role, []).append(each.kinds)
    if of_everyone:
        kinds = _either(of_everyone)
        is_whole = not kinds or not by_role
        if is_whole and (_is_counted_as_a_whole(place, kinds) or not _has_figures_by_role(place)):
            return [(None, kinds)]
    return [
        (role, _either([*of_everyone, *by_role.get(role, [])]))
        for role in sorted(place.roles)
        if of_everyone or role in by_role
    ]


def _either(kinds: Sequence[frozenset[str]]) -> frozenset[str]:
    """People of any of these sets of kinds; the empty set is every kind."""
    return EVERY_KIND if not all(kinds) else frozenset().union(*kinds)


def _is_counted_as_a_whole(place: Place, kinds: frozenset[str]) -> bool:
    return any(role is None and (not kinds or kind in kinds) for role, kind in place.figures)


def _has_figures_by_role(place: Place) -> bool:
    return any(role is not None for role, _kind in place.figures)


def _known_part(place: Place, role: int | None, kinds: frozenset[str]) -> Known:
    """One role: by the figure of every kind, else by the kinds added; kinds with people but no figure stay open."""
    if not kinds and (whole := place.figures.get((role, ""))):
        return _compared((whole,), place.registered_in(role, EVERY_KIND))
    there = kinds or place.kinds_in(role)
    found = {kind: figure for kind in sorted(there) if (figure := place.figures.get((role, kind)))}
    counted = frozenset(found)
    if not counted:
        registered = place.registered_in(role, kinds)
        return Known(registered=registered, at_least=registered)
    known = _compared(tuple(found.values()), place.registered_in(role, counted))
    not_counted = frozenset(there) - counted
    left = place.registered_in(role, not_counted) if not_counted else 0
    return together([known, Known(registered=left, at_least=left)]) if left else known


def _compared(figures: tuple[Figure, ...], registered: int) -> Known:
    headcount = sum(figure.people for figure in figures)
    return Known(
        registered=registered,
        headcount=headcount,
        unknown=max(0, headcount - registered),
        has_leavers=registered > headcount,
        at_least=headcount,
        figures=figures,
    )


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
