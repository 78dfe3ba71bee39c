"""What removing a person's details would take away and what would stay, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from organisations.models import Membership, Organisation, User
from privacy.models import ErasureRequest
from privacy.register import everything
from privacy.selectors.people import addresses_of, ids_of, leads_something, works_somewhere


@dataclass(frozen=True)
class Part:
    """One table, with how many of its rows are about the person and what becomes of them."""

    title: str
    count: int
    then: str
    is_removed: bool


@dataclass(frozen=True)
class Preview:
    """What is known before a request is carried out; no name."""

    organisations: tuple[str, ...]
    works_somewhere: bool
    leads_something: bool
    parts: tuple[Part, ...]


def preview_of(person: User) -> Preview:
    """What goes and what stays, one query a table."""
    ids = ids_of(person)
    addresses = addresses_of(ids)
    parts = []
    for each in everything():
        if count := each.rows(ids, addresses).count():
            then = _("is deleted") if each.is_removed else str(each.stays)
            parts.append(Part(str(each.title), count, then, each.is_removed))
    places = Organisation.objects.filter(memberships__person__in=ids).distinct()
    return Preview(
        organisations=tuple(places.values_list("name", flat=True)),
        works_somewhere=works_somewhere(ids),
        leads_something=leads_something(ids),
        parts=tuple(parts),
    )


def person_known_by(text: str) -> User | None:
    """The one person with this address or staff number, or None when there is none or more than one."""
    text = text.strip()
    if not text:
        return None
    found = set(User.objects.filter(emailaddress__email__iexact=text).values_list("pk", flat=True))
    known = Membership.objects.filter(work_email__iexact=text) | Membership.objects.filter(staff_number__iexact=text)
    found |= set(known.values_list("person_id", flat=True))
    people = list(User.objects.filter(pk__in=found, erased_at__isnull=True, merged_into__isnull=True)[:2])
    return people[0] if len(people) == 1 else None


def is_known_by(person: User, text: str) -> bool:
    """Whether the person is known by this address or staff number: who decides proves that they hold the letter."""
    ids = ids_of(person)
    text = text.strip().lower()
    numbers = Membership.objects.filter(person__in=ids).values_list("staff_number", flat=True)
    return bool(text) and text in addresses_of(ids) | {number.lower() for number in numbers}


def open_request_of(person: User) -> ErasureRequest | None:
    """The person's request that waits, if there is one."""
    return ErasureRequest.objects.filter(person=person, state=ErasureRequest.State.OPEN).first()
