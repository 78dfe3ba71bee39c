"""What becomes of an attendance whose person and whoever confirmed it turn out to be one, and when they part again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from organisations.audit import write_log
from organisations.models import User
from records.actions.attendance import complete_attended
from records.actions.completions import strike_out
from records.models import OWN, PARTED, TWICE, Attendance
from records.selectors.merging import attendances_of, is_own


def let_own_wait(*, kept: User, merged: User, by: User, at: datetime) -> None:
    """Strikes out what one of two entries confirmed of the other, with the completion that came of it.

    In its place stands one that waits until somebody else confirms it: as when a person confirms a whole room.
    """
    for own in attendances_of(kept, merged).filter(voided_at__isnull=True, confirmed_at__isnull=False):
        if not is_own(own):
            continue
        own.voided_at, own.voided_by, own.void_reason = at, by, OWN
        own.save(update_fields=["voided_at", "voided_by", "void_reason"])
        if own.completion is not None:
            strike_out(completion=own.completion, by=by, reason=OWN, at=at)
        write_log(own, "records.void_attendance", by)
        Attendance.objects.create(
            session=own.session,
            key=_key_of_waiting(own, at),
            person=own.person,
            organisation=own.organisation,
            organisation_text=own.organisation_text,
            how=own.how,
            checked_in_at=own.checked_in_at,
            registered_by=own.registered_by,
        )


def give_own_back(*, kept: User, merged: User, by: User, at: datetime) -> None:
    """What others confirmed after all stands again, unless it was decided anew meanwhile.

    What it completed is recorded again: a record that is struck out stays so.
    """
    for once_own in attendances_of(kept, merged).filter(void_reason=OWN):
        if is_own(once_own) or once_own.voided_at is None:
            continue
        waiting = Attendance.objects.filter(key=_key_of_waiting(once_own, once_own.voided_at)).first()
        if waiting is None or not _is_undecided(waiting) or _is_there_anew(waiting):
            continue
        waiting.voided_at, waiting.voided_by, waiting.void_reason = at, by, PARTED
        waiting.save(update_fields=["voided_at", "voided_by", "void_reason"])
        had_completed = once_own.completion is not None
        once_own.voided_at, once_own.voided_by, once_own.void_reason, once_own.completion = None, None, "", None
        once_own.save(update_fields=["voided_at", "voided_by", "void_reason", "completion"])
        if had_completed:
            complete_attended(once_own, at)


def _key_of_waiting(own: Attendance, at: datetime) -> UUID:
    """The key of the one that waits in another's place: found again by it when the two part."""
    return uuid5(own.key, at.isoformat())


def _is_undecided(waiting: Attendance) -> bool:
    """Whether nobody has confirmed it, noted that they did not come or struck it out since."""
    is_there = waiting.voided_at is None or waiting.void_reason == TWICE
    return is_there and waiting.confirmed_at is None and waiting.missed_at is None


def _is_there_anew(waiting: Attendance) -> bool:
    """Whether the person came onto the list again by another row."""
    rows = Attendance.objects.filter(session=waiting.session_id, person=waiting.person_id, voided_at__isnull=True)
    return rows.exclude(pk=waiting.pk).exists()
