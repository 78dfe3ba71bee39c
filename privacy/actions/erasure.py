"""Removes a person's details in two steps: somebody asks, and later it is carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.access import forget_authority
from organisations.actions import end_appointment, end_membership
from organisations.actions.turns import hold_people
from organisations.audit import write_log
from organisations.clock import today
from organisations.events import membership_changed
from organisations.groups import sync_groups
from organisations.models import Appointment, Membership, User
from privacy.mail import send_asked, send_refused, send_removed
from privacy.models import ErasureRequest
from privacy.register import everything
from privacy.rules import COOLING_OFF
from privacy.selectors.people import addresses_of, ids_of, leads_something, sessions_of, works_somewhere
from records.actions.merging import hold_work
from records.models import Attempt, Attendance, Certificate, Completion, Enrolment

State = ErasureRequest.State
#: What stands in place of a reason that somebody wrote: the database asks that there be one.
REASON_REMOVED = "removed"


@transaction.atomic
def ask_for_erasure(*, person: User, by: User, at: datetime, is_by_letter: bool = False) -> ErasureRequest:
    """Asks that the person's details be removed; a request that is open already is given back.

    A person's own request waits 14 days, in which they may take it back; a letter tells them. Raises ValidationError
    for who still leads something, and for who is erased.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.erased_at is not None or person.merged_into_id is not None:
        raise ValidationError(_("There is nothing left to remove."))
    if found := ErasureRequest.objects.filter(person=person, state=State.OPEN).first():
        return found
    _refuse_leads(ids_of(person))
    request = ErasureRequest.objects.create(
        person=person,
        requested_by=by,
        requested_at=at,
        is_by_letter=is_by_letter,
        runs_from=at if is_by_letter else at + COOLING_OFF,
    )
    write_log(request, "privacy.ask", by, person=person.pk)
    send_asked(request)
    return request


@transaction.atomic
def cancel_erasure(*, request: ErasureRequest, by: User, at: datetime) -> None:
    """Takes a request back; the person themselves, or who entered their letter, may do it while it is open."""
    request = _open(request)
    if by.pk not in (request.person_id, request.requested_by_id):
        raise PermissionDenied(_("Only the person who asked takes this back."))
    _decide(request, State.CANCELLED, by, at, "privacy.cancel")


@transaction.atomic
def refuse_erasure(*, request: ErasureRequest, by: User, at: datetime, why: str) -> None:
    """Refuses a request for one of the reasons that the law gives, by letter too; nobody refuses their own.

    Raises ValidationError for any other reason, and for a request that is no longer open.
    """
    request = _open(request)
    if by.pk in (request.person_id, request.requested_by_id):
        raise PermissionDenied(_("Somebody else must decide this."))
    if why not in ErasureRequest.Refusal.values:
        raise ValidationError(_("Choose why."))
    request.refusal = why
    _decide(request, State.REFUSED, by, at, "privacy.refuse")
    send_refused(request)


@transaction.atomic
def carry_out_erasure(*, request: ErasureRequest, by: User | None, at: datetime) -> None:
    """Removes the details of the person who asked, for good; one last letter tells them.

    Nobody does it alone: `by` is neither the person nor who entered the request. Without anybody (the nightly work)
    only a person's own request is carried out, after its 14 days, and only when they work nowhere any more. Raises
    PermissionDenied, and ValidationError before the day, for who leads something, and for one that is not open.
    """
    request = _open(request)
    if by is not None and by.pk in (request.person_id, request.requested_by_id):
        raise PermissionDenied(_("Somebody else must carry this out."))
    if at < request.runs_from:
        raise ValidationError(_("The person may still take this back. Nothing is removed before the day given."))
    ids = ids_of(request.person)
    _refuse_leads(ids)
    if by is None and (request.is_by_letter or works_somewhere(ids)):
        raise PermissionDenied(_("Somebody must decide this."))
    send_removed(request.person)
    erase_person(person=request.person, by=by, at=at)
    _decide(request, State.DONE, by, at, "privacy.erase")


@transaction.atomic
def erase_person(*, person: User, by: User | None, at: datetime) -> None:
    """Removes everything that says who the person was, in one transaction, and keeps what is counted.

    The rows stay as those of somebody without a name, so that no past number changes; certificates still verify.
    """
    ids = ids_of(person)
    people = hold_details(ids)
    addresses = addresses_of(ids)
    Session.objects.filter(pk__in=[each.pk for each in sessions_of(ids)]).delete()
    _end_places(ids)
    for each in everything():
        rows = each.rows(ids, addresses)
        if each.is_removed:
            rows.delete()
        elif each.emptied:
            rows.update(**each.emptied)
    _empty_records(ids, at)
    empty_attendances(list(Attendance.objects.filter(person=None, email__in=addresses)))
    for one in people:
        _empty(one, at)
        write_log(one, "privacy.erase", by)


def hold_details(ids: list[int]) -> list[User]:
    """These people, held in the order in which everybody holds rows (organisations.actions.turns) and so that nothing
    new begins; of several all at once.
    """
    hold_work(ids)
    hold_people(ids)
    # Only now against new rows about them too: whoever adds one while they hold a place was waited for.
    people = list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    # What was begun before they were held.
    hold_work(ids)
    return people


def _end_places(ids: list[int]) -> None:
    """The person leaves today, as far as numbers go; days that have not come are not counted."""
    day = today()
    memberships = Membership.objects.filter(person__in=ids).select_related("person", "organisation", "role")
    for membership in memberships.filter(started_on__gt=day):
        membership.delete()
        membership_changed.send(sender=Membership, membership=membership)
    for membership in memberships.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day)):
        end_membership(membership=membership, on=day, by=None)
    held = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), person__in=ids)
    for appointment in held.select_related("person", "organisation", "partnership", "unit"):
        end_appointment(appointment=appointment, on=max(day, appointment.started_on), by=None)


def _empty_records(ids: list[int], at: datetime) -> None:
    open_work = Enrolment.objects.filter(person__in=ids, state=Enrolment.State.OPEN)
    open_work.update(state=Enrolment.State.CLOSED, ended_at=at, close_reason="erased")
    empty_answers(list(Attempt.objects.filter(enrolment__person__in=ids)))
    Completion.objects.filter(person__in=ids).exclude(void_reason="").update(void_reason=REASON_REMOVED)
    Attendance.objects.filter(person__in=ids).exclude(void_reason="").update(void_reason=REASON_REMOVED)
    certificates = list(Certificate.objects.select_for_update().filter(completion__person__in=ids))
    for certificate in certificates:
        certificate.person = None
        certificate.payload = {**certificate.payload, "name": ""}
        if certificate.revoke_reason:
            certificate.revoke_reason = REASON_REMOVED
    Certificate.objects.bulk_update(certificates, ["person", "payload", "revoke_reason"], batch_size=200)


def empty_answers(attempts: list[Attempt]) -> None:
    """Takes the answers out of attempts, and with them how long each took and in which language they were given.

    What was asked and how it was marked stays for the score.
    """
    for attempt in attempts:
        attempt.questions = [
            {key: value for key, value in asked.items() if key not in {"answer", "seconds"}}
            for asked in attempt.questions
        ]
        attempt.language = ""
    Attempt.objects.bulk_update(attempts, ["questions", "language"], batch_size=200)


def empty_attendances(held: list[Attendance]) -> None:
    """Takes name and address off attendances that no account holds; somebody was there all the same."""
    Attendance.objects.filter(pk__in=[each.pk for each in held]).update(
        name="", email="", organisation_text="", is_unnamed=True
    )


def _empty(person: User, at: datetime) -> None:
    person.name, person.email, person.language = "", "", "en"
    person.set_unusable_password()
    person.key = User._meta.get_field("key").get_default()
    person.is_active = person.is_superuser = person.has_one_time_password = False
    person.last_login, person.erased_at = None, at
    person.save()
    person.user_permissions.clear()
    forget_authority(person)
    sync_groups(person, today())


def _refuse_leads(ids: list[int]) -> None:
    if leads_something(ids):
        raise ValidationError(
            _("Nothing is removed. This person still leads something here: first somebody else must take over.")
        )


def _open(request: ErasureRequest) -> ErasureRequest:
    """The request as it is now, held; two who decide at one moment take turns."""
    request = ErasureRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if request.state != State.OPEN:
        raise ValidationError(_("This has been decided already."))
    return request


def _decide(request: ErasureRequest, state: str, by: User | None, at: datetime, action: str) -> None:
    request.state, request.decided_by, request.decided_at = state, by, at
    request.save(update_fields=["state", "decided_by", "decided_at", "refusal"])
    details: dict[str, Any] = {"why": request.refusal} if request.refusal else {}
    write_log(request, action, by, person=request.person_id, **details)
