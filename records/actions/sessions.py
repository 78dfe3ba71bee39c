"""Plans briefings, changes and cancels them, and asks organisations and people to them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import ModulePage
from courses.selectors import live_edition_of
from organisations.actions.turns import hold_partnership
from organisations.audit import write_log
from organisations.models import Organisation, Partnership, User
from records.actions.telling import tell_of_change, tell_of_invitations
from records.models import Attendance, BriefingRequest, Session, SessionInvitation
from records.rules.sessions import new_session_code, tidy
from records.selectors.sessions import deliverers_in, organisations_in

Answer = SessionInvitation.Answer


class SessionValues(TypedDict):
    """What whoever plans a session says about it."""

    place: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    host: Organisation | None
    trainers: Collection[User]


@transaction.atomic
def plan_session(
    *,
    partnership: Partnership,
    module: ModulePage,
    by: User | None,
    at: datetime,
    request: BriefingRequest | None = None,
    **values: Unpack[SessionValues],
) -> Session:
    """Plans a briefing on the module's live edition, and answers the request that asked for it where there is one.

    Twice is once: the same person's same briefing, while it is planned, is given back.
    Refuses (ValidationError) a module without a live edition, an end before the start, nobody to deliver it, people
    who neither train nor lead in the partnership, a host outside it, and a request that is answered already.
    """
    edition = live_edition_of(module)
    if edition is None:
        raise ValidationError({"module": _("This module is not in use. Choose one that is.")})
    trainers = _checked(partnership, values)
    # Of two presses at once the second finds what the first has planned.
    hold_partnership(partnership.pk)
    own = Session.objects.filter(partnership=partnership, module_key=module.module_key, created_by=by)
    if found := own.filter(state=Session.State.PLANNED, **_columns(values)).first():
        return found
    session = Session.objects.create(
        partnership=partnership,
        module=module,
        module_key=module.module_key,
        title=edition.title,
        edition=edition,
        edition_number=edition.number,
        code=_new_code(),
        created_by=by,
        created_at=at,
        changed_at=at,
        **_columns(values),
    )
    session.trainers.set(trainers)
    write_log(session, "records.plan_session", by)
    if values["host"]:
        invite_organisations(session=session, organisations=[values["host"]], by=by, at=at)
    if request is not None:
        _plan_request(request, session, by, at)
    return session


@transaction.atomic
def change_session(*, session: Session, by: User, at: datetime, **values: Unpack[SessionValues]) -> Session:
    """Changes place, time, places, host or who delivers it; calendars take the change as the newer one.

    Who comes is told of another place, day or time, while it is to come.

    Refuses what plan_session refuses, one that is not planned any more, and fewer places than are taken.
    """
    session = _planned(session)
    trainers = _checked(session.partnership, values)
    capacity = values["capacity"]
    if capacity is not None and capacity < (taken := count_places(session)):
        raise ValidationError({"capacity": _("%(count)s people have a place already.") % {"count": taken}})
    known_start, known = session.starts_at, _where_and_when(session)
    is_over = session.ends_at <= at
    for name, value in _columns(values).items():
        setattr(session, name, value)
    session.sequence += 1
    session.changed_at = at
    session.save()
    session.trainers.set(trainers)
    write_log(session, "records.change_session", by)
    if _where_and_when(session) != known and not is_over:
        tell_of_change(session=session, known_start=known_start, at=at)
    return session


@transaction.atomic
def cancel_session(*, session: Session, by: User, reason: str, at: datetime) -> Session:
    """Cancels a planned session and tells who comes; calendars then show it as cancelled, and its code works no more.
    Requests that it would have met wait again.

    Refuses (ValidationError) without a reason, and one that people have checked in to or that was held.
    """
    if not (reason := tidy(reason)):
        raise ValidationError({"reason": _("Say why it is cancelled. Those who are invited read it.")})
    session = _planned(session)
    if Attendance.objects.filter(session=session, voided_at__isnull=True).exists():
        raise ValidationError(_("Not cancelled: people have checked in. Take them off the list first."))
    session.state, session.cancel_reason = Session.State.CANCELLED, reason[:300]
    session.sequence += 1
    session.changed_at = at
    session.save(update_fields=["state", "cancel_reason", "sequence", "changed_at"])
    write_log(session, "records.cancel_session", by)
    if session.ends_at > at:
        tell_of_change(session=session, known_start=session.starts_at, at=at)
    # In the order in which everybody takes turns: after the people who are told, and by number, not by name.
    for request in session.requests.filter(state=BriefingRequest.State.PLANNED).order_by("organisation_id"):
        _wait_again(request, by)
    return session


def _wait_again(request: BriefingRequest, by: User) -> None:
    """Puts a request back on the waiting list, unless its organisation has asked for the same meanwhile."""
    waits, own = BriefingRequest.State.OPEN, {"partnership": request.partnership_id, "module_key": request.module_key}
    # Whoever asks at this moment takes turns with this.
    Organisation.objects.select_for_update(no_key=True).get(pk=request.organisation_id)
    if BriefingRequest.objects.filter(organisation=request.organisation_id, state=waits, **own).exists():
        return
    request.state, request.session, request.decided_at, request.decided_by = waits, None, None, None
    request.save(update_fields=["state", "session", "decided_at", "decided_by"])
    write_log(request, "records.request_waits_again", by)


@transaction.atomic
def hold_session(*, session: Session, by: User, at: datetime) -> Session:
    """Notes that the session took place. Does nothing twice; refuses one that is cancelled or has not begun."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.state == Session.State.CANCELLED:
        raise ValidationError(_("This briefing is cancelled."))
    if at < session.starts_at:
        raise ValidationError(_("This briefing has not begun yet."))
    if session.state == Session.State.PLANNED:
        session.state, session.changed_at = Session.State.HELD, at
        session.save(update_fields=["state", "changed_at"])
        write_log(session, "records.hold_session", by)
    return session


@transaction.atomic
def invite_organisations(
    *, session: Session, organisations: Sequence[Organisation], by: User | None, at: datetime
) -> list[SessionInvitation]:
    """Asks organisations of the partnership to a session and has their leads told; who was asked before stays as is.

    Refuses (ValidationError) an organisation that is not in the partnership, and a session that is not planned.
    """
    session = _planned(session)
    if not set(organisations) <= set(organisations_in(session.partnership, at)):
        raise ValidationError(_("Only organisations of the partnership can be invited."))
    asked = set(session.invitations.filter(person__isnull=True).values_list("organisation_id", flat=True))
    made = [
        SessionInvitation.objects.create(session=session, organisation=each, invited_at=at, invited_by=by)
        for each in organisations
        if each.pk not in asked
    ]
    if made:
        write_log(session, "records.invite_to_session", by, organisations=[each.organisation_id for each in made])
        tell_of_invitations(invitations=made, at=at)
    return made


@transaction.atomic
def answer_invitation(
    *, invitation: SessionInvitation, is_accepted: bool, by: User, at: datetime, people: int | None = None
) -> SessionInvitation:
    """Says for an organisation whether its people come; an answer may be changed until the session is over.

    Declining gives up the places that its people took. Refuses a session that is not planned.
    """
    session = _planned(invitation.session)
    invitation = SessionInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    invitation.answer = Answer.ACCEPTED if is_accepted else Answer.DECLINED
    invitation.people = people if is_accepted else None
    invitation.answered_at, invitation.answered_by = at, by
    invitation.save(update_fields=["answer", "people", "answered_at", "answered_by"])
    if not is_accepted:
        places = session.invitations.filter(organisation=invitation.organisation_id, person__isnull=False)
        places.filter(answer=Answer.ACCEPTED).update(answer=Answer.DECLINED, answered_at=at, answered_by=by)
    write_log(session, "records.answer_session", by, organisation=invitation.organisation_id)
    return invitation


def _planned(session: Session) -> Session:
    """The session as it is now, held until the transaction ends."""
    session = Session.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=session.pk)
    if session.state != Session.State.PLANNED:
        raise ValidationError(_("This briefing is over or cancelled. Nothing was changed."))
    return session


def count_places(session: Session) -> int:
    """How many people have a place of their own."""
    return session.invitations.filter(person__isnull=False, answer=Answer.ACCEPTED).count()


def _where_and_when(session: Session) -> tuple[str, datetime, datetime]:
    return session.place, session.starts_at, session.ends_at


def _columns(values: SessionValues) -> dict[str, object]:
    columns = {name: value for name, value in values.items() if name != "trainers"}
    return {**columns, "place": tidy(values["place"])[:300]}


def _checked(partnership: Partnership, values: SessionValues) -> list[User]:
    """Refuses what no session may be; gives who delivers it."""
    if values["ends_at"] <= values["starts_at"]:
        raise ValidationError({"ends": _("The end must be after the start.")})
    if not tidy(values["place"]):
        raise ValidationError({"place": _("Say where it is.")})
    host = values["host"]
    if host is not None and host not in organisations_in(partnership, values["starts_at"]):
        raise ValidationError({"host": _("Only an organisation of the partnership can be the host.")})
    trainers = list(values["trainers"])
    if not trainers or not set(trainers) <= set(deliverers_in(partnership, values["starts_at"])):
        raise ValidationError({"trainers": _("Choose at least one trainer or lead of the partnership.")})
    return trainers


def _new_code() -> str:
    while True:
        code = new_session_code(secrets.choice)
        if not Session.objects.filter(code=code).exists():
            return code


def _plan_request(request: BriefingRequest, session: Session, by: User | None, at: datetime) -> None:
    request = BriefingRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != BriefingRequest.State.OPEN or request.partnership_id != session.partnership_id:
        raise ValidationError(_("This request has been answered already."))
    request.state, request.session = BriefingRequest.State.PLANNED, session
    request.decided_at, request.decided_by = at, by
    request.save(update_fields=["state", "session", "decided_at", "decided_by"])
    invite_organisations(session=session, organisations=[request.organisation], by=by, at=at)
