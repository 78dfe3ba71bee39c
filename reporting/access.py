"""Who sees which numbers, and who sees names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.access_names import agreement_for
from organisations.models import Organisation
from records.models import ReminderRound
from records.selectors.reminders import rounds_of
from reporting.selectors.coverage import organisations_in
from reporting.selectors.delivery import Scope
from reporting.tables import Row

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


def get_organisation_on(person: Person, slug: str, day: date) -> Organisation:
    """One of them; 404 where there is none of this address, 403 where it is another lead's."""
    organisations = get_organisations_for(person, day)
    organisation = organisations.filter(slug=slug).first()
    if organisation is not None:
        return organisation
    if Organisation.objects.filter(slug=slug).exists():
        raise PermissionDenied(_("You do not lead this organisation."))
    raise Http404(_("There is nothing at this address."))


def may_see_names(person: Person, organisation: Organisation) -> bool:
    """Names belong to the employer: its own lead sees them, and a partnership lead with whom that lead has agreed."""
    return authority_of(person).may_see_names(organisation) or agreement_for(person, organisation) is not None


def get_organisation_with_names_on(person: Person, slug: str, day: date) -> Organisation:
    """One of them whose people the person may see by name; 403 where names are not theirs to see."""
    organisation = get_organisation_on(person, slug, day)
    if not may_see_names(person, organisation):
        raise PermissionDenied(_("Names belong to the employer. The organisation's own lead has not agreed to this."))
    return organisation


def get_organisation_to_remind(person: Person, slug: str) -> Organisation:
    """An organisation whose people the person may write to: only its own lead, whoever else may see names.

    404 where there is none of this address, 403 where it is another lead's.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise Http404(_("There is nothing at this address."))
    if not may_remind(person, organisation):
        raise PermissionDenied(_("Only the organisation's own lead reminds its people."))
    return organisation


def may_remind(person: Person, organisation: Organisation) -> bool:
    """Whether the person is the organisation's own lead."""
    return organisation.pk in authority_of(person).organisation_ids


def get_round_for(person: Person, organisation: Organisation, pk: int) -> ReminderRound:
    """A round of reminders that people of an organisation were part of, for its own lead; 404 for any other."""
    sent = rounds_of(get_organisation_to_remind(person, organisation.slug)).filter(pk=pk).first()
    if sent is None:
        raise Http404(_("There is nothing at this address."))
    return sent


def names_shown_in(person: Person, row: Row) -> bool:
    """Whether a row of the table is of an organisation that the person leads, and so leads on to names."""
    return row.organisation_id in authority_of(person).organisation_ids
