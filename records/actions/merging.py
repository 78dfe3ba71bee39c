"""What follows for people's work when two rows become one person, and when they part again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from organisations.clock import day_of
from organisations.models import User
from organisations.selectors import role_slugs_of
from records.actions.own_attendance import give_own_back, let_own_wait
from records.actions.standing import rebuild_standing_of_people
from records.models import TWICE, AttemptDraft, Attendance, Enrolment
from records.selectors.learning import learnings_of


def hold_work(person_ids: Collection[int]) -> None:
    """Waits for whoever hands in a quiz, or confirms who was in a room, at this moment: as they do it, work and
    attendances are held before people.
    """
    work = list(Enrolment.objects.select_for_update().filter(person__in=person_ids).order_by("pk"))
    list(AttemptDraft.objects.select_for_update().filter(enrolment__in=work).order_by("pk"))
    rows = Attendance.objects.select_for_update(no_key=True).filter(person__in=person_ids)
    list(rows.order_by("pk").values_list("pk"))


def join_work(*, kept: User, merged: User, by: User, at: datetime) -> None:
    """Of a module that was begun under both, the work that is further stays; the other closes.

    Where one confirmed that the other was in a room, that waits for somebody else. Standing follows.
    """
    found = learnings_of(kept, role_slugs_of(kept, day_of(at)), only_open=True)
    # The furthest first; of two alike the one touched last.
    found.sort(key=lambda each: (len(each.progress.done_keys), each.touched_at), reverse=True)
    seen = set()
    for each in found:
        if each.module_key in seen:
            Enrolment.objects.filter(pk=each.enrolment_id).update(
                state=Enrolment.State.CLOSED, ended_at=at, close_reason=Enrolment.MERGED
            )
        seen.add(each.module_key)
    let_own_wait(kept=kept, merged=merged, by=by, at=at)
    _leave_one_attendance(kept, merged, at)
    rebuild_standing_of_people([kept.pk, merged.pk])


def part_work(*, kept: User, merged: User, merged_at: datetime, by: User, at: datetime) -> None:
    """Opens the work again that closed when the two became one, unless its person has begun the module anew since.

    Attendances that were taken off a list because the other was on it, or had confirmed it, come back too.
    """
    closed = Enrolment.objects.filter(
        Q(person=kept) | Q(person=merged),
        state=Enrolment.State.CLOSED,
        close_reason=Enrolment.MERGED,
        ended_at=merged_at,
    )
    for work in closed:
        anew = Enrolment.objects.filter(person=work.person_id, module_key=work.module_key, state=Enrolment.State.OPEN)
        if not anew.exists():
            work.state, work.ended_at, work.close_reason = Enrolment.State.OPEN, None, ""
            work.save(update_fields=["state", "ended_at", "close_reason"])
    give_own_back(kept=kept, merged=merged, by=by, at=at)
    both = Q(person=kept) | Q(person=merged)
    for left_out in Attendance.objects.filter(both, voided_at=merged_at, void_reason=TWICE):
        there = Attendance.objects.filter(session=left_out.session_id, person=left_out.person_id)
        if not there.filter(voided_at__isnull=True).exists():
            left_out.voided_at, left_out.void_reason = None, ""
            left_out.save(update_fields=["voided_at", "void_reason"])
    rebuild_standing_of_people([kept.pk, merged.pk])


def _leave_one_attendance(kept: User, merged: User, at: datetime) -> None:
    """Of a session that both were at, one stays on the list: a confirmed one before others, then the first.

    What the other completed stays recorded, as it does for everybody who completed something twice.
    """
    both = Q(person=kept) | Q(person=merged)
    rows = Attendance.objects.select_for_update(of=("self",)).filter(both, voided_at__isnull=True)
    stays: dict[int, Attendance] = {}
    for each in sorted(rows, key=lambda row: (row.confirmed_at is None, row.missed_at is not None, row.pk)):
        if stays.setdefault(each.session_id, each) is not each:
            each.voided_at, each.void_reason = at, TWICE
            each.save(update_fields=["voided_at", "void_reason"])
