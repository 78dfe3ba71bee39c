"""Composable filters; days are days in Europe/London."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BigIntegerField, F, Q, Value
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from organisations.models import Organisation, Partnership, User


def open_on(day: date, *, start: str = "started_on", end: str = "ended_on") -> Q:
    """Rows whose interval of days, both ends inclusive, holds the day."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def or_none(name: str) -> Coalesce:
    """A foreign key in a unique constraint where no value is a value too, on SQLite as on PostgreSQL."""
    return Coalesce(F(name), Value(0), output_field=BigIntegerField())


class DatedQuerySet(models.QuerySet):
    """Rows that hold from one day to another, both inclusive; an open end means still."""

    def active_on(self, day: date) -> Self:
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
        """Memberships of one person."""
        return self.filter(person=person)


class AppointmentQuerySet(DatedQuerySet):
    """Appointments."""

    def active_on(self, day: date) -> Self:
        """Appointments in force on the day; unlike other rows one has no force left on the day it ended.

        What a lead takes away must be gone at once, also on the day it was given.
        """
        return self.filter(Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day)))

    def of(self, person: User) -> Self:
        """Appointments of one person."""
        return self.filter(person=person)
