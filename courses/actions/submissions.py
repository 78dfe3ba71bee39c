"""Handing a module in for review, and deciding."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.actions.editions import make_edition
from courses.drafts import author_ids, module_draft
from courses.gates import module_problems, quiz_problems
from courses.models import Edition, ModulePage, Submission
from courses.rules import content_hash
from courses.selectors import live_edition_of
from organisations.models import User
from quizzes.actions import freeze_quiz


@transaction.atomic
def submit_module(
    *, module: ModulePage, by: User, what_changed: str, at: datetime, leave_out: Collection[UUID] = ()
) -> Submission:
    """Copies the module's newest drafts, its lessons and its frozen quizzes for one review.

    Lessons whose keys are in `leave_out` are not handed in; if they are live, approval takes them out of the module.
    Raises ValidationError when one is already open, when nothing says what changed, or naming what is missing.
    """
    if not what_changed.strip():
        raise ValidationError(
            {"what_changed": _("Say what changed and why, so that the reviewer knows where to look.")}
        )
    if Submission.objects.filter(module_key=module.module_key, state=Submission.State.OPEN).exists():
        raise ValidationError(
            _("This module is already waiting for review. Withdraw it first to hand in a newer one.")
        )
    draft = module_draft(module, leave_out=leave_out)
    if problems := module_problems(draft.module, draft.lessons) + quiz_problems(draft.quizzes):
        raise ValidationError(problems)
    content = draft.copy({quiz.pk: freeze_quiz(quiz=quiz, at=at).pk for quiz in draft.quizzes})
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                module=module,
                module_key=module.module_key,
                title=draft.module.title,
                what_changed=what_changed.strip(),
                submitted_by=by,
                submitted_at=at,
                content=content,
                content_hash=content_hash(content),
            )
    except IntegrityError as error:
        raise ValidationError(_("Someone has just handed this module in.")) from error
    submission.authors.set({by.pk, *author_ids(draft, live_edition_of(module))})
    log(instance=module, action="courses.submit", user=by)
    return submission


def _open(submission: Submission) -> Submission:
    """The submission, locked; refuses one that is decided already."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if locked.state != Submission.State.OPEN:
        raise ValidationError(
            _("This submission is not open any more: it is “%(state)s”.") % {"state": locked.get_state_display()}
        )
    return locked


def _close(submission: Submission, state: str, *, by: User | None, at: datetime, reason: str = "") -> None:
    submission.state = state
    submission.decided_by = by
    submission.decided_at = at
    submission.reason = reason
    submission.save(update_fields=["state", "decided_by", "decided_at", "reason"])


@transaction.atomic
def withdraw_submission(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Takes an open submission back; the drafts stay. Raises ValidationError when it is decided."""
    locked = _open(submission)
    _close(locked, Submission.State.WITHDRAWN, by=by, at=at)
    if locked.module:
        log(instance=locked.module, action="courses.withdraw", user=by)
    return locked


@transaction.atomic
def return_submission(*, submission: Submission, by: User, reason: str, at: datetime) -> Submission:
    """Gives a submission back to its trainers with a reason. Raises ValidationError without one, or when decided."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what should change, so that the trainers can go on.")})
    locked = _open(submission)
    _close(locked, Submission.State.RETURNED, by=by, at=at, reason=reason.strip())
    if locked.module:
        log(instance=locked.module, action="courses.return", user=by)
    return locked


@transaction.atomic
def approve_submission(*, submission: Submission, by: User, at: datetime) -> Edition:
    """Puts exactly what was handed in live as the module's next edition.

    Raises PermissionDenied for anyone who wrote in it; ValidationError when it is decided already, when the stored
    copy is not the one that was handed in, or when the module's page is gone.
    """
    locked = _open(submission)
    if locked.submitted_by_id == by.pk or locked.authors.filter(pk=by.pk).exists():
        raise PermissionDenied(_("Nobody approves their own work. Please ask another reviewer."))
    if content_hash(locked.content) != locked.content_hash:
        raise ValidationError(_("The stored copy is damaged, so it cannot be approved. Please return it."))
    if locked.module is None:
        raise ValidationError(_("The module has been deleted. Please return the submission."))
    _close(locked, Submission.State.APPROVED, by=by, at=at)
    return make_edition(
        module=locked.module,
        content=locked.content,
        author=locked.submitted_by,
        approved_by=by,
        at=at,
        what_changed=locked.what_changed,
        submission=locked,
    )
