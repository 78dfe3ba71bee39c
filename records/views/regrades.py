"""Correcting what is right in a question that was asked: write, look, propose, and somebody else decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.access import refuse_others
from organisations.views.pages import LeadRequest, posted, refusals_in
from quizzes.questions import question_from_content
from quizzes.selectors import current_content, current_questions
from quizzes.showing import as_shown
from quizzes.statistics import LEAST_ATTEMPTS
from records.access_regrades import (
    get_quiz_to_correct,
    get_regrade_for,
    get_version_to_correct,
    may_decide,
    may_discard,
    may_read_few,
)
from records.actions.regrading import apply_regrade, discard_regrade, propose_regrade, return_regrade, write_regrade
from records.forms_regrades import CorrectionForm, ReasonForm
from records.models import Regrade
from records.selectors.regrading import effect_of, regrades_for, versions_asked

State = Regrade.State


@require_safe
def regrades(request: LeadRequest) -> HttpResponse:
    """What was proposed and what became of it, and what one has written, the newest first."""
    refuse_others(request.user)
    page = Paginator(regrades_for(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "records/cms/regrades.html", {"page": page})


@require_safe
def quiz(request: LeadRequest, pk: int) -> HttpResponse:
    """The questions of a quiz, in every version in which they were asked."""
    quiz = get_quiz_to_correct(request.user, pk)
    versions = versions_asked(quiz)
    questions = current_questions([each.pk for each in versions])
    shown = as_shown([questions[version.pk][0] for version in versions], "en")
    context = {"quiz": quiz, "lines": list(zip(versions, shown, strict=True))}
    return render(request, "records/cms/regrade_quiz.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: LeadRequest, pk: int) -> HttpResponse:
    """What is right in one version; then a look at what that changes."""
    version = get_version_to_correct(request.user, pk)
    form = CorrectionForm(
        posted(request), kind=version.kind, key=str(version.question_key), content=current_content(version)
    )
    if form.is_valid():
        with refusals_in(form):
            content = form.content or {}
            made = write_regrade(version=version, content=content, by=request.user, at=timezone.now())
            return redirect("regrades:regrade", made.pk)
    return render(request, "records/cms/regrade_write.html", {"version": version, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: LeadRequest, pk: int) -> HttpResponse:
    """What a corrected key changes, computed anew until it is applied, and what can be done with it."""
    regrade = get_regrade_for(request.user, pk)
    decides = regrade.state == State.PROPOSED and may_decide(request.user, regrade)
    form = ReasonForm(request.POST if request.POST.get("do") in ("propose", "return") else None)
    if request.method == "POST" and _done(request, regrade, form):
        return redirect("regrades:regrade", pk)
    version, key = regrade.version, str(regrade.version.question_key)
    before = question_from_content(key, version.pk, version.kind, current_content(version))
    after = question_from_content(key, version.pk, version.kind, regrade.content)
    is_open = regrade.state in (State.WRITTEN, State.PROPOSED)
    counts = effect_of(version, regrade.content).counts if is_open else regrade.counts
    context = {
        "regrade": regrade,
        "form": form,
        "is_hidden": counts.get("asked", 0) < LEAST_ATTEMPTS and not may_read_few(request.user, regrade),
        "proposes": regrade.state == State.WRITTEN,
        "decides": decides,
        "discards": is_open and may_discard(request.user, regrade),
        "counts": counts,
        "before": as_shown([before], "en") if is_open else (),
        "after": as_shown([after], "en"),
    }
    return render(request, "records/cms/regrade.html", context)


def _done(request: LeadRequest, regrade: Regrade, form: ReasonForm) -> bool:
    """Does what a button says; false where the form has to be shown again."""
    given: dict[str, Any] = {"regrade": regrade, "by": request.user, "at": timezone.now()}
    match request.POST.get("do"):
        case "apply":
            try:
                apply_regrade(**given)
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
                return True
            words = _("From now on the corrected key marks. Answers are looked at again. Nobody loses a pass.")
            messages.success(request, words)
            return True
        case "discard":
            discard_regrade(**given)
            messages.success(request, _("It is laid aside. Nothing changes."))
            return True
        case "propose" if form.is_valid():
            propose_regrade(**given, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is proposed. A reviewer decides."))
            return True
        case "return" if form.is_valid():
            return_regrade(**given, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is returned."))
            return True
    return False
