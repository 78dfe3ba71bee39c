"""Reads: what a fact says on a day, and whom a person can turn to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.cache import cache
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from guidance.models import Contact, Fact, FactVersion
from organisations.clock import today
from organisations.models import Membership, PartnershipMembership, User

if TYPE_CHECKING:
    from organisations.access import Person

CONTACTS_KEY = "guidance:contacts-for-page"
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


def contacts_by_key(keys: Iterable[str]) -> dict[str, Contact]:
    """The contacts of these keys, in one query."""
    return {contact.key: contact for contact in Contact.objects.filter(key__in=set(keys))}


def guidance_stamp() -> str:
    """A word that changes whenever a fact, a contact or a source does: what is made of them is kept under it."""
    return str(cache.get_or_set(STAMP_KEY, lambda: uuid4().hex, None))


def contacts_for_page(person: Person | None) -> list[Contact]:
    """What stands at the foot of every page: national contacts, and those of where the person works.

    The list is kept in the cache; where a person works is asked only when there is something local to show.
    """
    contacts = cache.get(CONTACTS_KEY)
    if contacts is None:
        contacts = list(Contact.objects.filter(is_on_every_page=True).order_by("position", "pk"))
        cache.set(CONTACTS_KEY, contacts, CONTACTS_SECONDS)
    is_local = [contact for contact in contacts if contact.scope != Contact.Scope.NATIONAL]
    if not is_local or not isinstance(person, User):
        return [contact for contact in contacts if contact.scope == Contact.Scope.NATIONAL]
    organisations, partnerships = _places_of(person)
    return [
        contact
        for contact in contacts
        if contact.scope == Contact.Scope.NATIONAL
        or contact.organisation_id in organisations
        or contact.partnership_id in partnerships
    ]


def _places_of(person: User) -> tuple[set[int], set[int]]:
    """Where the person works today, and the partnerships of those organisations; asked once in a request."""
    day = today()
    remembered = person.__dict__.setdefault("_places", {})
    if day not in remembered:
        organisations = set(Membership.objects.of(person).active_on(day).values_list("organisation_id", flat=True))
        partnerships = PartnershipMembership.objects.active_on(day).filter(organisation__in=organisations)
        remembered[day] = (organisations, set(partnerships.values_list("partnership_id", flat=True)))
    return remembered[day]
