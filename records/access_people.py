"""Who may read and correct what somebody completed: the organisation's own lead, never in one's own matter."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import get_membership_of
from organisations.models import Membership, User
from records.models import Completion, Waiver
from records.selectors.record import completions_at, is_theirs_to_correct


def get_membership_to_decide(person: User, slug: str, membership_pk: int) -> Membership:
    """Somebody's place in the lead's organisation; raises PermissionDenied for one's own."""
    membership = get_membership_of(person, slug, membership_pk)
    if membership.person.is_same_as(person):
        raise PermissionDenied(_("Another lead must decide this for you."))
    return membership


def get_waiver_to_end(person: User, slug: str, membership_pk: int, pk: int) -> tuple[Membership, Waiver]:
    """What is not asked of somebody in the lead's organisation, and that person's place there."""
    membership = get_membership_to_decide(person, slug, membership_pk)
    waiver = membership.waivers.filter(pk=pk).first()
    if waiver is None:
        raise Http404(_("There is nothing at this address."))
    return membership, waiver


def get_completion_to_correct(person: User, slug: str, membership_pk: int, pk: int) -> tuple[Membership, Completion]:
    """A completion of somebody who worked in the lead's organisation on its day, and that person's place there.

    What they completed before or after, for others, is not found. Raises PermissionDenied for one's own, and for
    training that another organisation recognised.
    """
    membership = get_membership_of(person, slug, membership_pk)
    if membership.person.is_same_as(person):
        raise PermissionDenied(_("Another lead must correct your own record."))
    completion = completions_at(membership).filter(pk=pk).select_related("recognition").first()
    if completion is None:
        raise Http404(_("There is nothing at this address."))
    if not is_theirs_to_correct(completion, membership):
        raise PermissionDenied(_("Only the organisation that recognised this training takes it off."))
    return membership, completion
