"""Moving work that goes on to a newer edition of its module."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.models import Edition
from records.actions.completions import complete_if_a_quiz_decides, lock_enrolment
from records.actions.refusals import ModuleIsNotOpen, WorkHasEnded
from records.models import Completion, Enrolment, LessonAskedAgain
from records.rules.stepping import Step
from records.selectors.stepping import step_of


@transaction.atomic
def step_forward(*, enrolment: Enrolment, at: datetime) -> tuple[Step | None, Completion | None]:
    """Moves open work to the module's live edition; gives the step, and the completion if nothing is left to do.

    Lessons that are the same stay done. Attempts stay as they are; those of a changed lesson do not finish it any
    more. A quiz half answered goes when it is not asked any more. Does nothing for work that is on the live edition
    already. Raises WorkHasEnded, and ModuleIsNotOpen while the module is out of use.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.state != Enrolment.State.OPEN:
        raise WorkHasEnded
    live = Edition.objects.filter(module_key=enrolment.module_key, is_live=True).defer("content").first()
    if live is None:
        raise ModuleIsNotOpen
    if live.number <= enrolment.edition.number:
        return None, None
    step = step_of(enrolment.pk, enrolment.edition, live)
    _ask_again(enrolment, step, at)
    enrolment.edition = live
    enrolment.save(update_fields=["edition"])
    return step, complete_if_a_quiz_decides(enrolment, at)


def _ask_again(enrolment: Enrolment, step: Step, at: datetime) -> None:
    enrolment.lessons_done.filter(lesson_key__in=step.asked_again).delete()
    enrolment.drafts.filter(lesson_key__in=step.dropped_quizzes).delete()
    tried = enrolment.attempts.filter(lesson_key__in=step.asked_again).values_list("lesson_key", flat=True)
    for key in set(tried.order_by()):
        LessonAskedAgain.objects.update_or_create(enrolment=enrolment, lesson_key=key, defaults={"since": at})
