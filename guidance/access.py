"""The only way to fetch guidance for a person who wants to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from guidance.models import Contact, FactVersion
from guidance.notation import CONTACT, FACT
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


def may_check(person: Person) -> bool:
    """Whether the person keeps facts and contacts: trainers and operators do."""
    authority = authority_of(person)
    return bool(authority.trains_in) or authority.is_operator


def refuse_who_may_not_check(person: Person) -> None:
    """Raises PermissionDenied for anyone who does not keep facts and contacts."""
    if not may_check(person):
        raise PermissionDenied(_("Facts and contacts are kept by trainers."))


def get_row_to_check(person: Person, kind: str, pk: int) -> FactVersion | Contact:
    """A contact, or the version of a fact that stands today, for those who keep them; 404 when there is none."""
    refuse_who_may_not_check(person)
    if kind == CONTACT:
        return get_contact_for(person, pk)
    if kind != FACT:
        raise Http404(_("There is nothing at this address."))
    version = FactVersion.objects.filter(fact=pk, starts_on__lte=today()).order_by("-starts_on", "-pk").first()
    if version is None:
        raise Http404(_("There is nothing at this address."))
    return version
