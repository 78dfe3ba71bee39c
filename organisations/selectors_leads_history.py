"""What leads see of an organisation's past and of its units; every function costs a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.isolating import isolated
from organisations.models import Appointment, Invitation, Membership, Organisation, PartnershipMembership, Unit
from organisations.querysets import human_of


@dataclass(frozen=True)
class Touched:
    """What ends with an organisation, in numbers."""

    people: int
    appointments: int
    invitations: int


@dataclass(frozen=True)
class UnitRow:
    """A unit in its tree: how deep, how many people are in it, and who leads it or is going to."""

    unit: Unit
    depth: int
    people: int
    leads: tuple[Appointment, ...] = ()

    @property
    def indent(self) -> range:
        """Once for each unit above it."""
        return range(self.depth)


def touched_by_end(organisation: Organisation, on: date) -> Touched:
    """What would end if the organisation ended on the day: three queries, numbers only."""
    lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    members = Membership.objects.for_organisation(organisation).filter(lasting)
    held = Appointment.objects.filter(lasting, Q(organisation=organisation) | Q(unit__organisation=organisation))
    waiting = Invitation.objects.filter(organisation=organisation, accepted_at__isnull=True, withdrawn_at__isnull=True)
    return Touched(
        people=members.aggregate(people=Count(human_of(), distinct=True))["people"],
        appointments=held.count(),
        invitations=waiting.count(),
    )


def last_day_in_words(organisation: Organisation) -> str:
    """Why one that has closed, or is going to, does not close or merge again; empty where it has no last day."""
    if organisation.closed_on is None:
        return ""
    words = {"name": isolated(organisation), "day": date_format(organisation.closed_on)}
    return _("%(name)s already has a last day: %(day)s.") % words


def places_in_partnerships(organisation: Organisation) -> list[PartnershipMembership]:
    """Every time in a partnership, the newest first: one query."""
    return list(organisation.partnership_memberships.select_related("partnership").order_by("-started_on", "-pk"))


def unit_rows(organisation: Organisation, day: date) -> list[UnitRow]:
    """The units as a tree, each with its own people on the day and its leads: three queries."""
    children: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for unit in organisation.units.order_by("name", "pk"):
        children[unit.parent_id].append(unit)
    here = Membership.objects.for_organisation(organisation).active_on(day).exclude(unit=None).order_by()
    people = dict(here.values_list("unit").annotate(people=Count(human_of(), distinct=True)))
    leads: defaultdict[int | None, list[Appointment]] = defaultdict(list)
    lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    for held in Appointment.objects.filter(lasting, unit__organisation=organisation).select_related("person"):
        leads[held.unit_id].append(held)
    rows: list[UnitRow] = []
    waiting = [(unit, 0) for unit in reversed(children[None])]
    while waiting:
        unit, depth = waiting.pop()
        rows.append(UnitRow(unit, depth, people.get(unit.pk, 0), tuple(leads[unit.pk])))
        waiting += [(below, depth + 1) for below in reversed(children[unit.pk])]
    return rows


def ids_below(unit: Unit) -> frozenset[int]:
    """The unit and every unit below it: one query."""
    parents = dict(unit.organisation.units.values_list("pk", "parent_id"))
    found = {unit.pk}
    while more := {pk for pk, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)
