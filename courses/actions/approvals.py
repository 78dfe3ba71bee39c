"""Approving what was handed in: at once, or for a later time at which it goes live by itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.actions.editions import make_edition
from courses.actions.submissions import close, locked_submission
from courses.learning_again import asked_again_by
from courses.models import Edition, Submission
from courses.rules import content_hash
from organisations.clock import LONDON
from organisations.models import User

logger = logging.getLogger(__name__)

#: Nobody reads again after longer than this what they approved today.
LATEST = timedelta(days=366)


@transaction.atomic
def approve_submission(*, submission: Submission, by: User, at: datetime) -> Edition:
    """Puts exactly what was handed in live as the module's next edition; one that waits for its day goes live now.

    Raises PermissionDenied for anyone who wrote in it; ValidationError when it is decided already, when the stored
    copy is not the one that was handed in, or when the module's page is gone.
    """
    locked = _approvable(submission, by)
    return _go_live(locked, by=by, approved_at=at, at=at)


@transaction.atomic
def schedule_submission(*, submission: Submission, by: User, goes_live_at: datetime, at: datetime) -> Submission:
    """Approves what was handed in, to go live later; also gives one that waits another time.

    Raises what `approve_submission` raises, and ValidationError for a time that has passed or is too far away.
    """
    if goes_live_at <= at:
        raise ValidationError({"time": _("This time has passed. Choose a later one, or approve without a day.")})
    if goes_live_at > at + LATEST:
        raise ValidationError({"day": _("Choose a day within a year.")})
    locked = _approvable(submission, by)
    locked.state = Submission.State.SCHEDULED
    locked.decided_by, locked.decided_at, locked.goes_live_at = by, at, goes_live_at
    locked.save(update_fields=["state", "decided_by", "decided_at", "goes_live_at"])
    moment = date_format(goes_live_at.astimezone(LONDON), "j F Y, H:i")
    log(instance=locked.module, action="courses.schedule", user=by, data={"goes_live_at": moment}, timestamp=at)
    return locked


def publish_due_submissions(*, at: datetime) -> list[Edition]:
    """Puts live whatever is approved and due; may run at any time, twice at once, and again after being killed.

    One that cannot go live any more goes back to its trainers with the reason. An unexpected failure leaves its
    submission waiting, is logged and does not keep the others.
    """
    due = Submission.objects.filter(state=Submission.State.SCHEDULED, goes_live_at__lte=at)
    editions = []
    for pk in list(due.order_by("goes_live_at", "pk").values_list("pk", flat=True)):
        try:
            edition = _publish_if_due(pk, at=at)
        except Exception:
            logger.exception("Submission %s is due and could not go live; it is tried again.", pk)
        else:
            editions += [edition] if edition else []
    return editions


@transaction.atomic
def _publish_if_due(pk: int, *, at: datetime) -> Edition | None:
    due = Submission.objects.filter(pk=pk, state=Submission.State.SCHEDULED, goes_live_at__lte=at)
    # Another worker holds it or has been here first.
    locked = due.select_for_update(of=("self",)).first()
    if locked is None:
        return None
    approver, approved_at = locked.decided_by, locked.decided_at or at
    try:
        with transaction.atomic():
            _refuse_unsound(locked)
            return _go_live(locked, by=approver, approved_at=approved_at, at=at)
    except ValidationError as error:
        problems = " ".join(error.messages)
        reason = _("It was approved, and could not go live at its time: %(problems)s") % {"problems": problems}
        close(locked, Submission.State.RETURNED, by=None, at=at, reason=reason)
        if locked.module:
            log(instance=locked.module, action="courses.return", user=None, timestamp=at)
        return None


def _approvable(submission: Submission, by: User) -> Submission:
    """The submission, locked, for somebody who may approve it."""
    locked = locked_submission(submission)
    if locked.submitted_by_id == by.pk or locked.authors.filter(pk=by.pk).exists():
        raise PermissionDenied(_("Nobody approves their own work. Please ask another reviewer."))
    _refuse_unsound(locked)
    return locked


def _refuse_unsound(locked: Submission) -> None:
    """Refuses a copy that is not the one that was handed in, and one whose module is gone."""
    if content_hash(locked.content) != locked.content_hash:
        raise ValidationError(_("The stored copy is damaged, so it cannot be approved. Please return it."))
    if locked.module is None:
        raise ValidationError(_("The module has been deleted. Please return the submission."))


def _go_live(locked: Submission, *, by: User | None, approved_at: datetime, at: datetime) -> Edition:
    close(locked, Submission.State.APPROVED, by=by, at=approved_at)
    assert locked.module is not None
    return make_edition(
        module=locked.module,
        content=locked.content,
        author=locked.submitted_by,
        approved_by=by,
        at=at,
        what_changed=locked.what_changed,
        effect=locked.effect,
        again=asked_again_by(locked),
        submission=locked,
    )
