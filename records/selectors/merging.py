"""What a lead reads of two people's work before they are put together: numbers only."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from organisations.models import User
from organisations.querysets import same_person
from records.models import Attendance, Enrolment


def told_of_merge(kept: User, merged: User) -> list[str]:
    """In how many modules both are in the middle of the work, and how many attendances will wait; two queries."""
    told = []
    begun = Enrolment.objects.filter(person__in=[kept, merged], state=Enrolment.State.OPEN).order_by()
    both = begun.values("module_key").annotate(people=Count("person", distinct=True)).filter(people=2).count()
    if both:
        text = ngettext(
            "Both have begun %(count)d module. The work that is further goes on, the other is closed.",
            "Both have begun %(count)d modules. Of each the work that is further goes on, the other is closed.",
            both,
        )
        told.append(text % {"count": both})
    ids = {kept.human_id, merged.human_id}
    there = attendances_of(kept, merged).filter(voided_at__isnull=True, confirmed_at__isnull=False)
    if own := sum(_deciders_of(each) & ids != set() for each in there):
        text = ngettext(
            "One confirmed that the other was at %(count)d briefing. Nobody confirms their own attendance: another "
            "trainer must confirm it, and until then it completes nothing.",
            "One confirmed that the other was at %(count)d briefings. Nobody confirms their own attendance: another "
            "trainer must confirm them, and until then they complete nothing.",
            own,
        )
        told.append(text % {"count": own})
    return told


def attendances_of(kept: User, merged: User) -> QuerySet[Attendance]:
    """All attendances of two entries and of those merged into them before, with what decides whose they are."""
    rows = Attendance.objects.filter(same_person(kept) | same_person(merged))
    return rows.select_related("person", "confirmed_by", "matched_by", "completion__person", "session__edition")


def is_own(attendance: Attendance) -> bool:
    """Whether the person confirmed it, or said that it is theirs, with whichever of their entries."""
    return attendance.person is not None and attendance.person.human_id in _deciders_of(attendance)


def _deciders_of(attendance: Attendance) -> set[int]:
    return {each.human_id for each in (attendance.confirmed_by, attendance.matched_by) if each is not None}
