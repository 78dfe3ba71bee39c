"""Reads: what a fact says on a day, and whom a person can turn to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.cache import cache
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from guidance.models import Contact, Fact, FactVersion
from guidance.rules import nearest_of, stands_for
from organisations.clock import today
from organisations.models import User
from organisations.selectors import Places, places_of

if TYPE_CHECKING:
    from organisations.access import Person

STAMP_KEY = "guidance:stamp"
#: With a cache in each process the others learn of a change only when their copy is this old.
CONTACTS_SECONDS = 60


def with_versions(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    """Facts with their versions, newest first, and the sources: one more query for any number of facts."""
    return facts.prefetch_related(Prefetch("versions", FactVersion.objects.select_related("source")))


def current_version(fact: Fact, day: date) -> FactVersion | None:
    """What the fact says on the day: its newest version begun by then; None before the first."""
    begun = [version for version in fact.versions.all() if version.starts_on <= day]
    return max(begun, key=lambda version: (version.starts_on, version.pk), default=None)


def facts_with_current(day: date) -> QuerySet[Fact]:
    """Facts with `current_value`, `review_by`, `checked_on` and `confidence` of the version in force on the day."""
    current = FactVersion.objects.filter(fact=OuterRef("pk"), starts_on__lte=day).order_by("-starts_on", "-pk")
    return Fact.objects.annotate(
        current_value=Subquery(current.values("value_en")[:1]),
        checked_on=Subquery(current.values("checked_on")[:1]),
        review_by=Subquery(current.values("review_by")[:1]),
        confidence=Subquery(current.values("confidence")[:1]),
    )


def facts_on(keys: Iterable[str], day: date) -> dict[str, FactVersion]:
    """What the facts of these keys say on the day, by key; a fact that has not begun is missing. One query."""
    versions = FactVersion.objects.filter(fact__key__in=set(keys), starts_on__lte=day).select_related("fact")
    # The newest comes last and stays.
    return {version.fact.key: version for version in versions.order_by("starts_on", "pk")}


def guidance_stamp() -> str:
    """A word that changes whenever a fact, a contact or a source does: what is made of them is kept under it."""
    return str(cache.get_or_set(STAMP_KEY, lambda: uuid4().hex, None))


#: Where a visitor works.
NOWHERE = Places()


def contacts_in_reach(person: Person | None) -> list[Contact]:
    """Every contact that is the person's: national ones, and those of where they work, with their opening times.

    Kept in the cache for everyone who works in the same places; where is asked only when anything local exists.
    """
    return _kept("reach", _places_for(person), _read_reach)


def contacts_for_page(person: Person | None) -> list[Contact]:
    """What stands at the foot of every page, each the nearest for its purpose."""
    return _kept("page", _places_for(person), _read_page)


def contacts_shown(keys: Iterable[str], person: Person | None) -> dict[str, list[Contact]]:
    """What the person is shown for each contact's key: itself, or nearer ones for the same purpose; maybe none.

    A key that is a purpose stands for the nearest contact for it. One query, for keys out of the person's reach.
    """
    keys, reach = set(keys), contacts_in_reach(person)
    known = {row.key: row for row in reach}
    if far := keys - known.keys() - set(Contact.Purpose.values):
        known |= {row.key: row for row in Contact.objects.filter(key__in=far)}
    return {key: stands_for(known[key], reach) if key in known else nearest_of(reach, key) for key in keys}


def _kept(name: str, places: Places, read: Callable[[Places], list[Contact]]) -> list[Contact]:
    parts = (places.organisation_ids, places.area_ids, places.partnership_ids)
    word = "/".join(",".join(map(str, sorted(part))) for part in parts)
    key = f"guidance:{name}:{guidance_stamp()}:{word}"
    found = cache.get(key)
    if found is None:
        found = read(places)
        cache.set(key, found, CONTACTS_SECONDS)
    return found


def _read_reach(places: Places) -> list[Contact]:
    mine = Q(scope=Contact.Scope.NATIONAL)
    if places != NOWHERE:
        mine |= Q(organisation__in=places.organisation_ids) | Q(area__in=places.area_ids)
        mine |= Q(partnership__in=places.partnership_ids)
    return list(Contact.objects.filter(mine).prefetch_related("opening_times").order_by("position", "pk"))


def _read_page(places: Places) -> list[Contact]:
    reach = _kept("reach", places, _read_reach)
    shown: dict[int, Contact] = {}
    for contact in reach:
        if contact.is_on_every_page:
            shown |= {row.pk: row for row in stands_for(contact, reach) if row.pk not in shown}
    return list(shown.values())


def _places_for(person: Person | None) -> Places:
    return places_of(person, today()) if isinstance(person, User) and _has_local() else NOWHERE


def _has_local() -> bool:
    key = f"guidance:local:{guidance_stamp()}"
    found = cache.get(key)
    if found is None:
        found = Contact.objects.exclude(scope=Contact.Scope.NATIONAL).exists()
        cache.set(key, found, CONTACTS_SECONDS)
    return found
