"""What is missing: local contacts that nobody has given yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from guidance.models import Contact
from organisations.clock import today
from organisations.models import Organisation, Partnership, PartnershipMembership

#: Purposes for which a national contact is not enough.
LOCAL_PURPOSES = (Contact.Purpose.DUTY_TEAM, Contact.Purpose.SAFEGUARDING)


@dataclass(frozen=True)
class Gap:
    """A local contact that an organisation's people look for in vain."""

    organisation: Organisation
    purpose: str
    #: Whether there is a number, but nobody says when it is answered or what to ring at night.
    is_hours_only: bool = False

    @property
    def sentence(self) -> str:
        """The gap in words."""
        what = Contact.Purpose(self.purpose).label
        if self.is_hours_only:
            return _("The hours of this contact are not confirmed yet: %(what)s.") % {"what": what}
        return _("No local contact is given yet for: %(what)s.") % {"what": what}


def gaps_in_contacts(place: Organisation | Partnership, day: date | None = None) -> list[Gap]:
    """The local contacts missing for an organisation, or for each of a partnership's; the same few queries."""
    day = day or today()
    if isinstance(place, Partnership):
        organisations = list(Organisation.objects.in_partnership(place, day).open_on(day).order_by("name"))
    else:
        organisations = [place]
    return gaps_in_contacts_of(organisations, day)


def gaps_in_contacts_of(organisations: Sequence[Organisation], day: date) -> list[Gap]:
    """The local contacts missing for each of these organisations: 3 queries."""
    keys = [organisation.pk for organisation in organisations]
    areas, partnerships = _areas(keys), _partnerships(keys, day)
    wanted = Q(organisation__in=keys) | Q(area__in=set().union(*areas.values())) if keys else Q(pk__in=())
    if keys:
        wanted |= Q(partnership__in=set().union(*partnerships.values()))
    contacts = list(Contact.objects.filter(wanted, purpose__in=LOCAL_PURPOSES))
    gaps = []
    for organisation in organisations:
        mine = [
            contact
            for contact in contacts
            if contact.organisation_id == organisation.pk
            or contact.area_id in areas[organisation.pk]
            or contact.partnership_id in partnerships[organisation.pk]
        ]
        for purpose in LOCAL_PURPOSES:
            fitting = [contact for contact in mine if contact.purpose == purpose]
            if not fitting:
                gaps.append(Gap(organisation, purpose))
            elif all(contact.opening == Contact.Opening.UNVERIFIED for contact in fitting):
                gaps.append(Gap(organisation, purpose, is_hours_only=True))
    return gaps


def _areas(keys: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {key: set() for key in keys}
    rows = Organisation.areas.through.objects.filter(organisation__in=keys).values_list("organisation", "area")
    for organisation, area in rows:
        found[organisation].add(area)
    return found


def _partnerships(keys: Sequence[int], day: date) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {key: set() for key in keys}
    rows = PartnershipMembership.objects.active_on(day).filter(organisation__in=keys)
    for organisation, partnership in rows.values_list("organisation", "partnership"):
        found[organisation].add(partnership)
    return found


def contact_notes(organisation: Organisation) -> list[str]:
    """The gaps in words, for the lead's page."""
    return [gap.sentence for gap in gaps_in_contacts(organisation)]
