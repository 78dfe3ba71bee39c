"""Handing a module in, taking it out of use and putting it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import access, actions
from courses.drafts import module_draft
from courses.forms import HandInForm, ReasonForm
from courses.gates import module_problems, module_warnings, quiz_problems
from courses.learning_again import has_editions, people_who_completed
from courses.states import module_state
from courses.views.doors import CmsRequest, say


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: CmsRequest, pk: int) -> HttpResponse:
    """What would be handed in, what is missing, and the form that hands it in."""
    module = access.get_module_for_trainer(request.user, pk)
    draft = module_draft(module)
    state = module_state(module, draft)
    is_first = not has_editions(module.module_key)
    form = HandInForm(request.POST or None, states=state.lessons, is_first=is_first)
    if request.method == "POST" and form.is_valid():
        try:
            submission = actions.submit_module(
                module=module,
                by=request.user,
                what_changed=form.cleaned_data["what_changed"],
                at=timezone.now(),
                leave_out=form.left_out,
                effect=form.cleaned_data["effect"],
                again=form.learn_again,
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
        "completed": 0 if is_first else people_who_completed(module.module_key),
    }
    return render(request, "courses/cms/hand_in.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: CmsRequest, pk: int) -> HttpResponse:
    """Asks why, then takes a module out of use."""
    module = access.get_module_to_retire(request.user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire_module(
                module=module, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("“%(title)s” is out of use.") % {"title": module.title})
        except ValidationError as error:
            say(request, error)
        return redirect("courses:reviews")
    context = {"module": module, "form": form}
    return render(request, "courses/cms/retire.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: CmsRequest, pk: int) -> HttpResponse:
    """Asks why, then makes what learners had last live again."""
    module = access.get_module_to_put_back(request.user, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            edition = actions.put_back_in_use(
                module=module, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
            words = _("“%(title)s” is in use again, as edition %(number)s.")
            messages.success(request, words % {"title": edition.title, "number": edition.number})
        except ValidationError as error:
            say(request, error)
        return redirect("courses:reviews")
    context = {"module": module, "form": form}
    return render(request, "courses/cms/put_back.html", context, status=400 if form.errors else 200)
