"""Questions before the first lesson and at the end: they never count, and leaving them out leaves no trace."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from records.actions.completions import lock_enrolment, situation_of
from records.actions.drafts import begun_draft
from records.actions.refusals import IsLeftBehind, NothingAskedNow, WorkHasEnded
from records.models import AttemptDraft, Enrolment, Part
from records.rules.before_after import may_ask_after, may_ask_before
from records.selectors.stepping import is_left_behind

State = Enrolment.State


@transaction.atomic
def start_check(*, enrolment: Enrolment, part: str, at: datetime) -> AttemptDraft:
    """Begins to answer the questions before or after; the draft under way, if any, is given back.

    Raises NothingAskedNow where there are none, when they were answered already, before the end is reached and after
    the first lesson is done; IsLeftBehind for who must move to a newer edition.
    """
    enrolment = lock_enrolment(enrolment)
    version = enrolment.edition.check_version
    if version is None or not _may_ask(enrolment, part, at):
        raise NothingAskedNow
    if enrolment.state == State.OPEN and is_left_behind(enrolment):
        raise IsLeftBehind
    return begun_draft(enrolment=enrolment, lesson_key=enrolment.module_key, version=version, at=at, part=part)


def refuse_if_over(draft: AttemptDraft) -> None:
    """Raises WorkHasEnded for a draft that cannot be answered any more: a lesson's, or one before, of ended work."""
    state = draft.enrolment.state
    if state == State.OPEN or (draft.part == Part.AFTER and state == State.COMPLETED):
        return
    raise WorkHasEnded


def leave_before_out(enrolment: Enrolment) -> None:
    """Drops half an answer from before the first lesson, now that one is done: nothing says that it was begun."""
    if enrolment.edition.check_version_id is not None:
        enrolment.drafts.filter(part=Part.BEFORE).delete()


def _may_ask(enrolment: Enrolment, part: str, at: datetime) -> bool:
    is_open = enrolment.state == State.OPEN
    is_answered = enrolment.attempts.filter(part=part).exists()
    if part == Part.BEFORE:
        has_begun = enrolment.lessons_done.exists() or enrolment.attempts.filter(part=Part.LESSON).exists()
        return may_ask_before(is_open=is_open, has_begun=has_begun, is_answered=is_answered)
    if enrolment.state == State.CLOSED:
        return False
    is_all_done = is_open and situation_of(enrolment, at).progress.is_all_done
    return may_ask_after(is_open=is_open, is_all_done=is_all_done, is_answered=is_answered)
