"""Rules about e-mail addresses, domains and headcounts, without a database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

#: Mail services open to everybody: an address there says nothing about where a person works.
PUBLIC_DOMAINS = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "duck.com",
        "fastmail.com",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
        "zoho.com",
    }
)


def normal_email(text: str) -> str:
    """The form in which an address is kept and compared: lower case, no spaces around it."""
    return text.strip().lower()


def normal_domain(text: str) -> str:
    """A domain as mail systems compare it, or nothing when the text is none.

    People type "@Example.org", "name@example.org" and "example.org."; all mean example.org. A name in another
    script becomes its xn-- form, so that two spellings that merely look alike stay apart.
    """
    name = text.strip().rpartition("@")[2].rstrip(".")
    try:
        name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253:
        return ""
    is_plain = all(
        label.replace("-", "").isalnum() and not label.startswith("-") and not label.endswith("-") for label in labels
    )
    return name if is_plain else ""


def domain_of(email: str) -> str:
    """The domain of an address, or nothing when the text is no address."""
    name, sign, domain = email.strip().rpartition("@")
    return normal_domain(domain) if name and sign else ""


def is_public_domain(domain: str) -> bool:
    """Whether anybody at all can get an address there."""
    return normal_domain(domain) in PUBLIC_DOMAINS


# --- headcounts
# A role or kind is whatever the caller knows it by. No role (None) means the whole organisation; no kind ("") or an
# empty set of kinds means every kind.

EVERY_KIND: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A headcount: so many people on a day, by this source."""

    people: int
    counted_on: date
    source: str = ""


@dataclass(frozen=True)
class Place:
    """What is known of the people of one organisation on a day."""

    #: The newest headcount by role and kind.
    figures: Mapping[tuple[int | None, str], Figure] = field(default_factory=dict)
    #: Registered people by role and kind, and under (None, kind) and (None, "") distinct people of all roles.
    registered: Mapping[tuple[int | None, str], int] = field(default_factory=dict)
    #: What `known_part` has found.
    parts: dict[tuple[int | None, frozenset[str]], Known] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    # A table asks the same place once for each module: what it is asked for is put in order once.

    @cached_property
    def roles(self) -> frozenset[int]:
        """The roles in which there are people, registered or counted."""
        there = {role for (role, _kind), people in self.registered.items() if people}
        return frozenset(role for role in there | {role for role, _kind in self.figures} if role is not None)

    @cached_property
    def _by_kind(self) -> dict[int | None, dict[str, int]]:
        """People registered by kind, for each role and for all roles; who is of no kind stays out."""
        found: dict[int | None, dict[str, int]] = {}
        for (role, kind), people in self.registered.items():
            if kind:
                found.setdefault(role, {})[kind] = people
        return found

    @cached_property
    def _kinds(self) -> dict[int | None, set[str]]:
        """The kinds of people there are, for each role and for all roles."""
        found = {role: {kind for kind, people in kinds.items() if people} for role, kinds in self._by_kind.items()}
        for role, kind in self.figures:
            if kind:
                found.setdefault(role, set()).add(kind)
        return found

    def registered_in(self, role: int | None, kinds: frozenset[str]) -> int:
        """People registered in a role, or in any, of these kinds."""
        if role is None and not kinds:
            return self.registered.get((None, ""), 0)
        there = self._by_kind.get(role, {})
        return sum(there.get(kind, 0) for kind in kinds) if kinds else sum(there.values())

    def kinds_in(self, role: int | None) -> set[str]:
        """The kinds of people there are in a role, registered or counted."""
        return self._kinds.get(role, set())

    @cached_property
    def kinds_of_whole(self) -> frozenset[str]:
        """The kinds by which the whole organisation was counted; "" is every kind."""
        return frozenset(kind for role, kind in self.figures if role is None)

    @property
    def is_counted_as_a_whole(self) -> bool:
        """Whether there is a figure of the whole organisation, of some kind or of every kind."""
        return bool(self.kinds_of_whole)

    @cached_property
    def counted_roles(self) -> frozenset[int | None]:
        """The roles of which there is a figure; None stands for the whole organisation."""
        return frozenset(role for role, _kind in self.figures)

    @property
    def has_figures_by_role(self) -> bool:
        """Whether somebody counted a role by itself."""
        return bool(self.counted_roles - {None})


class Known(NamedTuple):
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


@dataclass(frozen=True)
class HeadcountTotal:
    """How many people an organisation says it has, and how that is known."""

    people: int
    counted_on: date
    #: The number of roles added up where no figure is of the whole organisation; 0 where one is.
    roles: int = 0


def everybody(place: Place) -> Known:
    """All people of one organisation: as counted as a whole, else role by role."""
    is_whole = place.is_counted_as_a_whole or not place.has_figures_by_role
    return together(known_part(place, role, EVERY_KIND) for role in ([None] if is_whole else sorted(place.roles)))


def headcount_total(place: Place) -> HeadcountTotal | None:
    """People in an organisation as of the oldest figure that counts; None where none was given."""
    known = everybody(place)
    if known.headcount is None:
        return None
    roles = 0 if place.is_counted_as_a_whole else len({role for role, _kind in place.figures})
    return HeadcountTotal(known.headcount, min(figure.counted_on for figure in known.figures), roles)


def together(parts: Iterable[Known]) -> Known:
    """Several roles or organisations as one: clamped in each, then added; what is not given stays said."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    registered = headcount = unknown = least = given = 0
    is_partial = has_leavers = False
    figures: list[Figure] = []
    # One round: a table adds up thousands of them.
    for part in parts:
        registered += part.registered
        least += part.at_least
        has_leavers = has_leavers or part.has_leavers
        if part.headcount is not None:
            given += 1
            headcount += part.headcount
            unknown += part.unknown or 0
            is_partial = is_partial or part.is_partial
            figures += part.figures
    return Known(
        registered=registered,
        headcount=headcount if given else None,
        unknown=unknown if given else None,
        is_partial=bool(given) and (is_partial or given < len(parts)),
        has_leavers=has_leavers,
        at_least=least,
        figures=tuple(figures),
    )


def known_parts(place: Place, parts: Collection[tuple[int | None, frozenset[str]]]) -> Known:
    """Several roles of one organisation as one, or the whole of it."""
    if place.counted_roles.isdisjoint(role for role, _kinds in parts):
        # Nobody counted any of them: all that is known is who is registered.
        registered = sum(place.registered_in(role, kinds) for role, kinds in parts)
        return Known(registered=registered, at_least=registered)
    return together([known_part(place, role, kinds) for role, kinds in parts])


def known_part(place: Place, role: int | None, kinds: frozenset[str]) -> Known:
    """One role, or the whole: by the figure of every kind, else the kinds added; kinds nobody counted stay open."""
    if (role, kinds) not in place.parts:
        place.parts[role, kinds] = _known_part(place, role, kinds)
    return place.parts[role, kinds]


def _known_part(place: Place, role: int | None, kinds: frozenset[str]) -> Known:
    if not kinds and (whole := place.figures.get((role, ""))):
        return _compared((whole,), place.registered_in(role, EVERY_KIND))
    there = kinds or place.kinds_in(role)
    found = {}
    if role in place.counted_roles:
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


#: What stands in a browser's own description, the most telling first: Edge also says Chrome, Chrome also Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """The sort of browser and of system, by the names their owners know; empty where unknown. No version is kept."""

    def first(names: tuple[tuple[str, str], ...]) -> str:
        return next((name for sign, name in names if sign in user_agent), "")

    return first(BROWSERS), first(SYSTEMS)
