"""What trainers and reviewers write beside a submission."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.models import Comment, EditionLesson, Submission
from courses.translated import CODES
from organisations.models import User

#: Letters in a comment.
LONGEST = 2000


@transaction.atomic
def add_comment(
    *,
    submission: Submission,
    part: str,
    language: str,
    text: str,
    by: User,
    at: datetime,
    answers: Comment | None = None,
) -> Comment:
    """Writes a remark on a part of a submission in one language, or an answer to one.

    An answer stands with the remark that began, wherever the answer was written. Raises ValidationError for an empty
    or overlong text, a part or a language that is not there, and a submission that has gone live.
    """
    if not text.strip():
        raise ValidationError(_("Write something first."))
    if len(text) > LONGEST:
        raise ValidationError(_("This is too long. Use 2,000 letters at most, or write two comments."))
    if answers is not None:
        answers = answers.answers or answers
        submission, part, language = answers.submission, answers.part, answers.language
    _refuse_closed(submission)
    if language not in CODES or not _has_part(submission, part):
        raise ValidationError(_("This part is not in what was handed in."))
    comment = Comment(submission=submission, part=part, language=language, answers=answers, author=by, created_at=at)
    comment.text = text.strip()
    comment.save()
    _write_log(comment, "courses.comment", by, at)
    return comment


@transaction.atomic
def resolve_comment(*, comment: Comment, by: User, at: datetime) -> Comment:
    """Says that a remark is dealt with; it stays to be read. Does nothing to one that is resolved already.

    Raises ValidationError for an answer, and when the submission has gone live.
    """
    comment = _first_comment(comment)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = at, by
        comment.save(update_fields=["resolved_at", "resolved_by"])
        _write_log(comment, "courses.resolve_comment", by, at)
    return comment


@transaction.atomic
def reopen_comment(*, comment: Comment, by: User, at: datetime) -> Comment:
    """Says that a remark is not dealt with after all; raises what `resolve_comment` raises."""
    comment = _first_comment(comment)
    if comment.resolved_at is not None:
        comment.resolved_at, comment.resolved_by = None, None
        comment.save(update_fields=["resolved_at", "resolved_by"])
        _write_log(comment, "courses.reopen_comment", by, at)
    return comment


def _first_comment(comment: Comment) -> Comment:
    comment = Comment.objects.select_for_update(of=("self",)).select_related("submission").get(pk=comment.pk)
    if comment.answers_id is not None:
        raise ValidationError(_("Only the first comment of a thread is resolved."))
    _refuse_closed(comment.submission)
    return comment


def _refuse_closed(submission: Submission) -> None:
    if submission.state == Submission.State.APPROVED:
        raise ValidationError(_("This is live, so its comments are only to be read."))


def _has_part(submission: Submission, part: str) -> bool:
    if part == Comment.COURSE:
        return submission.content["course"] is not None
    if part == Comment.MODULE or part in {entry["key"] for entry in submission.content["lessons"]}:
        return True
    # A lesson that leaves the module is part of what is reviewed.
    leaving = EditionLesson.objects.filter(edition__module_key=submission.module_key).values_list("lesson_key")
    return part in {str(key) for (key,) in leaving}


def _write_log(comment: Comment, action: str, by: User, at: datetime) -> None:
    """That somebody wrote, never what."""
    if comment.submission.module:
        log(instance=comment.submission.module, action=action, user=by, timestamp=at)
