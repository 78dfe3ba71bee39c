"""Whose people somebody looks after: everybody of an organisation, or those of some of its units."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from organisations.isolating import isolated
from organisations.models import Membership, Organisation, Unit
from organisations.querysets import MembershipQuerySet


@dataclass(frozen=True)
class Part:
    """What of one organisation is a person's: everybody in it, or the people of the units that they lead."""

    organisation: Organisation
    #: The units led and all units below them; None where it is everybody.
    unit_ids: frozenset[int] | None = None
    #: The units led, by name.
    units: tuple[str, ...] = ()
    #: The unit led, where it is one alone.
    only_unit_id: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the organisation with everything in it."""
        return self.unit_ids is None

    def has(self, unit_id: int | None) -> bool:
        """Whether the people of this unit, or of none, are in it."""
        return self.unit_ids is None or unit_id in self.unit_ids

    @property
    def name(self) -> str:
        """What it is called: the organisation, after the units where it is some of them."""
        return ", ".join(isolated(name) for name in (*self.units, self.organisation.name))

    @property
    def memberships(self) -> MembershipQuerySet:
        """Every membership in it, of any day."""
        found = Membership.objects.for_organisation(self.organisation)
        return found if self.unit_ids is None else found.filter(unit__in=self.unit_ids)

    @property
    def places(self) -> QuerySet[Unit]:
        """The units into which people may be put."""
        found = Unit.objects.filter(organisation=self.organisation)
        return found if self.unit_ids is None else found.filter(pk__in=self.unit_ids)
