"""Who sees which numbers, and who sees names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.access_names import agreed_with, agreement_for
from organisations.access_people import part_of_units
from organisations.clock import today
from organisations.models import Appointment, Organisation
from organisations.parts import Part
from records.models import ReminderRound
from records.selectors.reminders import rounds_of
from reporting.selectors.coverage import organisations_in
from reporting.selectors.delivery import Scope

if TYPE_CHECKING:
    from organisations.access import Person


def get_organisations_for(person: Person, day: date) -> QuerySet[Organisation]:
    """The organisations whose coverage the person may read: their own, and those of their partnerships on the day.

    Raises PermissionDenied for everyone who leads neither an organisation nor a partnership.
    """
    authority = authority_of(person)
    if not authority.organisation_ids and not authority.partnership_ids:
        raise PermissionDenied(_("Coverage is for the leads of an organisation or a partnership."))
    return organisations_in(day, partnership_ids=authority.partnership_ids, own_ids=authority.organisation_ids)


def get_scope_for(person: Person) -> Scope:
    """Whose numbers the person may read over a stretch of days: of the partnerships and organisations that they lead.

    Raises PermissionDenied for everyone who leads neither.
    """
    authority = authority_of(person)
    if not authority.organisation_ids and not authority.partnership_ids:
        raise PermissionDenied(_("This page is for the leads of an organisation or a partnership."))
    return Scope(authority.partnership_ids, authority.organisation_ids)


def may_read_of_everybody(person: Person, *, is_asked: bool) -> bool:
    """Whether the page is about all people together: for those who write and review, if they ask or lead nothing."""
    authority = authority_of(person)
    leads = authority.organisation_ids or authority.partnership_ids
    return authority.may_enter_cms and (is_asked or not leads)


def get_part_on(person: Person, slug: str, day: date) -> Part:
    """What the person may read of the organisation of this address; 404 where there is none, 403 for another's.

    Who leads the whole reads of the whole, and who leads units reads of those and of the units below them.
    """
    authority = authority_of(person)
    leads_whole = authority.organisation_ids or authority.partnership_ids
    if leads_whole and (organisation := get_organisations_for(person, day).filter(slug=slug).first()):
        return Part(organisation)
    if part := part_of_units(person, slug, day):
        return part
    if Organisation.objects.filter(slug=slug).exists():
        raise PermissionDenied(_("You do not lead this organisation."))
    raise Http404(_("There is nothing at this address."))


def may_see_names(person: Person, part: Part) -> bool:
    """Names belong to the employer: its own leads see them, of their units or of all, and a partnership lead with whom
    the organisation's lead has agreed.
    """
    return part.unit_ids is not None or _may_see_all_names(person, part.organisation)


def get_part_with_names_on(person: Person, slug: str, day: date) -> Part:
    """The people whom the person may see by name; 403 where names are not theirs to see."""
    part = get_part_on(person, slug, day)
    if may_see_names(person, part):
        return part
    if of_units := part_of_units(person, slug, day):
        return of_units
    raise PermissionDenied(_("Names belong to the employer. The organisation's own lead has not agreed to this."))


def get_part_to_remind(person: Person, slug: str) -> Part:
    """The people whom the person may write to: its own lead to all, a unit's lead to theirs, nobody else to any.

    404 where there is no organisation of this address, 403 where it is another lead's.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise Http404(_("There is nothing at this address."))
    if may_remind(person, part := Part(organisation)):
        return part
    if of_units := part_of_units(person, slug, today()):
        return of_units
    raise PermissionDenied(_("Only the organisation's own lead reminds its people."))


def may_remind(person: Person, part: Part) -> bool:
    """Whether the people are the person's own: of the organisation, or of the units, that they lead themselves."""
    return part.unit_ids is not None or part.organisation.pk in authority_of(person).organisation_ids


def get_round_for(part: Part, pk: int) -> ReminderRound:
    """A round of reminders that these people were part of; 404 for any other."""
    sent = rounds_of(part.organisation, part.unit_ids).filter(pk=pk).first()
    if sent is None:
        raise Http404(_("There is nothing at this address."))
    return sent


def _may_see_all_names(person: Person, organisation: Organisation) -> bool:
    return authority_of(person).may_see_names(organisation) or agreement_for(person, organisation) is not None


def organisations_with_names_for(person: Person) -> frozenset[int]:
    """The organisations of which the person may see all names, as rows of the table lead on to them: 1 query."""
    return frozenset(authority_of(person).organisation_ids) | agreed_with(person)


def get_leads_to_choose_for(person: Person) -> QuerySet[Appointment]:
    """The leads to whom the person may have the monthly letter sent: those of the organisations that they lead, and
    for a partnership lead of its organisations and of the partnership; never themselves.

    Raises PermissionDenied for everyone who leads neither.
    """
    get_scope_for(person)
    authority = authority_of(person)
    organisations = authority.organisation_ids | authority.organisation_ids_of_partnerships
    return (
        Appointment.objects.active_on(today())
        .filter(
            Q(kind=Appointment.Kind.ORGANISATION_LEAD, organisation__in=organisations)
            | Q(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership__in=authority.partnership_ids)
        )
        .exclude(person=authority.person_id)
    )
