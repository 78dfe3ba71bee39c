"""Notes who was in the room, lets trainers confirm it, and finds out whose a held attendance is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.actions.turns import hold_people
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Membership, User
from organisations.querysets import same_person
from organisations.rules_names import are_alike
from organisations.selectors import active_memberships_of, verified_emails_of
from records.actions.check_in import Given, note_attendance
from records.actions.completions import keep_completion, void_completion
from records.actions.sessions import hold_session
from records.models import TWICE, Attendance, Completion, Session
from records.rules.sessions import tidy
from records.selectors.sessions import is_enough


@transaction.atomic
def register_people(*, session: Session, given: Sequence[Given], by: User, at: datetime) -> tuple[int, list[str]]:
    """Adds names from a register on paper; says how many were new, and which were on the list already.

    Refuses (ValidationError) a session that is cancelled or has not begun.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.state == Session.State.CANCELLED or at < session.starts_at:
        raise ValidationError(_("A register can be kept once the briefing has begun, and not for a cancelled one."))
    repeated = []
    for each in given:
        _attendance, is_new = note_attendance(session, each, how=Attendance.How.REGISTER, at=at, by=by)
        if not is_new:
            repeated.append(each.name)
    write_log(session, "records.register", by, rows=len(given) - len(repeated))
    return len(given) - len(repeated), repeated


@dataclass(frozen=True)
class Confirmed:
    """What came of confirming several attendances."""

    done: int
    #: Whoever confirms was among them: that one somebody else confirms.
    own: int


@transaction.atomic
def confirm_attendances(*, session: Session, pks: Collection[int], by: User, at: datetime) -> Confirmed:
    """Confirms that these people were in the room, and completes the module for them where it says so.

    Leaves out one's own, those confirmed before, and what is struck out. Refuses (PermissionDenied) who does not
    deliver the session, and (ValidationError) one that has not begun or is cancelled.
    """
    if not session.trainers.filter(pk=by.pk).exists():
        raise PermissionDenied(_("Only who delivers the briefing confirms who was there."))
    session = hold_session(session=session, by=by, at=at)
    rows = Attendance.objects.select_for_update(of=("self",)).select_related("person", "session__edition")
    wanted = rows.filter(session=session, pk__in=pks, confirmed_at__isnull=True, voided_at__isnull=True)
    own_addresses = set(verified_emails_of(by))
    completes_module = is_enough(session)
    listed = list(wanted.order_by("pk"))
    owners = {each.pk: each.person or _owner_of(each.email) for each in listed}
    if completes_module:
        # All of them at once: one after the other they would not be held in the order in which everybody holds them.
        hold_people({owner.human_id for owner in owners.values() if owner is not None})
    done = own = 0
    for attendance in listed:
        if _same(attendance.person, by) or attendance.email.lower() in own_addresses:
            own += 1
            continue
        attendance.confirmed_at, attendance.confirmed_by, attendance.missed_at = at, by, None
        attendance.save(update_fields=["confirmed_at", "confirmed_by", "missed_at"])
        _settle(attendance, owners[attendance.pk], at, completes_module=completes_module)
        done += 1
    if done:
        write_log(session, "records.confirm_attendance", by, rows=done)
    return Confirmed(done, own)


@transaction.atomic
def mark_missed(*, session: Session, pks: Collection[int], by: User, at: datetime) -> int:
    """Notes that these were expected and did not come; who is confirmed stays so. Says how many."""
    if not session.trainers.filter(pk=by.pk).exists():
        raise PermissionDenied(_("Only who delivers the briefing confirms who was there."))
    session = hold_session(session=session, by=by, at=at)
    open_rows = Attendance.objects.filter(session=session, confirmed_at__isnull=True, voided_at__isnull=True)
    return open_rows.filter(pk__in=pks, missed_at__isnull=True).update(missed_at=at)


@transaction.atomic
def void_attendance(*, attendance: Attendance, by: User, reason: str, at: datetime) -> Attendance:
    """Strikes an attendance out, and the completion and certificate that came of it.

    Refuses (ValidationError) without a reason, and one's own. Does nothing to one that is struck out already.
    """
    if not (reason := tidy(reason)[:300]):
        raise ValidationError({"reason": _("Say why this is taken off the list.")})
    attendance = _held(attendance)
    if _same(attendance.person, by):
        raise ValidationError(_("Another trainer must correct your own attendance."))
    if attendance.voided_at is None:
        attendance.voided_at, attendance.voided_by, attendance.void_reason = at, by, reason
        attendance.save(update_fields=["voided_at", "voided_by", "void_reason"])
        for each in [attendance, *_doubles_of(attendance)]:
            if each.completion is not None:
                void_completion(completion=each.completion, by=by, reason=reason, at=at)
        write_log(attendance, "records.void_attendance", by)
    return attendance


@transaction.atomic
def match_attendance(*, attendance: Attendance, membership: Membership, by: User, at: datetime) -> Attendance:
    """A lead says that a name held on a list is this person of their organisation.

    Refuses (ValidationError) a name that is nothing like theirs, another organisation, a day on which they did not
    work there, what is decided already, oneself, and whoever confirmed that attendance.
    """
    attendance = _held(attendance)
    session = attendance.session
    day = day_of(session.starts_at)
    if attendance.person_id is not None or attendance.voided_at is not None or attendance.confirmed_at is None:
        raise ValidationError(_("This has been decided already. Nothing was changed."))
    if attendance.organisation_id != membership.organisation_id:
        raise ValidationError(_("This name was given for another organisation."))
    if membership.started_on > day or (membership.ended_on is not None and membership.ended_on < day):
        raise ValidationError(_("This person did not work here on the day of the briefing."))
    if not are_alike(attendance.name, membership.person.name):
        raise ValidationError(_("The two names are too different to be one person's."))
    if _same(membership.person, by) or attendance.is_confirmed_by(membership.person):
        raise ValidationError(_("Another lead must say so: nobody confirms their own attendance."))
    if _is_there(session, membership.person):
        raise ValidationError(_("This person is on the list of that briefing already."))
    _give(attendance, membership.person, at, by, completes_module=is_enough(session))
    write_log(attendance, "records.match_attendance", by, person=membership.person_id)
    return attendance


@transaction.atomic
def match_held_attendances(*, person: User, at: datetime) -> int:
    """Gives a person the confirmed attendances that were held under an address which they have proved; how many."""
    addresses = verified_emails_of(person)
    if not addresses:
        return 0
    held = Attendance.objects.filter(
        email__in=addresses, person__isnull=True, confirmed_at__isnull=False, voided_at__isnull=True
    )
    rows = list(held.select_for_update(of=("self",)).select_related("session__edition", "confirmed_by"))
    return sum(_give_by_address(each, person, at, completes_module=is_enough(each.session)) for each in rows)


def _doubles_of(attendance: Attendance) -> list[Attendance]:
    """The person's other entries in the session, taken off when two accounts became one; from now on for good."""
    if attendance.person is None:
        return []
    doubles = Attendance.objects.filter(
        same_person(attendance.person), session=attendance.session, void_reason=TWICE, completion__isnull=False
    ).exclude(pk=attendance.pk)
    found = list(doubles.select_related("completion"))
    Attendance.objects.filter(pk__in=[each.pk for each in found]).update(void_reason=attendance.void_reason)
    return found


def _settle(attendance: Attendance, owner: User | None, at: datetime, *, completes_module: bool) -> None:
    """What follows when an attendance is confirmed: whose it is, where an address says so, and the completion."""
    is_held = attendance.person is None
    if is_held and owner and _give_by_address(attendance, owner, at, completes_module=completes_module):
        return
    if completes_module:
        complete_attended(attendance, at)


def _owner_of(email: str) -> User | None:
    """Who has proved that the address is theirs; of merged accounts the one that is left."""
    if not email:
        return None
    person = User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True).first()
    while person is not None and person.merged_into is not None:
        person = person.merged_into
    return person if person is not None and person.is_active else None


def _give_by_address(attendance: Attendance, person: User, at: datetime, *, completes_module: bool) -> bool:
    if attendance.is_confirmed_by(person):
        return False
    if _is_there(attendance.session, person):
        attendance.voided_at, attendance.void_reason = at, TWICE
        attendance.save(update_fields=["voided_at", "void_reason"])
        return False
    _give(attendance, person, at, None, completes_module=completes_module)
    return True


def _give(attendance: Attendance, person: User, at: datetime, by: User | None, *, completes_module: bool) -> None:
    """The attendance becomes the person's; what they gave in the room is not kept beside their account."""
    attendance.person, attendance.name, attendance.email = person, "", ""
    attendance.matched_at, attendance.matched_by = at, by
    attendance.save(update_fields=["person", "name", "email", "matched_at", "matched_by"])
    if completes_module:
        complete_attended(attendance, at)


def complete_attended(attendance: Attendance, at: datetime) -> None:
    """Records what the attendance completes, for whoever has an account."""
    session = attendance.session
    edition = session.edition
    if attendance.person is None or attendance.voided_at is not None or edition is None:
        return
    on = day_of(session.starts_at)
    completion = Completion(
        person=attendance.person,
        module_id=session.module_id,
        module_key=session.module_key,
        title=session.title,
        edition=edition,
        edition_number=session.edition_number,
        minutes=edition.content.get("minutes") or 0,
        completed_on=on,
        source=Completion.Source.ATTENDED,
        created_at=at,
    )
    attendance.completion = keep_completion(completion, active_memberships_of(attendance.person, on), at)
    attendance.save(update_fields=["completion"])


def _held(attendance: Attendance) -> Attendance:
    rows = Attendance.objects.select_for_update(of=("self",)).select_related(
        "session__edition", "person", "completion", "confirmed_by"
    )
    return rows.get(pk=attendance.pk)


def _is_there(session: Session, person: User) -> bool:
    return session.attendances.filter(same_person(person), voided_at__isnull=True).exists()


def _same(person: User | None, by: User) -> bool:
    """Whether the two accounts are one person's."""
    return person is not None and person.is_same_as(by)
