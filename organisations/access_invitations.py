"""Who invites whom, and which invitations they see: the organisation's own lead, partnership leads, leads of units.

The lead of a unit invites into the units that they lead, and sees what was offered there; what an invitation to lead
the organisation holds is not for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_invitation_of, get_organisation_for
from organisations.access_people import part_of_units
from organisations.clock import day_of, today
from organisations.models import Invitation, Membership, Organisation, Role, Unit, User
from organisations.parts import Part
from organisations.selectors import verified_emails_of

if TYPE_CHECKING:
    from datetime import datetime

    from organisations.access import Person


def get_part_to_invite_into(person: Person, slug: str) -> Part:
    """The organisation, for its leads and those of its partnership, else the units that the person leads; 404 where
    there is none, 403 for everybody else."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is not None and authority_of(person).leads(organisation):
        return Part(organisation)
    return part_of_units(person, slug, today()) or Part(get_organisation_for(person, slug))


def invitations_seen_by(person: Person, part: Part) -> QuerySet[Invitation]:
    """All for the organisation's own lead, into their units for who leads some; for a partnership lead those that
    they sent."""
    found = Invitation.objects.filter(organisation=part.organisation)
    if part.unit_ids is not None:
        return found.filter(unit__in=part.unit_ids, is_for_lead=False)
    return found if authority_of(person).may_see_names(part.organisation) else found.filter(invited_by=person.pk)


def get_invitation_seen_by(person: Person, slug: str, pk: int) -> Invitation:
    """One of these under its organisation's address; 404 where there is none, 403 for everybody else."""
    part = get_part_to_invite_into(person, slug)
    if part.is_whole:
        return get_invitation_of(person, slug, pk)
    rows = invitations_seen_by(person, part).select_related("organisation", "role", "unit")
    return get_object_or_404(rows, pk=pk)


def get_invitation_to_withdraw(person: Person, slug: str, pk: int) -> Invitation:
    """One that the person may take back: who leads units only what they sent themselves."""
    invitation = get_invitation_seen_by(person, slug, pk)
    if not may_withdraw(person, get_part_to_invite_into(person, slug), invitation):
        raise PermissionDenied(_("Somebody else sent this invitation. Ask the organisation's own lead."))
    return invitation


def may_withdraw(person: Person, part: Part, invitation: Invitation) -> bool:
    """Whether an invitation that the person sees is theirs to take back."""
    return part.is_whole or invitation.invited_by_id == person.pk


def part_of_inviter(by: User | None, organisation: Organisation) -> Part | None:
    """The units into which the actor may invite; None for who leads the organisation, and for Signpost itself."""
    if by is None or authority_of(by).leads(organisation):
        return None
    return part_of_units(by, organisation.slug, today())


def require_of_units(part: Part | None, unit: Unit | None) -> None:
    """Refuses (403) who leads units only what is none of these."""
    if part is not None and not part.has(unit.pk if unit else None):
        raise PermissionDenied(_("You invite people into the units that you lead."))


def refusal_of_own(invitation: Invitation, person: User) -> str:
    """Why nobody is let in by what they sent themselves, but for who leads the organisation: it would let back in who
    leads its units no more."""
    by = invitation.invited_by
    if by is None or not by.is_same_as(person):
        return ""
    if any(authority_of(each).leads(invitation.organisation) for each in (by, person)):
        return ""
    return _("You sent this invitation yourself. Ask the organisation's own lead.")


def refusal_of_invitation(
    by: User | None, part: Part | None, organisation: Organisation, role: Role, email: str, at: datetime
) -> str:
    """Why nobody at this address is invited in this role; who leads units is not told of places elsewhere."""
    if part is not None and by is not None and email in verified_emails_of(by):
        return _("This is your own address. Somebody else invites you.")
    known_here = Membership.objects.for_organisation(organisation).active_on(day_of(at))
    units = list(known_here.filter(role=role, work_email=email).values_list("unit_id", flat=True))
    if not units:
        return ""
    if part is None or any(part.has(unit) for unit in units):
        return _("This person already has this role here.")
    return _("This address cannot be invited from here. Ask the organisation's own lead.")
