"""The person's own start page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from organisations.clock import today
from records.selectors.my_learning import my_learning_of
from records.views.evaluations import WITHOUT
from records.views.guards import PersonRequest, personal


@personal
def my_learning(request: PersonRequest) -> HttpResponse:
    """Where the person stopped, what is required of them, and what else there is."""
    learning = my_learning_of(request.user, today())
    evaluation = None if request.session.get(WITHOUT) else learning.evaluation
    return render(request, "records/my_learning.html", {"learning": learning, "evaluation": evaluation})
