"""What trainers and reviewers write beside a submission."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import access, actions
from courses.forms import CommentForm
from courses.models import Comment
from courses.translated import DEFAULT
from courses.views.doors import CmsRequest, say


def _back(submission_pk: int, part: str, language: str) -> HttpResponse:
    """The review, in the language that was read, at the part."""
    address = reverse("courses:review", args=[submission_pk])
    return redirect(f"{address}?{urlencode({'language': language})}#part-{part}")


@require_POST
def comment(request: CmsRequest, pk: int) -> HttpResponse:
    """Writes a remark on a part, or an answer to a remark."""
    submission = access.get_submission_for(request.user, pk)
    form = CommentForm(request.POST)
    is_sound = form.is_valid()
    part, language = form.cleaned_data.get("part") or Comment.MODULE, form.cleaned_data.get("language") or DEFAULT
    if not is_sound:
        for error in form.errors.values():
            messages.error(request, " ".join(map(str, error)))
        return _back(pk, part, language)
    answered = form.cleaned_data["answers"]
    try:
        actions.add_comment(
            submission=submission,
            part=part,
            language=language,
            text=form.cleaned_data["text"],
            by=request.user,
            at=timezone.now(),
            answers=access.get_comment_for(request.user, answered) if answered else None,
        )
    except ValidationError as error:
        say(request, error)
    return _back(pk, part, language)


@require_POST
def resolve(request: CmsRequest, pk: int) -> HttpResponse:
    """Says that a remark is dealt with."""
    return _change(request, pk, actions.resolve_comment, _("The comment is resolved. It stays here to be read."))


@require_POST
def reopen(request: CmsRequest, pk: int) -> HttpResponse:
    """Says that a remark is not dealt with after all."""
    return _change(request, pk, actions.reopen_comment, _("The comment is open again."))


def _change(request: CmsRequest, pk: int, action: Callable[..., Comment], said: str) -> HttpResponse:
    found = access.get_comment_for(request.user, pk)
    try:
        action(comment=found, by=request.user, at=timezone.now())
        messages.success(request, said)
    except ValidationError as error:
        say(request, error)
    return _back(found.submission_id, found.part, found.language)
