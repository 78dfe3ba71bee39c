"""Composable filters; days are days in Europe/London."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from organisations.models import Organisation, Partnership, User
    from organisations.prepared import GivenDay


#: So many people are few enough to be looked up one by one.
FEW = 20


def open_on(day: date | GivenDay, *, start: str = "started_on", end: str = "ended_on") -> Q:
    """Rows whose interval of days, both ends inclusive, holds the day."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def or_none(name: str) -> Coalesce:
    """A foreign key in a unique constraint where no value is a value too, on SQLite as on PostgreSQL."""
    return Coalesce(F(name), Value(0), output_field=BigIntegerField())


def same_person(person: User, path: str = "person") -> Q:
    """Rows of a person, and of whoever was merged into them: what was recorded keeps its person."""
    human = person.merged_into_id or person.pk
    rows = apps.get_model("organisations", "User")._base_manager.filter(Q(pk=human) | Q(merged_into=human))
    return Q(**{f"{path}__in": rows.values("pk")})


def human_of(path: str = "person") -> Coalesce:
    """The row that goes on for a person: their own, unless it was merged into another. As `User.human_id`."""
    return Coalesce(f"{path}__merged_into_id", f"{path}_id")


def of_people(
    rows: models.QuerySet[Any, Any], human_ids: Collection[int], path: str = "person"
) -> models.QuerySet[Any, Any]:
    """Rows of these people under any of their entries, with `human`.

    Of few, as when one letter leaves, an index finds their entries and what is theirs; it cannot by `human_of`.
    """
    if len(human_ids) <= FEW:
        users = apps.get_model("organisations", "User")._base_manager
        entries = users.filter(Q(pk__in=human_ids) | Q(merged_into__in=human_ids))
        rows = rows.filter(**{f"{path}__in": entries.order_by().values("pk")})
    return rows.annotate(human=human_of(path)).filter(human__in=human_ids)


def named_on(organisations: models.QuerySet[Organisation], day: date) -> models.QuerySet[Any, Any]:
    """Organisations with `name_then`, what each was called on the day."""
    former = apps.get_model("organisations", "FormerName")._base_manager
    then = former.filter(organisation=OuterRef("pk"), last_day__gte=day).order_by("last_day").values("name")[:1]
    return organisations.annotate(name_then=Coalesce(Subquery(then), F("name")))


def names_on(organisation_ids: Collection[int], day: date) -> dict[int, str]:
    """What each of these organisations was called on the day: 1 query."""
    rows = apps.get_model("organisations", "Organisation")._base_manager.filter(pk__in=organisation_ids)
    return dict(named_on(rows, day).values_list("pk", "name_then"))


class DatedQuerySet(models.QuerySet):
    """Rows that hold from one day to another, both inclusive; an open end means still."""

    def active_on(self, day: date | GivenDay) -> Self:
        """Rows in force on the day."""
        return self.filter(open_on(day))


class OrganisationQuerySet(models.QuerySet):
    """Organisations."""

    def open_on(self, day: date) -> Self:
        """Organisations not closed before the day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day))

    def in_partnership(self, partnership: Partnership, day: date) -> Self:
        """Organisations that belong to the partnership on the day."""
        return self.filter(
            open_on(day, start="partnership_memberships__started_on", end="partnership_memberships__ended_on"),
            partnership_memberships__partnership=partnership,
        ).distinct()


class MembershipQuerySet(DatedQuerySet):
    """Memberships."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Memberships of one organisation."""
        return self.filter(organisation=organisation)

    def of(self, person: User) -> Self:
        """Memberships of one person, and of whoever was merged into them."""
        return self.filter(same_person(person))

    def once_each(self, day: date, unit_ids: Collection[int] | None = None) -> Self:
        """Active on the day, without those that merging made double: of one person's same places, one is listed.

        Of some units only what is double within them: a place elsewhere hides nobody.
        """
        there = Q() if unit_ids is None else Q(unit__in=unit_ids)
        twin = self.model._base_manager.filter(
            open_on(day), there, organisation=OuterRef("organisation"), role=OuterRef("role")
        ).filter(
            Q(person=OuterRef("person__merged_into"))
            | Q(person__merged_into=OuterRef("person__merged_into"), pk__lt=OuterRef("pk"))
        )
        return self.active_on(day).filter(Q(person__merged_into__isnull=True) | ~Exists(twin))


class AppointmentQuerySet(DatedQuerySet):
    """Appointments."""

    def active_on(self, day: date | GivenDay) -> Self:
        """Appointments in force on the day; unlike other rows one has no force left on the day it ended.

        What a lead takes away must be gone at once, also on the day it was given.
        """
        return self.filter(Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day)))

    def of(self, person: User) -> Self:
        """Appointments of one person."""
        return self.filter(person=person)
