"""Leaving out a lesson whose questions were answered beforehand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from records.actions.completions import complete_if_a_quiz_decides
from records.actions.learning import open_lesson
from records.actions.refusals import LessonStays
from records.models import Completion, Enrolment, LessonProgress
from records.rules.before_after import may_leave_out
from records.rules.progress import has_counting_quiz
from records.selectors.before_after import known_before


@transaction.atomic
def leave_lesson_out(*, enrolment: Enrolment, lesson_key: UUID, at: datetime) -> Completion | None:
    """Marks a lesson as done because the person knew what it teaches; completes the module where a quiz decides.

    Raises what `open_lesson` raises, and LessonStays where the module does not allow it, where the lesson is one that
    nobody leaves out, and where the answers before the first lesson do not show that the person knows it.
    """
    enrolment, lesson = open_lesson(enrolment, lesson_key, at)
    known = known_before(enrolment.pk) if enrolment.edition.content.get("may_test_out") else frozenset()
    if not may_leave_out(lesson.teaches, known, has_counting_quiz=has_counting_quiz(lesson)):
        raise LessonStays
    LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson_key=lesson_key, defaults={"done_at": at, "is_tested_out": True}
    )
    return complete_if_a_quiz_decides(enrolment, at)
