"""Who may put two people together, and take them apart: leads with their own people, and the person."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_membership_for, get_membership_of
from organisations.models import Membership, Merge, Organisation, User


def check_may_decide(by: User, person: User, organisation: Organisation) -> None:
    """Raises PermissionDenied unless the actor leads the organisation, and the person is one of theirs and another."""
    authority = authority_of(by)
    if person.is_same_as(by) or not authority.may_see_names(organisation):
        raise PermissionDenied(_("Only the organisation's own lead does this, and nobody for themselves."))
    if not Membership.objects.of(person).filter(organisation__in=authority.organisation_ids).exists():
        raise PermissionDenied(_("This is not one of your people."))


def refusal_as_lead(by: User, *people: User) -> str:
    """Why a lead leaves it to the people themselves: another organisation knows one of them as well."""
    for person in people:
        if Membership.objects.of(person).exclude(organisation__in=authority_of(by).organisation_ids).exists():
            return _(
                "Another organisation knows %(person)s as well. Only they can put their two accounts together, on "
                "their account page."
            ) % {"person": person}
    return ""


def get_two_to_merge(person: User, slug: str, pk: int, other_pk: int) -> tuple[Membership, Membership]:
    """Two places of people whom the lead sees by name, the first in the organisation of the address."""
    kept, other = get_membership_of(person, slug, pk), get_membership_for(person, other_pk)
    for membership in (kept, other):
        check_may_decide(person, membership.person, kept.organisation)
    return kept, other


def get_merge_of(person: User, slug: str, pk: int, merge_pk: int) -> tuple[Membership, Merge]:
    """What a lead put together and is so still, under the place of the person that goes on."""
    membership = get_membership_of(person, slug, pk)
    check_may_decide(person, membership.person, membership.organisation)
    merges = Merge.objects.filter(kept=membership.person.human_id, organisation__isnull=False, undone_at__isnull=True)
    merge = merges.filter(pk=merge_pk).select_related("kept", "merged", "organisation").first()
    if merge is None or merge.organisation_id not in authority_of(person).organisation_ids:
        raise Http404(_("There is nothing at this address."))
    return membership, merge


def get_own_merge(person: User, merge_pk: int) -> Merge:
    """An account that the person brought in themselves and that is in still."""
    merge = Merge.objects.filter(pk=merge_pk, kept=person.pk, organisation__isnull=True, undone_at__isnull=True)
    found = merge.select_related("merged").first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found
