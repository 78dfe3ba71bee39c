"""Keeps the standing rows equal to what follows from memberships, requirements and completions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from organisations.actions.turns import hold_every_place, hold_places_of, hold_reach_of
from organisations.bulk import add_rows, delete_rows, upsert_rows
from organisations.models import Membership
from records.models import Completion, Standing
from records.selectors.expected_standing import batches_of_people, in_batches, standing_differences
from records.selectors.standing_facts import StandingRow

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


def rebuild_standing_of_people(person_ids: Iterable[int], module_keys: Collection[uuid.UUID] | None = None) -> Rebuilt:
    """The same for people; with modules, only for what requires them."""
    return sum((_rebuild(batch, module_keys) for batch in in_batches(person_ids)), Rebuilt())


@transaction.atomic(savepoint=False)
def rebuild_standing_of_organisations(
    organisation_ids: Iterable[int], module_keys: Collection[uuid.UUID] | None = None
) -> Rebuilt:
    """The same for everybody who ever belonged to the organisations; with modules, only for what requires them."""
    places = list(organisation_ids)
    # Before the people are listed: who joins meanwhile waits, and then finds the requirement.
    hold_reach_of(places)
    members = Membership.objects.filter(organisation_id__in=places)
    people = members.values_list("person_id", flat=True).distinct()
    return sum((_rebuild(batch, module_keys) for batch in in_batches(people)), Rebuilt())


@transaction.atomic(savepoint=False)
def rebuild_standing_of_module(module_key: uuid.UUID) -> Rebuilt:
    """The same for everybody who ever completed a module, for what requires it."""
    # In one order, whichever batch somebody is in; who completes it meanwhile waits, and then finds what has changed.
    hold_every_place()
    people = Completion.objects.filter(module_key=module_key).order_by().values_list("person_id", flat=True)
    return rebuild_standing_of_people(people.distinct(), [module_key])


@transaction.atomic(savepoint=False)
def _rebuild(person_ids: Collection[int], module_keys: Collection[uuid.UUID] | None = None) -> Rebuilt:
    hold_places_of(person_ids)
    different = standing_differences(person_ids, module_keys)
    delete_rows(Standing, set(different.surplus) - different.replaced)
    if different.replaced:
        upsert_rows(Standing, StandingRow._fields, different.missing, unique=UNIQUE_FIELDS)
    else:
        add_rows(Standing, StandingRow._fields, different.missing)
    return Rebuilt(len(person_ids), len(different.missing), len(different.surplus))
