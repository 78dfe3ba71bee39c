"""Handing in and reviewing, under the CMS's own door: every address here asks for a CMS sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import access, actions
from courses.changes import languages_of, parts_of
from courses.drafts import module_draft
from courses.forms import HandInForm, ReturnForm
from courses.gates import module_problems, module_warnings, quiz_problems
from courses.models import Submission
from courses.states import editions_in_use, module_state, submissions_for_list
from courses.translated import DEFAULT, LANGUAGE_NAMES, direction
from organisations.models import User


class CmsRequest(HttpRequest):
    """A request that came through the CMS's door, so somebody is signed in."""

    user: User


def _say(request: CmsRequest, error: ValidationError) -> None:
    for message in error.messages:
        messages.error(request, message)


@require_safe
def reviews(request: CmsRequest) -> HttpResponse:
    """The submissions that wait, oldest first, what learners have, and the last decisions."""
    if not access.may_see_submissions(request.user):
        return redirect("wagtailadmin_home")
    context = {
        **submissions_for_list(),
        "in_use": editions_in_use(),
        "may_retire": access.may_retire(request.user),
    }
    return render(request, "courses/cms/reviews.html", context)


@require_safe
def review(request: CmsRequest, pk: int) -> HttpResponse:
    """Exactly what was handed in, beside what learners have now."""
    return _review_page(request, access.get_submission_for(request.user, pk), ReturnForm())


def _review_page(request: CmsRequest, submission: Submission, form: ReturnForm, status: int = 200) -> HttpResponse:
    languages = languages_of(submission)
    code = request.GET.get("language", DEFAULT)
    code = code if code in languages else DEFAULT
    is_open = submission.state == Submission.State.OPEN
    is_author = access.is_author(request.user, submission)
    context = {
        "submission": submission,
        "parts": parts_of(submission, code),
        "code": code,
        "direction": direction(code),
        "languages": [(each, LANGUAGE_NAMES[each]) for each in languages],
        "form": form,
        "is_open": is_open,
        "is_author": is_author,
        "may_decide": is_open and access.may_review(request.user) and not is_author,
        "may_withdraw": is_open and submission.module and access.may_write(request.user, submission.module),
    }
    return render(request, "courses/cms/review.html", context, status=status)


@require_POST
def approve(request: CmsRequest, pk: int) -> HttpResponse:
    """Puts what was handed in live."""
    submission = access.get_submission_to_decide(request.user, pk)
    try:
        edition = actions.approve_submission(submission=submission, by=request.user, at=timezone.now())
    except ValidationError as error:
        _say(request, error)
        return redirect("courses:review", pk)
    messages.success(
        request,
        _("“%(title)s” is live as edition %(number)s.") % {"title": edition.title, "number": edition.number},
    )
    return redirect("courses:reviews")


@require_POST
def send_back(request: CmsRequest, pk: int) -> HttpResponse:
    """Returns a submission to its trainers with a reason."""
    submission = access.get_submission_to_decide(request.user, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _review_page(request, submission, form, status=400)
    try:
        actions.return_submission(
            submission=submission, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
        )
    except ValidationError as error:
        _say(request, error)
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
        _say(request, error)
    return redirect("courses:reviews")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: CmsRequest, pk: int) -> HttpResponse:
    """What would be handed in, what is missing, and the form that hands it in."""
    module = access.get_module_for_trainer(request.user, pk)
    draft = module_draft(module)
    state = module_state(module, draft)
    form = HandInForm(request.POST or None, states=state.lessons)
    if request.method == "POST" and form.is_valid():
        try:
            submission = actions.submit_module(
                module=module,
                by=request.user,
                what_changed=form.cleaned_data["what_changed"],
                at=timezone.now(),
                leave_out=form.left_out,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("“%(title)s” is handed in for review.") % {"title": submission.title})
            return redirect("courses:review", submission.pk)
    context = {
        "module": module,
        "state": state,
        "form": form,
        "problems": module_problems(draft.module, draft.lessons) + quiz_problems(draft.quizzes),
        "warnings": module_warnings(draft.lessons),
    }
    return render(request, "courses/cms/hand_in.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: CmsRequest, pk: int) -> HttpResponse:
    """Asks, then takes a module out of use."""
    module = access.get_module_to_retire(request.user, pk)
    if request.method == "POST":
        try:
            actions.retire_module(module=module, by=request.user, at=timezone.now())
            messages.success(request, _("“%(title)s” is out of use.") % {"title": module.title})
        except ValidationError as error:
            _say(request, error)
        return redirect("courses:reviews")
    return render(request, "courses/cms/retire.html", {"module": module})
