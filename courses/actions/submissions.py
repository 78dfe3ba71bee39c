"""Handing a module in for review, taking it back, giving it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.drafts import author_ids, module_draft
from courses.gates import module_problems, quiz_problems, refuse
from courses.learning_again import LearnAgain, refuse_unsound
from courses.models import Effect, ModulePage, Submission
from courses.rules import content_hash
from courses.selectors import live_edition_of
from organisations.models import User
from quizzes.actions import freeze_quiz

UNDECIDED = (Submission.State.OPEN, Submission.State.SCHEDULED)


@transaction.atomic
def submit_module(
    *,
    module: ModulePage,
    by: User,
    what_changed: str,
    at: datetime,
    leave_out: Collection[UUID] = (),
    effect: str = Effect.KEEPS,
    again: LearnAgain | None = None,
) -> Submission:
    """Copies the module's newest drafts, its lessons and its frozen quizzes for one review.

    Lessons whose keys are in `leave_out` are not handed in; if they are live, approval takes them out of the module.
    Raises ValidationError when one is already open, when nothing says what changed, when nobody can be asked to learn
    it again, or naming what is missing.
    """
    if not what_changed.strip():
        raise ValidationError(
            {"what_changed": _("Say what changed and why, so that the reviewer knows where to look.")}
        )
    if Submission.objects.filter(module_key=module.module_key, state__in=UNDECIDED).exists():
        raise ValidationError(
            _("This module is already waiting for review. Withdraw it first to hand in a newer one.")
        )
    refuse_unsound(again, effect=effect, module_key=module.module_key)
    draft = module_draft(module, leave_out=leave_out)
    refuse(module_problems(draft.module, draft.lessons) + quiz_problems(draft.quizzes))
    content = draft.copy({quiz.pk: freeze_quiz(quiz=quiz, at=at).pk for quiz in draft.quizzes})
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                module=module,
                module_key=module.module_key,
                title=draft.module.title,
                what_changed=what_changed.strip(),
                effect=effect,
                refresh_days=again.within_days if again else None,
                submitted_by=by,
                submitted_at=at,
                content=content,
                content_hash=content_hash(content),
            )
    except IntegrityError as error:
        raise ValidationError(_("Someone has just handed this module in.")) from error
    submission.authors.set({by.pk, *author_ids(draft, live_edition_of(module))})
    submission.refresh_roles.set(again.roles if again else [])
    log(instance=module, action="courses.submit", user=by)
    return submission


def locked_submission(submission: Submission) -> Submission:
    """The submission, locked; refuses (ValidationError) one that is live, returned or withdrawn already."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if not locked.is_undecided:
        raise ValidationError(
            _("This submission is not open any more: it is “%(state)s”.") % {"state": locked.get_state_display()}
        )
    return locked


def close(submission: Submission, state: str, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Writes a decision on a locked submission; one that was to go live later is not waited for any more."""
    submission.state = state
    submission.decided_by = by
    submission.decided_at = at
    submission.goes_live_at = None
    submission.reason = reason
    submission.save(update_fields=["state", "decided_by", "decided_at", "goes_live_at", "reason"])


@transaction.atomic
def withdraw_submission(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Takes a submission back, also one that is approved for later; the drafts stay.

    Raises ValidationError when it is live, returned or withdrawn already.
    """
    locked = locked_submission(submission)
    close(locked, Submission.State.WITHDRAWN, by=by, at=at)
    if locked.module:
        log(instance=locked.module, action="courses.withdraw", user=by)
    return locked


@transaction.atomic
def return_submission(*, submission: Submission, by: User, reason: str, at: datetime) -> Submission:
    """Gives a submission back to its trainers with a reason, also one that is approved for later.

    Raises ValidationError without a reason, and when it is live, returned or withdrawn already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say what should change, so that the trainers can go on.")})
    locked = locked_submission(submission)
    close(locked, Submission.State.RETURNED, by=by, at=at, reason=reason.strip())
    if locked.module:
        log(instance=locked.module, action="courses.return", user=by)
    return locked
