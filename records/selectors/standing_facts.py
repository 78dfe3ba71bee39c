"""What standing follows from, as plain rows: read with every completion, so put together once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from organisations.bulk import Among, Slot
from organisations.models import Membership, Organisation, User
from organisations.prepared import Prepared
from records.models import Completion, RequirementVersion, Standing


class StandingRow(NamedTuple):
    """The values of one standing row."""

    membership_id: int
    requirement_version_id: int
    person_id: int
    organisation_id: int
    role_id: int
    module_key: uuid.UUID
    required_from: date
    required_to: date | None
    due_on: date
    satisfied_from: date | None
    satisfied_to: date | None

    def place(self) -> tuple[int, int, date]:
        """What no two rows share."""
        return self.membership_id, self.requirement_version_id, self.required_from


@Prepared
def accounts(people: Slot) -> QuerySet[Any, Any]:
    """These people and those merged into them, each with whom they are merged into.

    Put together, not asked with "or": that would read every account there is.
    """
    rows = User.objects.order_by().values_list("pk", "merged_into_id")
    return rows.filter(Among("pk", people)).union(rows.filter(Among("merged_into_id", people)))


@Prepared
def at_work(people: Slot) -> QuerySet[Any, Any]:
    """The same accounts and their memberships, a row for each membership, time away, waiver, and time of the place in
    a partnership; who never had a membership comes once."""
    rows = User.objects.order_by().values_list(
        "pk",
        "merged_into_id",
        "memberships__pk",
        "memberships__organisation_id",
        "memberships__role_id",
        "memberships__kind",
        "memberships__started_on",
        "memberships__ended_on",
        "memberships__organisation__merged_into_id",
        "memberships__away__pk",
        "memberships__away__started_on",
        "memberships__away__ended_on",
        "memberships__waivers__module_key",
        "memberships__waivers__started_on",
        "memberships__waivers__ended_on",
        "memberships__organisation__partnership_memberships__partnership_id",
        "memberships__organisation__partnership_memberships__started_on",
        "memberships__organisation__partnership_memberships__ended_on",
    )
    return rows.filter(Among("pk", people)).union(rows.filter(Among("merged_into_id", people)), all=True)


@Prepared
def completions(people: Slot, modules: Slot | None = None) -> QuerySet[Any, Any]:
    """Who completed what when, of these modules or of all; voided completions left out."""
    rows = Completion.objects.filter(Among("person_id", people), _of(modules), voided_at__isnull=True)
    return rows.order_by().values_list("person_id", "module_key", "completed_on")


@Prepared
def versions(places: Slot, partnerships: Slot, modules: Slot | None = None) -> QuerySet[Any, Any]:
    """What these organisations and partnerships require, of these modules or of all; a row for each role."""
    required = Among("requirement__organisation_id", places), Among("requirement__partnership_id", partnerships)
    rows = RequirementVersion.objects.filter(Q(required[0]) | Q(required[1]), _of(modules, "requirement__"))
    return rows.order_by("requirement_id", "number").values_list(
        "requirement_id",
        "requirement__organisation_id",
        "requirement__partnership_id",
        "requirement__module_key",
        "pk",
        "effective_from",
        "effective_to",
        "is_for_all_roles",
        "kinds",
        "due_days",
        "due_by",
        "valid_for_months",
        "window_days",
        "base",
        "fixed_on",
        "roles",
    )


@Prepared
def standing(people: Slot, modules: Slot | None = None) -> QuerySet[Any, Any]:
    """The standing rows that there are, each after its id, of these modules or of all."""
    rows = Standing.objects.filter(Among("person_id", people), _of(modules))
    return rows.order_by("pk").values_list("pk", *StandingRow._fields)


@Prepared
def organisations_held(people: Slot) -> QuerySet[Any, Any]:
    """The organisations in which these people, or those merged into them, ever worked, held until the end."""
    # Two questions in one: an "or" across the join would read every membership there is.
    theirs = Membership.objects.filter(Among("person_id", people)).order_by().values("organisation")
    of_merged = Membership.objects.filter(Among("person__merged_into_id", people)).order_by()
    places = Organisation.objects.filter(Q(pk__in=theirs) | Q(pk__in=of_merged.values("organisation")))
    return places.order_by("pk").select_for_update(no_key=True).values_list("pk")


def _of(modules: Slot | None, path: str = "") -> Q:
    return Q() if modules is None else Q(Among(f"{path}module_key", modules))
