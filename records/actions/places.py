"""What a person does about their own place in a briefing."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.clock import day_of
from organisations.models import Membership, User
from organisations.querysets import same_person
from records.actions.sessions import count_places
from records.models import Session, SessionInvitation

Answer = SessionInvitation.Answer


@transaction.atomic
def take_place(*, session: Session, person: User, at: datetime) -> SessionInvitation:
    """Gives the person a place of their own in a session that their organisation goes to.

    Refuses (PermissionDenied) people of other organisations, and (ValidationError) a session that is full, over or not
    planned.
    """
    session = _hold(session, at)
    invited = session.invitations.filter(person__isnull=True, answer=Answer.ACCEPTED).values("organisation")
    at_work = Membership.objects.of(person).active_on(day_of(at)).filter(organisation__in=invited)
    membership = at_work.order_by("pk").first()
    if membership is None:
        raise PermissionDenied(_("Your organisation has not said that it comes to this briefing."))
    own = session.invitations.filter(same_person(person)).first()
    if own and own.answer == Answer.ACCEPTED:
        return own
    if session.capacity is not None and count_places(session) >= session.capacity:
        raise ValidationError(_("This briefing is full. Ask your lead for another one."))
    values = {
        "organisation": membership.organisation,
        "answer": Answer.ACCEPTED,
        "answered_at": at,
        "answered_by": person,
        "invited_at": at,
    }
    place, _is_new = SessionInvitation.objects.update_or_create(
        session=session, person=own.person if own else person, defaults=values
    )
    return place


@transaction.atomic
def give_up_place(*, session: Session, person: User, at: datetime) -> None:
    """Gives the person's place back. Does nothing where there is none."""
    own = session.invitations.filter(same_person(person), answer=Answer.ACCEPTED)
    own.update(answer=Answer.DECLINED, answered_at=at, answered_by=person)


def _hold(session: Session, at: datetime) -> Session:
    """The session as it is now; two who want the last place take turns."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.state != Session.State.PLANNED or session.ends_at <= at:
        raise ValidationError(_("This briefing is over or cancelled. Nothing was changed."))
    return session
