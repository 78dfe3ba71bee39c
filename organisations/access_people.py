"""Who looks after which people: an organisation's own lead after all, the lead of a unit after those in it and below.

Of everybody else in the organisation the lead of a unit learns nothing here: neither a name nor a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.clock import today
from organisations.models import Appointment, Away, Membership, Organisation, Unit, User
from organisations.parts import Part
from organisations.querysets import MembershipQuerySet, human_of, same_person

if TYPE_CHECKING:
    from organisations.access import Person

#: For so long the lead of a unit can take back a last day that was a mistake.
STILL_REACHED = timedelta(days=30)


# --- Of which people ------------------------------------------------------------------------------


def get_unit_parts_for(person: Person, day: date) -> list[Part]:
    """The parts of organisations that the person leads as units: 2 queries, none for who leads no unit."""
    led = authority_of(person).unit_ids
    if not led:
        return []
    organisations = Organisation.objects.open_on(day).filter(units__in=led).distinct().order_by("name", "pk")
    places = {place.pk: place for place in organisations}
    units = Unit.objects.filter(organisation__in=places).order_by("name", "pk")
    below: dict[int, dict[int, set[int]]] = {pk: {} for pk in places}
    names: dict[int, list[str]] = {pk: [] for pk in places}
    for unit in units:
        below[unit.organisation_id].setdefault(unit.parent_id or 0, set()).add(unit.pk)
        if unit.pk in led:
            names[unit.organisation_id].append(unit.name)
    parts = []
    for pk, place in places.items():
        found = {unit for those in below[pk].values() for unit in those if unit in led}
        fresh = found
        while fresh:
            fresh = {unit for above in fresh for unit in below[pk].get(above, ())} - found
            found = found | fresh
        only = next(iter(led & found)) if len(names[pk]) == 1 else None
        parts.append(Part(place, frozenset(found), tuple(names[pk]), only))
    return parts


def part_of_units(person: Person, slug: str, day: date) -> Part | None:
    """The units of one organisation that the person leads, with those below them."""
    return next((part for part in get_unit_parts_for(person, day) if part.organisation.slug == slug), None)


def part_looked_after(person: Person, slug: str) -> Part | None:
    """The people of an organisation that are the person's to look after, by name; None where there are none."""
    own = authority_of(person).organisation_ids
    if own and (organisation := Organisation.objects.filter(slug=slug, pk__in=own).first()):
        return Part(organisation)
    return part_of_units(person, slug, today())


def get_part_for(person: Person, slug: str) -> Part:
    """The same, for those who have some; 404 where there is no organisation, 403 where nobody in it is theirs."""
    if part := part_looked_after(person, slug):
        return part
    if Organisation.objects.filter(slug=slug).exists():
        raise PermissionDenied(_("Only the organisation's own lead sees names."))
    raise _nothing()


def part_of_actor(by: User | None, organisation: Organisation) -> Part | None:
    """The same for whoever does something, or for Signpost itself, which looks after nobody. An action asks once and
    hands it on."""
    return None if by is None else part_looked_after(by, organisation.slug)


# --- One of them, some of them --------------------------------------------------------------------


def reached_in(part: Part, day: date) -> MembershipQuerySet:
    """The memberships whose pages open on the day.

    Of a whole organisation every one. Of units those of the day, and those that ended lately and that nothing in
    the organisation followed: where somebody went is not for the lead of a unit to read.
    """
    if part.is_whole:
        return part.memberships
    later = Membership.objects.for_organisation(part.organisation).annotate(human=human_of())
    later = later.filter(human=OuterRef("human"), started_on__gte=OuterRef("ended_on")).exclude(pk=OuterRef("pk"))
    lately = Q(ended_on__lt=day, ended_on__gte=day - STILL_REACHED) & ~Exists(later)
    lasting = Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gte=day))
    return part.memberships.annotate(human=human_of()).filter(lasting | lately)


def get_member_for(person: Person, slug: str, pk: int) -> tuple[Part, Membership]:
    """A membership under its organisation's address, and the part as which the person looks after it."""
    part = get_part_for(person, slug)
    rows = reached_in(part, today()).select_related("person__merged_into", "organisation", "role", "unit")
    try:
        return part, rows.get(pk=pk)
    except ObjectDoesNotExist as error:
        raise _nothing() from error


def get_members_in(part: Part, pks: Sequence[str]) -> list[Membership]:
    """Several memberships of those looked after; 404 when one of them is not there."""
    if not all(pk.isdecimal() and len(pk) < 19 for pk in pks):
        raise _nothing()
    wanted = {int(pk) for pk in pks}
    found = list(reached_in(part, today()).filter(pk__in=wanted).select_related("person"))
    if len(found) != len(wanted):
        raise _nothing()
    return found


def get_away_in(membership: Membership, pk: int) -> Away:
    """A time away of a membership that was fetched for the person."""
    away = membership.away.filter(pk=pk).select_related("membership").first()
    if away is None:
        raise _nothing()
    return away


# --- What the lead of a unit may not do -----------------------------------------------------------


def refusal_of_role(part: Part | None) -> str:
    """What the lead of a unit is told of a role that somebody has already, perhaps elsewhere; nothing for others."""
    if part is None or part.is_whole:
        return ""
    return _("This role cannot be given from here. Ask the organisation's own lead.")


def refusal_of_return(part: Part | None) -> str:
    """What the lead of a unit is told where a last day stays because of what followed it, perhaps elsewhere."""
    if part is None or part.is_whole:
        return ""
    return _("This last day cannot be taken away from here. Ask the organisation's own lead.")


def refusal_of_move(part: Part | None, membership: Membership, unit_id: int | None) -> str:
    """Why the lead of a unit does not move somebody: they, or a unit, were moved out of theirs meanwhile."""
    if part is None or (part.has(membership.unit_id) and part.has(unit_id)):
        return ""
    return _("This person or the unit is not among yours any more. Open the list of people again.")


def appointments_above(part: Part, day: date) -> QuerySet[Appointment]:
    """What somebody in these units may hold that reaches beyond them, on the day or later: they lead the organisation,
    a partnership that it belongs to or another unit of it, or run Signpost."""
    organisation, units = part.organisation, part.unit_ids or ()
    partnerships = organisation.partnership_memberships.active_on(day).values("partnership")
    wider = Q(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership__in=partnerships) | Q(kind=Appointment.Kind.OPERATOR)
    beside = Q(unit__organisation=organisation) & ~Q(unit__in=units)
    held = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    return held.filter(wider | beside | Q(organisation=organisation))


def is_above(part: Part | None, person: User) -> bool:
    """Whether where and when somebody works is not for who leads these units to say; of a whole organisation never."""
    if part is None or part.is_whole:
        return False
    return person.is_superuser or appointments_above(part, today()).filter(same_person(person)).exists()


def refusal_of_what_is_above(by: User | None, part: Part | None, person: User) -> str:
    """Why the lead of a unit changes neither place nor days of somebody above it: while they are away they get no
    letters, also none about what others rely on them for."""
    if by is None or person.is_same_as(by) or not is_above(part, person):
        return ""
    return _("This person looks after more than your units. Only the organisation's own lead saves this.")


def refusal_of_last_day(by: User | None, membership: Membership) -> str:
    """Why the lead of a unit does not save the last day of another lead: it would end what they lead."""
    person, organisation = membership.person, membership.organisation
    if by is None or person.is_same_as(by):
        return ""
    part = part_of_actor(by, organisation)
    if part is None or part.is_whole:
        return ""
    held = Appointment.objects.filter(same_person(person), Q(ended_on__isnull=True) | Q(ended_on__gt=today()))
    if held.filter(Q(organisation=organisation) | Q(unit__organisation=organisation)).exists():
        return _("This person leads something here. Only the organisation's own lead saves their last day.")
    return refusal_of_what_is_above(by, part, person)


def _nothing() -> Http404:
    return Http404(_("There is nothing at this address."))
