"""Keeps the standing rows equal to what follows from memberships, requirements and completions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from organisations.models import Membership, Organisation
from records.models import Requirement, Standing
from records.selectors.expected_standing import (
    StandingRow,
    batches_of_people,
    in_batches,
    organisations_of,
    standing_differences,
)

#: A row in the place of another is written over it.
UNIQUE_FIELDS = ("membership_id", "requirement_version_id", "required_from")


@dataclass(frozen=True)
class Rebuilt:
    """How many people were looked at, and how many rows were written and removed."""

    people: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other: Rebuilt) -> Rebuilt:
        return Rebuilt(self.people + other.people, self.written + other.written, self.removed + other.removed)


def rebuild_standing(membership_ids: Iterable[int] | None = None) -> Rebuilt:
    """Brings the rows of the people behind these memberships, or of everybody, up to date; writes only what differs.

    Each batch of people is a transaction of its own unless the caller holds one, so that a rebuild of everybody does
    not keep learners waiting.
    """
    if membership_ids is None:
        return sum((_rebuild(batch) for batch in batches_of_people()), Rebuilt())
    people = Membership.objects.filter(pk__in=list(membership_ids)).values_list("person_id", flat=True)
    return rebuild_standing_of_people(people.distinct())


def rebuild_standing_of_people(person_ids: Iterable[int]) -> Rebuilt:
    """The same for people."""
    return sum((_rebuild(batch) for batch in in_batches(person_ids)), Rebuilt())


@transaction.atomic(savepoint=False)
def rebuild_standing_of_organisations(
    organisation_ids: Iterable[int], requirement: Requirement | None = None
) -> Rebuilt:
    """The same for everybody who ever belonged to the organisations; with a requirement, only for what it asks."""
    places = list(organisation_ids)
    # Before the people are listed: who joins meanwhile waits, and then finds the requirement.
    take_turns(Organisation.objects.filter(pk__in=places))
    members = Membership.objects.filter(organisation_id__in=places)
    people = members.values_list("person_id", flat=True).distinct()
    return sum((_rebuild(batch, requirement) for batch in in_batches(people)), Rebuilt())


@transaction.atomic(savepoint=False)
def _rebuild(person_ids: Collection[int], requirement: Requirement | None = None) -> Rebuilt:
    if connection.features.has_select_for_update:
        take_turns(organisations_of(person_ids))
    different = standing_differences(person_ids, requirement)
    if gone := set(different.surplus) - different.replaced:
        Standing.objects.filter(pk__in=gone).delete()
    if different.missing:
        Standing.objects.bulk_create(
            [Standing(**row._asdict()) for row in different.missing],
            batch_size=500,
            update_conflicts=True,
            unique_fields=UNIQUE_FIELDS,
            update_fields=[name for name in StandingRow._fields if name not in UNIQUE_FIELDS],
        )
    return Rebuilt(len(person_ids), len(different.missing), len(different.surplus))


def take_turns(places: QuerySet[Organisation]) -> None:
    """Lets writes that touch one organisation follow one another: the second reads what the first has written."""
    if connection.features.has_select_for_update:
        list(places.order_by("pk").select_for_update(no_key=True).values_list("pk"))
