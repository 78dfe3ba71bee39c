"""Who waits for whom: the one order in which rows are held.

Of two who wait for each other PostgreSQL fails one. So whoever holds rows of several kinds takes them in this order,
and those of one kind by their number:

1. what the write is about: a file, a request, a briefing and who was there, a requirement; somebody's work in a module
   and the answers that they have begun;
2. partnerships;
3. people;
4. organisations: by `hold_places_of` or `hold_reach_of` every one in which these people ever worked, all at once;
5. what is found in them: invitations, requests to join, memberships, units, days away, waivers, headcounts,
   completions, certificates, standing.

Whatever changes standing ends by holding all organisations of the people it is about (records.actions.standing). So a
write that comes to that holds them before the first row of the fifth kind, also before it adds one: another who adds
the same waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from organisations.bulk import Among, Slot
from organisations.models import Membership, Organisation, Partnership, User
from organisations.prepared import Prepared


def hold_partnership(partnership_id: int) -> None:
    """Of two who decide something about a partnership the second finds what the first has made of it."""
    list(Partnership.objects.select_for_update(no_key=True).filter(pk=partnership_id).values_list("pk"))


def hold_people(person_ids: Collection[int], *, and_of: Collection[int] = ()) -> dict[int, User]:
    """These people, held until the end with everywhere they work, and the organisations given beside these: whoever
    else writes about them or to them waits.
    """
    people = User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk").in_bulk()
    if people or and_of:
        hold_places_of(people, and_of=and_of)
    return people


def hold_places_of(person_ids: Iterable[int], *, and_of: Collection[int] = ()) -> None:
    """Lets writes about people who share an organisation follow one another: the second reads what the first has
    written. Holds everywhere that these people, or those merged into them, ever worked, and the organisations given
    beside them; nothing where one writes at a time anyway.
    """
    if not connection.features.has_select_for_update:
        return
    if and_of:
        _places_and(person_ids, and_of)
    else:
        _places(person_ids)


def hold_reach_of(organisation_ids: Collection[int]) -> None:
    """The same for everybody who ever worked in these organisations: with these, those where they work besides."""
    if connection.features.has_select_for_update:
        members = Membership.objects.filter(organisation__in=organisation_ids).order_by()
        hold_places_of(members.values_list("person_id", flat=True).distinct(), and_of=organisation_ids)


def hold_every_place() -> None:
    """Every organisation there is: of people who are still to be listed, whoever they are."""
    if connection.features.has_select_for_update:
        list(_held(Organisation.objects.all()))


@Prepared
def _places(people: Slot) -> QuerySet[Any, Any]:
    return _held(Organisation.objects.filter(pk__in=_jobs(people)))


@Prepared
def _places_and(people: Slot, places: Slot) -> QuerySet[Any, Any]:
    return _held(Organisation.objects.filter(Q(pk__in=_jobs(people)) | Q(Among("pk", places))))


def _jobs(people: Slot) -> QuerySet[Any, Any]:
    # Both conditions are about one table, so that each is found by its own index.
    entries = User.objects.order_by().filter(Q(Among("pk", people)) | Q(Among("merged_into_id", people)))
    return Membership.objects.filter(person__in=entries).order_by().values("organisation")


def _held(places: QuerySet[Organisation]) -> QuerySet[Any, Any]:
    return places.order_by("pk").select_for_update(no_key=True).values_list("pk")
