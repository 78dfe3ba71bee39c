"""The questions before and after a module: beginning to answer them, and what they show."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.beside import is_english_asked
from organisations.clock import today
from records.access import get_enrolment_for
from records.actions.before_after import start_check
from records.models import Attempt, Part
from records.selectors.before_after import before_and_after
from records.selectors.quizzes import asked_in, result_of
from records.views.guards import PersonRequest, button


@button("records:module")
def start_before(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """Begins the questions before the first lesson, or goes on with them."""
    return _start(request, module_key, Part.BEFORE)


@button("records:module")
def start_after(request: PersonRequest, module_key: UUID) -> HttpResponse:
    """The same at the end."""
    return _start(request, module_key, Part.AFTER)


def _start(request: PersonRequest, module_key: UUID, part: str) -> HttpResponse:
    enrolment = get_enrolment_for(request.user, module_key)
    draft = start_check(enrolment=enrolment, part=part, at=timezone.now())
    return redirect(asked_in(draft, is_english_asked=is_english_asked(request)).resume_url)


def show_check(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    """What the person's answers show: before the lessons how much was right, afterwards also what and why."""
    result = result_of(attempt, today(), is_english_asked=is_english_asked(request))
    both = before_and_after(attempt.enrolment)
    context = {"result": result, "both": both, "is_before": both.after is None}
    return render(request, "records/before_after.html", context)
