"""What is required, as leads read it, and whom it touches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from organisations.models import Away, Membership, Organisation, Partnership
from organisations.querysets import human_of
from records.models import Requirement, RequirementVersion
from records.terms import Terms


@dataclass(frozen=True)
class RequirementRow:
    """A requirement with the version that counts for the day: the one in force, else the next, else the last."""

    requirement: Requirement
    version: RequirementVersion
    #: "in_force", "planned" or "ended".
    phase: str

    @property
    def owner(self) -> Partnership | Organisation:
        """Who requires it."""
        owner = self.requirement.partnership or self.requirement.organisation
        assert owner is not None
        return owner


@dataclass(frozen=True)
class Touched:
    """How many people a requirement would mean today, and in how many organisations."""

    people: int
    organisations: int


def rows_of(requirements: QuerySet[Requirement], day: date) -> list[RequirementRow]:
    """Requirements with their version of the day, in three queries."""
    found = requirements.prefetch_related(with_versions()).order_by("module_title", "pk")
    return [row_of(requirement, day) for requirement in found if requirement.versions.all()]


def with_versions() -> Prefetch:
    """Versions in their order, with their roles."""
    return Prefetch("versions", RequirementVersion.objects.order_by("number").prefetch_related("roles"))


def row_of(requirement: Requirement, day: date) -> RequirementRow:
    """One requirement whose versions are loaded, with the version that counts for the day."""
    versions = list(requirement.versions.all())
    for version in versions:
        if version.effective_from <= day and (version.effective_to is None or version.effective_to >= day):
            return RequirementRow(requirement, version, "in_force")
    planned = [version for version in versions if version.effective_from > day]
    return (
        RequirementRow(requirement, planned[0], "planned")
        if planned
        else RequirementRow(requirement, versions[-1], "ended")
    )


def touched_by(
    owner: Partnership | Organisation,
    terms: Terms,
    *,
    day: date,
    only_in: Collection[int] | None = None,
) -> Touched:
    """Whom such a requirement would mean on the day: people who work there and are not away. One query.

    With `only_in` the people of those organisations only: the numbers of others are not everybody's to read.
    """
    members = Membership.objects.active_on(day).exclude(
        Exists(Away.objects.active_on(day).filter(membership=OuterRef("pk")))
    )
    if isinstance(owner, Partnership):
        members = members.filter(organisation__in=Organisation.objects.in_partnership(owner, day).values("pk"))
    else:
        members = members.filter(organisation=owner)
    if only_in is not None:
        members = members.filter(organisation__in=only_in)
    if not terms.is_for_all_roles:
        members = members.filter(role__in=terms.roles)
    if terms.kinds:
        members = members.filter(kind__in=terms.kinds)
    numbers = members.aggregate(
        people=Count(human_of(), distinct=True),
        organisations=Count("organisation_id", distinct=True),
    )
    return Touched(**numbers)


def touched_by_version(row: RequirementRow, day: date, *, only_in: Collection[int] | None = None) -> Touched:
    """Whom the version of a row means on the day, everywhere or only in these organisations."""
    return touched_by(row.owner, Terms.of(row.version), day=day, only_in=only_in)


def required_already(owner: Partnership | Organisation, module_keys: Collection[UUID], day: date) -> set[UUID]:
    """Which of the modules the same owner requires already, on the day or later."""
    whose = {"partnership": owner} if isinstance(owner, Partnership) else {"organisation": owner}
    still = Q(versions__effective_to__isnull=True, versions__pk__isnull=False) | Q(versions__effective_to__gte=day)
    found = Requirement.objects.filter(still, module_key__in=module_keys, **whose)
    return set(found.values_list("module_key", flat=True))
