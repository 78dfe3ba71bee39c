"""Who may read names by an agreement of the organisation's lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_organisation_with_names_for
from organisations.clock import today
from organisations.models import NamesAgreement, Organisation, PartnershipMembership

if TYPE_CHECKING:
    from organisations.access import Person


def agreement_for(person: Person, organisation: Organisation) -> NamesAgreement | None:
    """The agreement by which a partnership lead may read an organisation's names; none while it does not belong there.

    It opens names to be read. What changes people stays with the organisation's own lead.
    """
    led = authority_of(person).partnership_ids
    if not led:
        return None
    held = PartnershipMembership.objects.active_on(today()).filter(organisation=organisation, partnership__in=led)
    agreements = organisation.names_agreements.filter(
        withdrawn_at__isnull=True, partnership__in=held.values("partnership")
    )
    return agreements.select_related("agreed_by").first()


def agreed_with(person: Person) -> frozenset[int]:
    """The organisations whose names a partnership lead may read by an agreement: 1 query, none for who leads none."""
    led = authority_of(person).partnership_ids
    if not led:
        return frozenset()
    held = PartnershipMembership.objects.active_on(today()).filter(
        organisation=OuterRef("organisation"), partnership=OuterRef("partnership")
    )
    agreements = NamesAgreement.objects.filter(Exists(held), withdrawn_at__isnull=True, partnership__in=led)
    return frozenset(agreements.values_list("organisation_id", flat=True))


def get_agreement_for(person: Person, slug: str, pk: int) -> NamesAgreement:
    """An agreement on names that is in force, for the organisation's own lead."""
    organisation = get_organisation_with_names_for(person, slug)
    in_force = organisation.names_agreements.filter(withdrawn_at__isnull=True).select_related("partnership")
    if (agreement := in_force.filter(pk=pk).first()) is None:
        raise Http404(_("There is nothing at this address."))
    return agreement
