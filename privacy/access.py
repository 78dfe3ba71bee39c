"""Who may see requests to remove details, set how long records are kept, and read who looked at names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.models import Organisation, Partnership
from privacy.models import ErasureRequest

if TYPE_CHECKING:
    from organisations.access import Person


@dataclass(frozen=True)
class Desk:
    """What a person looks after where privacy is concerned."""

    #: None: everything, for an operator.
    organisation_ids: Collection[int] | None
    #: The partnerships of which they settle what holds there, by name.
    partnerships: Sequence[Partnership] = ()

    @property
    def is_everything(self) -> bool:
        """Whether also what belongs to no organisation is theirs."""
        return self.organisation_ids is None

    def organisations(self) -> QuerySet[Organisation]:
        """The organisations that they look after, by name."""
        found = Organisation.objects.order_by("name")
        return found if self.organisation_ids is None else found.filter(pk__in=self.organisation_ids)


def get_desk_for(person: Person) -> Desk:
    """What the person looks after: an operator everything, a lead their organisations; 403 for everyone else."""
    authority = authority_of(person)
    partnerships = Partnership.objects.all()
    if authority.is_operator:
        return Desk(None, list(partnerships))
    places = authority.organisation_ids | authority.organisation_ids_of_partnerships
    if not places and not authority.partnership_ids:
        raise PermissionDenied(_("This is for leads and operators."))
    return Desk(places, list(partnerships.filter(pk__in=authority.partnership_ids)))


def get_partnership_desk_for(person: Person) -> Desk:
    """The same for those who look after a whole partnership; 403 for the lead of one organisation."""
    desk = get_desk_for(person)
    if not desk.partnerships:
        raise PermissionDenied(_("This is for leads of a partnership and operators."))
    return desk


def get_organisation_at(person: Person, slug: str) -> Organisation:
    """One of the organisations that the person looks after; 404 where there is none, 403 where it is another's."""
    desk = get_desk_for(person)
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise Http404(_("There is nothing at this address."))
    if desk.organisation_ids is not None and organisation.pk not in desk.organisation_ids:
        raise PermissionDenied(_("You do not lead this organisation."))
    return organisation


def get_requests_for(person: Person) -> QuerySet[ErasureRequest]:
    """Requests of people who work or worked in an organisation that the person looks after."""
    desk = get_desk_for(person)
    requests = ErasureRequest.objects.all()
    if desk.organisation_ids is None:
        return requests
    return requests.filter(Q(person__memberships__organisation__in=desk.organisation_ids)).distinct()


def get_request_for(person: Person, pk: int) -> ErasureRequest:
    """One of them, with its person; 404 for any other, so that none can be found by trying."""
    found = get_requests_for(person).select_related("person").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found
