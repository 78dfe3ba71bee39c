"""Who may plan briefings and see who was there, and what a code opens to whoever holds it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from organisations.clock import day_of
from organisations.models import Organisation, Partnership, PartnershipMembership
from records.models import Attendance, Session
from records.rules.sessions import normalise_session_code

if TYPE_CHECKING:
    from organisations.access import Person


def find_session_to_check_in(code: str) -> Session | None:
    """The session behind a code, for anyone who holds the code."""
    return Session.objects.filter(code=normalise_session_code(code) or None).select_related("partnership").first()


def organisations_to_choose(session: Session) -> QuerySet[Organisation]:
    """The organisations of the partnership on the day of the session."""
    return organisations_in(session.partnership, session.starts_at)


def organisations_in(partnership: Partnership, at: datetime) -> QuerySet[Organisation]:
    """The organisations of a partnership at a moment, by name."""
    there = PartnershipMembership.objects.active_on(day_of(at)).filter(partnership=partnership)
    return Organisation.objects.filter(pk__in=there.values("organisation")).order_by("name")


def get_partnerships_to_plan_in(person: Person) -> QuerySet[Partnership]:
    """Where the person may plan briefings: as a trainer or lead of the partnership; else PermissionDenied."""
    authority = authority_of(person)
    found = authority.trains_in | authority.partnership_ids
    if not found:
        raise PermissionDenied(_("Only trainers and leads of a partnership plan briefings."))
    return Partnership.objects.filter(pk__in=found)


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


def get_attendance_of(session: Session, pk: int) -> Attendance:
    """One attendance of a briefing that the person delivers, unless it is struck out."""
    found = session.attendances.filter(pk=pk, voided_at__isnull=True).select_related("person").first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found
