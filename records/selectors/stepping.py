"""Reads of newer editions: whether there is one, whether it must be taken, and what moving to it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from courses.models import Edition, EditionLesson, Effect
from courses.rules import lesson_words_hash
from records.models import AttemptDraft, Enrolment, Part
from records.rules.stepping import Step, Taught, step_between


def newer_that_must_be_taken(prefix: str = "") -> Exists:
    """Whether a newer edition, which everyone must move to, came after that of an enrolment; for a query.

    `prefix` leads from the rows of the query to the enrolment's edition. Never while the module is out of use: then
    who is in the middle may finish.
    """
    in_use = Edition.objects.filter(module_key=OuterRef("module_key"), is_live=True)
    newer = Edition.objects.filter(
        Exists(in_use),
        module_key=OuterRef(f"{prefix}module_key"),
        number__gt=OuterRef(f"{prefix}number"),
        effect=Effect.STEPS_FORWARD,
    )
    return Exists(newer)


def left_behind(enrolments: Iterable[Enrolment]) -> set[int]:
    """Those whose people must move to a newer edition before going on; one query, none for none."""
    ids = [enrolment.pk for enrolment in enrolments]
    if not ids:
        return set()
    behind = Enrolment.objects.filter(newer_that_must_be_taken("edition__"), pk__in=ids)
    return set(behind.values_list("pk", flat=True))


def is_left_behind(enrolment: Enrolment) -> bool:
    """Whether the person must move to a newer edition before going on; nothing is asked of work on the live one."""
    return (
        not enrolment.edition.is_live
        and Edition.objects.filter(newer_that_must_be_taken(), pk=enrolment.edition_id).exists()
    )


def step_of(enrolment_id: int, begun: Edition, live: Edition) -> Step:
    """What moving an enrolment from the edition on which it is to the live one means; two queries."""
    lessons = list(EditionLesson.objects.filter(edition__in=[begun.pk, live.pk]))
    drafts = AttemptDraft.objects.filter(enrolment=enrolment_id)
    answering = [
        key
        for key, part, version in drafts.values_list("lesson_key", "part", "quiz_version_id")
        # Before and after no lesson's quiz is asked: half an answer is kept where the same questions go on.
        if part == Part.LESSON or version != live.check_version_id
    ]
    return step_between(_taught(lessons, begun.pk), _taught(lessons, live.pk), answering)


def _taught(lessons: Sequence[EditionLesson], edition_id: int) -> dict[UUID, Taught]:
    return {
        lesson.lesson_key: Taught(lesson_words_hash(lesson.content), lesson.quiz_version_id)
        for lesson in lessons
        if lesson.edition_id == edition_id
    }
