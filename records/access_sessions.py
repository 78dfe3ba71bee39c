"""Who may plan briefings and see who was there, and what a code opens to whoever holds it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.access import authority_of, get_organisation_with_names_for
from organisations.clock import today
from organisations.models import Organisation, Partnership, User
from records.models import Attendance, BriefingLetter, BriefingRequest, Session, SessionInvitation
from records.rules.sessions import normalise_session_code
from records.selectors.places import sessions_open_to
from records.selectors.sessions import organisations_in, partnerships_to_ask
from records.selectors.telling import told_in

if TYPE_CHECKING:
    from organisations.access import Person

Row = TypeVar("Row")


def find_session_to_check_in(code: str) -> Session | None:
    """The session behind a code, for anyone who holds the code."""
    return Session.objects.filter(code=normalise_session_code(code) or None).select_related("partnership").first()


def organisations_to_choose(session: Session) -> QuerySet[Organisation]:
    """The organisations of the partnership on the day of the session."""
    return organisations_in(session.partnership, session.starts_at)


def plans_briefings(person: Person) -> bool:
    """Whether the person may plan briefings: as a trainer or lead of a partnership."""
    authority = authority_of(person)
    return bool(authority.trains_in or authority.partnership_ids)


def get_partnerships_to_plan_in(person: Person) -> QuerySet[Partnership]:
    """Where the person may plan briefings; PermissionDenied where they may nowhere."""
    if not plans_briefings(person):
        raise PermissionDenied(_("Only trainers and leads of a partnership plan briefings."))
    authority = authority_of(person)
    return Partnership.objects.filter(pk__in=authority.trains_in | authority.partnership_ids)


def organisations_to_answer_for(person: Person) -> QuerySet[Organisation]:
    """The organisations that the person leads themselves."""
    return Organisation.objects.filter(pk__in=authority_of(person).organisation_ids)


def get_organisation_to_ask_for(person: Person, slug: str) -> Organisation:
    """An organisation that the person leads, and that has a partnership to ask for a briefing; else 404 or 403."""
    organisation = get_organisation_with_names_for(person, slug)
    if not partnerships_to_ask(organisation, today()).exists():
        raise PermissionDenied(_("Your organisation is in no partnership today, so there is nobody to ask."))
    return organisation


def get_sessions_for(person: Person) -> QuerySet[Session]:
    """The briefings of the partnerships in which the person plans."""
    return Session.objects.filter(partnership__in=get_partnerships_to_plan_in(person))


def get_session_to_plan(person: Person, key: UUID) -> Session:
    """A briefing that the person may change; 404 where there is none, 403 where it is another partnership's."""
    session = Session.objects.filter(key=key).select_related("partnership", "host").first()
    if session is None:
        raise Http404(_("There is nothing at this address."))
    if not get_partnerships_to_plan_in(person).filter(pk=session.partnership_id).exists():
        raise PermissionDenied(_("This briefing is another partnership's."))
    return session


def get_session_to_run(person: Person, key: UUID) -> Session:
    """A briefing that the person delivers: only they see who was there by name."""
    session = get_session_to_plan(person, key)
    if not session.trainers.filter(pk=authority_of(person).person_id).exists():
        raise PermissionDenied(_("Only who delivers this briefing sees names and confirms who was there."))
    return session


def get_session_open_to(person: User, key: UUID) -> Session:
    """A briefing that is not over and to which an organisation of the person goes; 404 for any other."""
    return _found(sessions_open_to(person, timezone.now()).filter(key=key).first())


def get_attendance_of(session: Session, pk: int) -> Attendance:
    """One attendance of a briefing that the person delivers, unless it is struck out."""
    found = session.attendances.filter(pk=pk, voided_at__isnull=True).select_related("person").first()
    return _found(found)


def get_session_invitation_of(person: Person, slug: str, pk: int, *, is_accepted: bool = False) -> SessionInvitation:
    """An organisation's invitation to a briefing, for its own lead; 404 where it did not say that it comes."""
    organisation = get_organisation_with_names_for(person, slug)
    rows = organisation.session_invitations.filter(person__isnull=True).select_related("session")
    if is_accepted:
        rows = rows.filter(answer=SessionInvitation.Answer.ACCEPTED)
    return _found(rows.filter(pk=pk).first())


def get_request_of(person: Person, slug: str, pk: int) -> BriefingRequest:
    """A request for a briefing, for the own lead of the organisation that asked."""
    return _found(get_organisation_with_names_for(person, slug).briefing_requests.filter(pk=pk).first())


def get_held_attendance_of(person: Person, slug: str, pk: int) -> Attendance:
    """A name held for an organisation, for its own lead."""
    held = get_organisation_with_names_for(person, slug).attendances.filter(person__isnull=True, is_unnamed=False)
    return _found(held.filter(pk=pk, voided_at__isnull=True).first())


def get_told_letter_of(person: Person, slug: str, pk: int, at: datetime) -> BriefingLetter:
    """Whom a lead of the organisation has told of a briefing that changed, for its own lead, until that is over."""
    organisation = get_organisation_with_names_for(person, slug)
    return _found(next((each for each in told_in(organisation, at) if each.pk == pk), None))


def get_request_to_answer(person: Person, pk: int) -> BriefingRequest:
    """A request that waits with a partnership in which the person plans briefings."""
    partnerships = get_partnerships_to_plan_in(person)
    found = _found(BriefingRequest.objects.filter(pk=pk).select_related("organisation", "partnership").first())
    if not partnerships.filter(pk=found.partnership_id).exists():
        raise PermissionDenied(_("This request is another partnership's."))
    return found


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404(_("There is nothing at this address."))
    return row
