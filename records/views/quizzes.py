"""A quiz: one question a page, a look over the answers, handing in, and the result."""

from __future__ import annotations

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from courses.beside import is_english_asked
from courses.translated import DEFAULT
from organisations.clock import today
from quizzes.kinds.base_form import QuestionForm
from quizzes.kinds.registry import form_of
from records.access import get_attempt_for, get_attempt_of_draft_for, get_draft_for, get_enrolment_for
from records.actions.before_after import refuse_if_over
from records.actions.learning import save_answer, start_attempt, submit_attempt
from records.actions.refusals import (
    AlreadyHandedIn,
    AnswerChangedElsewhere,
    AnswerStands,
    ChoiceStands,
    TimeIsUp,
    WorkHasEnded,
)
from records.forms_learning import ConfidenceForm
from records.models import Part
from records.selectors.before_after import offer_in
from records.selectors.quizzes import Asked, Place, asked_in, result_of
from records.views.before_after import show_check
from records.views.guards import PersonRequest, View, button, personal


@button("records:lesson")
def start_quiz(request: PersonRequest, module_key: UUID, lesson_key: UUID) -> HttpResponse:
    """Begins the quiz of a lesson, or goes on with it."""
    enrolment = get_enrolment_for(request.user, module_key)
    draft = start_attempt(enrolment=enrolment, lesson_key=lesson_key, at=timezone.now())
    return redirect(asked_in(draft, is_english_asked=is_english_asked(request)).resume_url)


def of_draft(view: View) -> View:
    """Gives the view the quiz as its draft asks it; who comes after the end is led on, and told so after writing."""

    @personal
    @wraps(view)
    def found(request: PersonRequest, key: UUID, **kwargs: int) -> HttpResponseBase:
        try:
            draft = get_draft_for(request.user, key)
        except Http404:
            return _to_result(request, key)
        try:
            refuse_if_over(draft)
            return view(request, asked_in(draft, is_english_asked=is_english_asked(request)), **kwargs)
        except AlreadyHandedIn:
            return _to_result(request, key)
        except WorkHasEnded as refusal:
            if request.method == "POST":
                messages.warning(request, str(refusal))
            return redirect("records:module", module_key=draft.enrolment.module_key)
        except TimeIsUp as refusal:
            if request.method == "POST":
                messages.warning(request, str(refusal))
            return redirect("records:check_answers", key=key)

    return found


def _to_result(request: PersonRequest, key: UUID) -> HttpResponse:
    attempt = get_attempt_of_draft_for(request.user, key)
    messages.info(request, str(AlreadyHandedIn()))
    return redirect("records:result", pk=attempt.pk)


@of_draft
def question(request: PersonRequest, asked: Asked, number: int) -> HttpResponse:
    """One question; Continue keeps the answer and goes on, or to what is right where the quiz says that at once."""
    if not 1 <= number <= asked.total:
        raise Http404
    if asked.is_over:
        raise TimeIsUp
    place, is_change = asked.places[number - 1], "change" in request.GET
    data = request.POST if request.method == "POST" else None
    form = form_of(data=data, **asked.words_for(place), stored=place.answer)
    if form.is_valid():
        conflict = _save(request, asked, place, form)
        if conflict is None:
            here, after = place.url_of_step(is_change=is_change), asked.url_after(place, is_change=is_change)
            return redirect(here if form.has_steps or place.will_be_told else after)
        form = conflict
    context = {
        "asked": asked,
        "place": place,
        "form": form,
        "is_change": is_change,
        "back_url": asked.check_url if is_change else asked.url_before(place),
        "next_url": asked.url_after(place, is_change=is_change),
    }
    return render(request, "records/question_told.html" if place.is_told else "records/question.html", context)


def _save(request: PersonRequest, asked: Asked, place: Place, form: QuestionForm) -> QuestionForm | None:
    """Keeps the answer; gives the form to show again when another window has answered meanwhile."""
    chosen, seen = form.answer, form.seen_answer
    try:
        save_answer(draft=asked.draft, question=place.question, answer=chosen, seen=seen, at=timezone.now())
    except AnswerChangedElsewhere as refusal:
        messages.warning(request, str(refusal))
        return form_of(**asked.words_for(place), stored=refusal.stored, chosen=chosen)
    except (AnswerStands, ChoiceStands) as refusal:
        messages.warning(request, str(refusal))
    return None


@of_draft
def check_answers(request: PersonRequest, asked: Asked) -> HttpResponse:
    """All answers at a glance, before they are handed in."""
    form = ConfidenceForm() if asked.is_around else None
    return render(request, "records/check_answers.html", {"asked": asked, "form": form})


@button("records:check_answers")
def submit(request: PersonRequest, key: UUID) -> HttpResponse:
    """Hands the answers in; again, and from another window, gives the same result."""
    language, form = translation.get_language() or DEFAULT, ConfidenceForm(request.POST)
    confidence = form.cleaned_data["confidence"] if form.is_valid() else None
    attempt = submit_attempt(person=request.user, key=key, at=timezone.now(), language=language, confidence=confidence)
    return redirect("records:result", pk=attempt.pk)


@personal
def result(request: PersonRequest, pk: int) -> HttpResponse:
    """What was right, why, and what comes next."""
    attempt = get_attempt_for(request.user, pk)
    if attempt.part != Part.LESSON:
        return show_check(request, attempt)
    result = result_of(attempt, today(), is_english_asked=is_english_asked(request))
    return render(request, "records/result.html", {"result": result, "offer": offer_in(result.learning)})
