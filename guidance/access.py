"""The only way to fetch guidance for a person who wants to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from guidance.models import Contact
from organisations.access import authority_of
from organisations.clock import today
from organisations.models import Organisation, Partnership

if TYPE_CHECKING:
    from organisations.access import Person


def partnerships_of_editor(person: Person) -> QuerySet[Partnership]:
    """The partnerships for which the person trains; an operator looks after all."""
    authority = authority_of(person)
    if authority.is_operator:
        return Partnership.objects.all()
    return Partnership.objects.filter(pk__in=authority.trains_in)


def organisations_of_editor(person: Person) -> QuerySet[Organisation]:
    """The organisations of those partnerships today."""
    if authority_of(person).is_operator:
        return Organisation.objects.all()
    day = today()
    memberships = Q(
        partnership_memberships__partnership__in=partnerships_of_editor(person),
        partnership_memberships__started_on__lte=day,
    ) & (Q(partnership_memberships__ended_on__isnull=True) | Q(partnership_memberships__ended_on__gte=day))
    return Organisation.objects.filter(memberships).distinct()


def contacts_of_editor(person: Person) -> QuerySet[Contact]:
    """The national contacts and those of the partnerships and organisations that the person trains for."""
    return Contact.objects.filter(
        Q(scope=Contact.Scope.NATIONAL)
        | Q(partnership__in=partnerships_of_editor(person))
        | Q(area__partnership__in=partnerships_of_editor(person))
        | Q(organisation__in=organisations_of_editor(person))
    )


def get_contact_for(person: Person, pk: int | str) -> Contact:
    """A contact that the person may change; 404 when there is none, 403 when it is another partnership's."""
    try:
        contact = Contact.objects.get(pk=pk)
    except Contact.DoesNotExist as error:
        raise Http404(_("There is nothing at this address.")) from error
    if not contacts_of_editor(person).filter(pk=pk).exists():
        raise PermissionDenied(_("This contact belongs to a partnership that you do not train for."))
    return contact
