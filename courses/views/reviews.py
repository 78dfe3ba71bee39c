"""Reading what was handed in, and deciding."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import access, actions
from courses.changes import languages_of, parts_of
from courses.facts import quoted_in_texts_of
from courses.forms import ApproveForm, ReturnForm
from courses.learning_again import asked_again_by, people_who_completed
from courses.models import Submission
from courses.selectors_comments import threads_of
from courses.states import editions_in_use, modules_out_of_use, submissions_for_list
from courses.translated import DEFAULT, LANGUAGE_NAMES, direction
from courses.views.doors import CmsRequest, say
from guidance.quoting import at_hand
from organisations.clock import LONDON


@require_safe
def reviews(request: CmsRequest) -> HttpResponse:
    """The submissions that wait, oldest first, what learners have, and the last decisions."""
    if not access.may_see_submissions(request.user):
        return redirect("wagtailadmin_home")
    context = {
        **submissions_for_list(),
        "in_use": editions_in_use(),
        "out_of_use": modules_out_of_use(),
        "may_retire": access.may_retire(request.user),
        "may_review": access.may_review(request.user),
    }
    return render(request, "courses/cms/reviews.html", context)


@require_safe
def review(request: CmsRequest, pk: int) -> HttpResponse:
    """Exactly what was handed in, beside what learners have now."""
    return _review_page(request, access.get_submission_for(request.user, pk))


def _review_page(
    request: CmsRequest,
    submission: Submission,
    *,
    approve_form: ApproveForm | None = None,
    return_form: ReturnForm | None = None,
) -> HttpResponse:
    languages = languages_of(submission)
    code = request.GET.get("language", DEFAULT)
    code = code if code in languages else DEFAULT
    is_open = submission.is_undecided
    is_author = access.is_author(request.user, submission)
    threads = threads_of(submission)
    parts = parts_of(submission, code)
    again = asked_again_by(submission)
    context = {
        "submission": submission,
        "parts": [(part, threads.of(part.key, code)) for part in parts],
        "again": again,
        "asked_again": people_who_completed(submission.module_key, [role.pk for role in again.roles]) if again else 0,
        "unconfirmed": sorted({fact.key for part in parts for fact in part.facts if not fact.is_confirmed}),
        "threads": threads,
        "may_comment": submission.state != Submission.State.APPROVED,
        "code": code,
        "direction": direction(code),
        "languages": [(each, LANGUAGE_NAMES[each], threads.open_by_language.get(each, 0)) for each in languages],
        "approve_form": approve_form or ApproveForm(),
        "return_form": return_form or ReturnForm(),
        "form": approve_form or return_form,
        "is_open": is_open,
        "is_scheduled": submission.state == Submission.State.SCHEDULED,
        "is_author": is_author,
        "may_decide": is_open and access.may_review(request.user) and not is_author,
        "may_withdraw": is_open and submission.module and access.may_write(request.user, submission.module),
    }
    with at_hand(quoted_in_texts_of(submission.content)):
        return render(request, "courses/cms/review.html", context, status=400 if context["form"] else 200)


@require_POST
def approve(request: CmsRequest, pk: int) -> HttpResponse:
    """Puts what was handed in live, at once or on the day that the reviewer names."""
    submission = access.get_submission_to_decide(request.user, pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _review_page(request, submission, approve_form=form)
    try:
        said = _approve(request, submission, form)
    except ValidationError as error:
        if not form.refuse(error):
            say(request, error)
            return redirect("courses:review", pk)
        return _review_page(request, submission, approve_form=form)
    messages.success(request, said)
    return redirect("courses:reviews")


def _approve(request: CmsRequest, submission: Submission, form: ApproveForm) -> str:
    """Approves as the form says, and what to tell the reviewer."""
    now = timezone.now()
    if form.goes_live_at is None:
        edition = actions.approve_submission(submission=submission, by=request.user, at=now)
        return _("“%(title)s” is live as edition %(number)s.") % {"title": edition.title, "number": edition.number}
    scheduled = actions.schedule_submission(
        submission=submission, by=request.user, goes_live_at=form.goes_live_at, at=now
    )
    moment = date_format(form.goes_live_at.astimezone(LONDON), "j F Y, H:i")
    return _("“%(title)s” is approved and goes live on %(moment)s.") % {"title": scheduled.title, "moment": moment}


@require_POST
def send_back(request: CmsRequest, pk: int) -> HttpResponse:
    """Returns a submission to its trainers with a reason."""
    submission = access.get_submission_to_decide(request.user, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _review_page(request, submission, return_form=form)
    try:
        actions.return_submission(
            submission=submission, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
        )
    except ValidationError as error:
        say(request, error)
        return redirect("courses:review", pk)
    messages.success(request, _("“%(title)s” is back with its trainers.") % {"title": submission.title})
    return redirect("courses:reviews")


@require_POST
def withdraw(request: CmsRequest, pk: int) -> HttpResponse:
    """Takes a submission back; the drafts stay."""
    submission = access.get_submission_to_withdraw(request.user, pk)
    try:
        actions.withdraw_submission(submission=submission, by=request.user, at=timezone.now())
        messages.success(request, _("“%(title)s” is withdrawn. Your drafts are kept.") % {"title": submission.title})
    except ValidationError as error:
        say(request, error)
    return redirect("courses:reviews")
