"""Which organisations a partnership lead may close, merge, or let leave; and the units of an organisation."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_appointment_for, get_organisation_for, may_appoint
from organisations.clock import today
from organisations.models import Appointment, Organisation, Partnership, PartnershipMembership, Unit, User
from organisations.partnership_links import Asked, read_asking_token
from organisations.querysets import OrganisationQuerySet


def get_organisation_of_partnership_for(person: User, slug: str) -> Organisation:
    """An organisation that belongs today to a partnership that the person leads; its own lead alone does not do."""
    organisation = get_organisation_for(person, slug)
    if organisation.pk not in authority_of(person).organisation_ids_of_partnerships:
        raise PermissionDenied(_("Only the lead of the partnership does this."))
    return organisation


def organisations_to_merge_into(person: User, organisation: Organisation) -> OrganisationQuerySet:
    """The others that are open in the partnerships that the person leads."""
    others = authority_of(person).organisation_ids_of_partnerships - {organisation.pk}
    return Organisation.objects.filter(pk__in=others, closed_on__isnull=True).order_by("name")


def organisations_to_join(person: User) -> OrganisationQuerySet:
    """Those that a partnership lead may put into a partnership of theirs without asking anybody.

    They lead them already through another partnership; or it was in one of theirs before, and nobody leads it now.
    """
    authority, day = authority_of(person), today()
    now = PartnershipMembership.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day))
    before = PartnershipMembership.objects.filter(partnership__in=authority.partnership_ids)
    led = Appointment.objects.active_on(day).filter(organisation__isnull=False)
    left_alone = (
        Q(pk__in=before.values("organisation"))
        & ~Q(pk__in=now.values("organisation"))
        & ~Q(pk__in=led.values("organisation"))
    )
    theirs = Q(pk__in=authority.organisation_ids_of_partnerships)
    return Organisation.objects.open_on(day).filter(theirs | left_alone).order_by("name")


def get_asked_to_join(person: User, token: str) -> tuple[Partnership, Asked, OrganisationQuerySet]:
    """The partnership behind a link, and the person's own organisations that may join it: none where all belong to it.

    404 for a link that is too old, or whose maker leads the partnership no more; 403 for who leads no organisation.
    """
    own = Organisation.objects.open_on(today()).filter(pk__in=authority_of(person).organisation_ids)
    if not own.exists():
        raise PermissionDenied(_("This link is for the lead of an organisation."))
    asked = read_asking_token(token)
    asker = User.objects.filter(pk=asked.by_id).first() if asked else None
    partnership = Partnership.objects.filter(pk=asked.partnership_id).first() if asked else None
    if not asked or not asker or not partnership or not authority_of(asker).leads_partnership(partnership):
        raise Http404(_("This link is too old. Ask the lead of the partnership for a new one."))
    return partnership, asked, own.order_by("name")


def get_place_in_partnership_for(person: User, slug: str, pk: int) -> PartnershipMembership:
    """An organisation's time in a partnership that the person leads, while it lasts."""
    organisation = get_organisation_of_partnership_for(person, slug)
    rows = organisation.partnership_memberships.filter(ended_on__isnull=True).select_related("partnership")
    place = rows.filter(pk=pk, partnership__in=authority_of(person).partnership_ids).first()
    if place is None:
        raise Http404(_("There is nothing at this address."))
    return place


def get_unit_for(person: User, slug: str, pk: int) -> Unit:
    """A unit of an organisation that the person leads."""
    organisation = get_organisation_for(person, slug)
    unit = organisation.units.filter(pk=pk).select_related("organisation", "parent").first()
    if unit is None:
        raise Http404(_("There is nothing at this address."))
    return unit


def get_unit_to_appoint_in(person: User, slug: str, pk: int) -> Unit:
    """A unit whose leads the person appoints: only the organisation's own lead."""
    unit = get_unit_for(person, slug, pk)
    if not may_appoint(person, Appointment.Kind.UNIT_LEAD, unit=unit):
        raise PermissionDenied(_("Only the organisation's own lead appoints who leads a unit."))
    return unit


def get_unit_lead_of(person: User, slug: str, pk: int, appointment_pk: int) -> Appointment:
    """The appointment of a unit's lead under its unit's address, for those who may end it."""
    appointment = get_appointment_for(person, appointment_pk)
    if appointment.unit is None or (appointment.unit_id, appointment.unit.organisation.slug) != (pk, slug):
        raise Http404(_("There is nothing at this address."))
    return appointment
