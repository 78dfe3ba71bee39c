"""Whom a lead or a trainer may help with a quiz; nobody helps themselves."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.clock import today
from organisations.models import Membership, Organisation, PartnershipMembership, User
from organisations.selectors_lead_appointments import person_with_address
from records.access_people import get_membership_to_decide


def require_trainer(person: User) -> None:
    """Raises PermissionDenied for whoever trains nowhere."""
    if not authority_of(person).trains_in:
        raise PermissionDenied(_("Only trainers help with quizzes here."))


def get_membership_to_help(person: User, slug: str, pk: int) -> Membership:
    """A member whom a lead of the organisation may help: 404 for whoever works there no more, whose time and tries
    are by now a matter of others."""
    membership = get_membership_to_decide(person, slug, pk)
    if not Membership.objects.active_on(today()).filter(pk=membership.pk).exists():
        raise Http404(_("There is nothing at this address."))
    return membership


def find_person_to_help(trainer: User, address: str) -> User | None:
    """The one person with this address in the trainer's partnership, or who belongs nowhere; None for all others."""
    require_trainer(trainer)
    day = today()
    members = PartnershipMembership.objects.active_on(day).filter(partnership__in=authority_of(trainer).trains_in)
    organisations = Organisation.objects.filter(pk__in=members.values("organisation"))
    if found := person_with_address(address, organisations, day):
        return found
    belongs = Membership.objects.active_on(day).filter(person=OuterRef("pk"))
    nowhere = User.objects.filter(~Exists(belongs), is_active=True, merged_into__isnull=True)
    people = nowhere.filter(emailaddress__email__iexact=address, emailaddress__verified=True).distinct()[:2]
    return people[0] if len(people) == 1 else None
