"""What standing follows from, as plain rows: read with every completion, so put together once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    IntegerChoices,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from courses.learning_again import to_be_learned_again
from organisations.bulk import Among, Slot
from organisations.models import Away, PartnershipMembership, User
from organisations.prepared import Prepared
from records.models import Completion, RequirementVersion, Standing, Waiver


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
    shown_on: date | None
    shown_source: str
    shown_edition: int

    def place(self) -> tuple[int, int, date]:
        """What no two rows share."""
        return self.membership_id, self.requirement_version_id, self.required_from


@Prepared
def accounts(people: Slot) -> QuerySet[Any, Any]:
    """These people and those merged into them, each with whom they are merged into."""
    return _they_and_merged(people).values_list("pk", "merged_into_id")


@Prepared
def at_work(people: Slot) -> QuerySet[Any, Any]:
    """The same accounts and their memberships; who never had one comes once.

    What is dated beside them is asked apart: in one question with all of it the database thinks for longer about how
    to answer than it takes to.
    """
    return _they_and_merged(people).values_list(
        "pk",
        "merged_into_id",
        "memberships__pk",
        "memberships__organisation_id",
        "memberships__role_id",
        "memberships__kind",
        "memberships__started_on",
        "memberships__ended_on",
        "memberships__organisation__merged_into_id",
    )


def _they_and_merged(people: Slot) -> QuerySet[Any, Any]:
    # Both conditions are about one table, so that each is found by its own index.
    return User.objects.order_by().filter(Q(Among("pk", people)) | Q(Among("merged_into_id", people)))


class Dated(IntegerChoices):
    """What a row of `dated` is, and whose."""

    #: A person's, of a module.
    COMPLETED = 0
    #: A membership's, of a module.
    WAIVED = 1
    #: A membership's.
    AWAY = 2
    #: An organisation's, with the number of a partnership.
    BELONGED = 3
    #: A module's: the number of an edition that must be learned again; with a role of those who must.
    REFRESHED = 4


@Prepared
def dated(people: Slot, members: Slot, places: Slot, modules: Slot | None = None) -> QuerySet[Any, Any]:
    """What happened when: what these people completed, when nothing was asked of these memberships, when these
    organisations belonged, by when editions had to be learned again; with modules, of these alone. Voided completions
    are left out.

    Each row says what it is, whose, of which module, of which partnership or edition, its first and last day, a role,
    its own number and its source, which nothing but completions has. A completion comes once for each role whose
    lessons were not done, or once without a role; its last day is the one from which its validity counts.
    """
    no_module, no_number = Value(None, output_field=UUIDField()), Value(0, output_field=BigIntegerField())
    no_day, no_role = Value(None, output_field=DateField()), Value(None, output_field=BigIntegerField())
    no_source = Value("", output_field=CharField())

    def told(
        what: Dated, rows: QuerySet[Any, Any], whose: Any, *rest: Any, source: Any = no_source
    ) -> QuerySet[Any, Any]:
        return rows.order_by().values_list(Value(what, output_field=IntegerField()), whose, *rest, "pk", source)

    completed = Completion.objects.filter(Among("person_id", people), _of(modules), voided_at__isnull=True)
    edition = Coalesce("edition_number", 0, output_field=BigIntegerField())
    waived = Waiver.objects.filter(Among("membership_id", members), _of(modules))
    away = Away.objects.filter(Among("membership_id", members))
    belonged = PartnershipMembership.objects.filter(Among("organisation_id", places))
    again = to_be_learned_again().filter(_of(modules))
    return told(
        Dated.COMPLETED, completed, "person_id", "module_key", edition, "completed_on", "counted_from",
        "lessons_not_done__role_id", source="source",
    ).union(
        told(Dated.WAIVED, waived, "membership_id", "module_key", no_number, "started_on", "ended_on", no_role),
        told(Dated.AWAY, away, "membership_id", no_module, no_number, "started_on", "ended_on", no_role),
        told(Dated.BELONGED, belonged, "organisation_id", no_module, "partnership_id", "started_on", "ended_on",
             no_role),
        told(Dated.REFRESHED, again, no_number, "module_key", Cast("number", BigIntegerField()), "refresh_on", no_day,
             "refresh_roles__pk"),
        all=True,
    )  # fmt: skip


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


def _of(modules: Slot | None, path: str = "") -> Q:
    return Q() if modules is None else Q(Among(f"{path}module_key", modules))
