"""Who may require what of whom: leads of a partnership or organisation, in its name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from courses.models import Edition
from organisations.access import Authority, authority_of
from organisations.models import Organisation, Partnership, PartnershipMembership
from records.models import EffectCount, Requirement

if TYPE_CHECKING:
    from organisations.access import Person


@dataclass(frozen=True)
class Owner:
    """A partnership or an organisation in whose name a lead may require modules."""

    partnership: Partnership | None = None
    organisation: Organisation | None = None

    @property
    def place(self) -> Partnership | Organisation:
        """The one of the two that it is."""
        place = self.partnership or self.organisation
        assert place is not None
        return place

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return f"{self.place._meta.model_name}-{self.place.pk}"

    def __str__(self) -> str:
        return self.place.name


def get_owners_for(person: Person) -> list[Owner]:
    """In whose name the person may require something; raises PermissionDenied where there is nobody."""
    authority = _lead(person)
    partnerships = Partnership.objects.filter(pk__in=authority.partnership_ids)
    organisations = Organisation.objects.filter(pk__in=authority.organisation_ids)
    return [
        *(Owner(partnership=each) for each in partnerships),
        *(Owner(organisation=each) for each in organisations),
    ]


def get_requirements_for(person: Person, day: date) -> QuerySet[Requirement]:
    """Those that the person may read: what they may change, what their organisation's partnership requires, and what
    the organisations of their partnership require themselves, as coverage counts it.

    Each with `is_in_use`: whether people can take the module now.
    """
    authority = _lead(person)
    readable = authority.organisation_ids | authority.organisation_ids_of_partnerships
    of_partnership = PartnershipMembership.objects.active_on(day).filter(organisation__in=authority.organisation_ids)
    live = Edition.objects.filter(module_key=OuterRef("module_key"), is_live=True)
    return (
        Requirement.objects.filter(
            Q(partnership__in=authority.partnership_ids)
            | Q(organisation__in=readable)
            | Q(partnership__in=of_partnership.values("partnership"))
        )
        .select_related("partnership", "organisation")
        .annotate(is_in_use=Exists(live))
    )


def get_requirement_to_read(person: Person, pk: int, day: date) -> Requirement:
    """One of them; 404 where there is none, 403 where it is not theirs to read."""
    requirement = get_requirements_for(person, day).filter(pk=pk).first()
    return requirement or _refuse(pk)


def get_requirement_to_change(person: Person, pk: int) -> Requirement:
    """One that the person may change or end; 404 where there is none, 403 where it is another's."""
    authority = _lead(person)
    requirement = Requirement.objects.select_related("partnership", "organisation").filter(pk=pk).first()
    if requirement is None or not may_change(authority, requirement):
        return _refuse(pk)
    return requirement


def get_effect_count_for(person: Person, key: UUID) -> EffectCount:
    """A draft whose effect is counted, for who leads that in whose name it is; 404 where there is none, else 403."""
    authority = _lead(person)
    count = EffectCount.objects.select_related("partnership", "organisation", "requirement").filter(key=key).first()
    if count is None:
        raise Http404(_("There is nothing at this address."))
    if (
        count.partnership_id not in authority.partnership_ids
        and count.organisation_id not in authority.organisation_ids
    ):
        raise PermissionDenied(_("This requirement is not yours to change."))
    return count


def counted_in(authority: Authority, requirement: Requirement) -> Collection[int] | None:
    """The organisations whose people are counted for who reads it, None for all that it means.

    Of what a partnership requires the lead of an organisation reads only their own number.
    """
    if may_change(authority, requirement) or requirement.organisation_id is not None:
        return None
    return authority.organisation_ids


def may_change(authority: Authority, requirement: Requirement) -> bool:
    """Whether it is required in the name of whom the person leads."""
    return (
        requirement.partnership_id in authority.partnership_ids
        or requirement.organisation_id in authority.organisation_ids
    )


def _lead(person: Person) -> Authority:
    authority = authority_of(person)
    if not authority.partnership_ids and not authority.organisation_ids:
        raise PermissionDenied(_("Requirements are for the leads of an organisation or a partnership."))
    return authority


def _refuse(pk: int) -> Requirement:
    if Requirement.objects.filter(pk=pk).exists():
        raise PermissionDenied(_("This requirement is not yours to change."))
    raise Http404(_("There is nothing at this address."))
