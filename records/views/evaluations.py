"""Two questions about a module: on a page of their own, and a way not to be asked again on this visit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.clock import today
from records.access import get_completion_for
from records.actions.evaluations import evaluate
from records.actions.refusals import NothingAskedNow
from records.forms_learning import EvaluationForm
from records.selectors.evaluations import is_asked
from records.selectors.record import title_of
from records.views.guards import PersonRequest, button, personal

#: In the session, which ends with the sign-in: no more is kept of somebody who would rather not be asked.
WITHOUT = "without_evaluation"


@personal
def evaluation(request: PersonRequest, pk: int) -> HttpResponse:
    """The two questions; Send keeps the answers."""
    completion = get_completion_for(request.user, pk)
    if not is_asked(completion, today()):
        messages.info(request, str(NothingAskedNow()))
        return redirect("records:my_learning")
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        evaluate(completion=completion, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. Your answers are kept."))
        return redirect("records:my_learning")
    context = {"form": form, "title": title_of(completion)}
    return render(request, "records/evaluation.html", context)


@button("records:my_learning")
def evaluation_dismiss(request: PersonRequest) -> HttpResponse:
    """No, thank you: not shown again until the person signs in anew."""
    request.session[WITHOUT] = True
    return redirect("records:my_learning")
