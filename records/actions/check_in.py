"""People check in to a briefing themselves: with their account, with a name, or without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from organisations.models import Organisation, User
from organisations.querysets import same_person
from records.models import Attendance, Session
from records.rules.sessions import tidy
from records.selectors.sessions import is_checking_in

#: More than any room holds: what a stranger with the code can add ends here.
MOST = 1000


@dataclass(frozen=True)
class Given:
    """What somebody says of themselves, or what stands in a register."""

    name: str = ""
    email: str = ""
    organisation: Organisation | None = None
    #: Of an organisation that is not listed.
    organisation_text: str = ""
    is_unnamed: bool = False
    person: User | None = None


@transaction.atomic
def check_in(*, session: Session, given: Given, how: str, key: UUID, at: datetime) -> Attendance:
    """Notes that somebody is in the room. The same press twice, or the same person twice, is one attendance.

    Refuses (ValidationError) outside the time in which the code works, without a name where one is wanted, and when
    far more people have checked in than any room holds.
    """
    found = Session.objects.get(pk=session.pk)
    if not is_checking_in(found, at):
        raise ValidationError(_("Checking in is closed for this briefing. Nothing was saved. Speak to the trainer."))
    if found.attendances.count() >= MOST:
        raise ValidationError(_("This list is full. Nothing was saved. Speak to the trainer."))
    attendance, _is_new = note_attendance(found, given, how=how, at=at, key=key)
    return attendance


def note_attendance(
    session: Session, given: Given, *, how: str, at: datetime, by: User | None = None, key: UUID | None = None
) -> tuple[Attendance, bool]:
    """One row of who was there, and whether it is new; raises ValidationError where a name is missing."""
    row = _row(session, given, how, at, by, key or uuid4())
    if row.person is not None:
        # Somebody with a second account may be on the list under the other one.
        there = session.attendances.filter(same_person(row.person), voided_at__isnull=True).first()
        if there is not None:
            return there, False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            return row, True
    except IntegrityError:
        # Compared as the database's own constraints compare.
        others = session.attendances.alias(low=Lower("name"), low_text=Lower("organisation_text"))
        same = others.filter(_same_as(row)).order_by("pk").first()
        if same is None:
            raise
        return same, False


def _row(session: Session, given: Given, how: str, at: datetime, by: User | None, key: UUID) -> Attendance:
    name, email = tidy(given.name)[:150], given.email.strip().lower()
    if given.is_unnamed or given.person is not None:
        name = email = ""
    elif not any(letter.isalpha() for letter in name):
        raise ValidationError({"name": _("Enter your name, or choose to be counted without it.")})
    return Attendance(
        session=session,
        key=key,
        person=None if given.is_unnamed else given.person,
        name=name,
        email=email,
        is_unnamed=given.is_unnamed,
        organisation=given.organisation,
        organisation_text="" if given.organisation else tidy(given.organisation_text)[:120],
        how=how,
        checked_in_at=at,
        registered_by=by,
    )


def _same_as(row: Attendance) -> Q:
    """What stands in the way of the row: the same press, or the same person on the list."""
    same = Q(key=row.key)
    on_list = Q(voided_at__isnull=True)
    if row.person_id:
        same |= on_list & Q(person=row.person_id)
    elif row.email:
        same |= on_list & Q(email__iexact=row.email)
    elif row.name:
        same |= on_list & Q(
            low=Lower(Value(row.name)),
            low_text=Lower(Value(row.organisation_text)),
            email="",
            organisation=row.organisation_id,
        )
    return same
