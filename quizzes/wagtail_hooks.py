"""What this app adds to the CMS."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from quizzes.actions import refuse_delete
from quizzes.models import Quiz
from quizzes.viewsets import QuizViewSet, refused
from quizzes.viewsets_bank import QuestionViewSet

register_snippet(QuizViewSet)
register_snippet(QuestionViewSet)


@hooks.register("before_delete_snippet")
def keep_quizzes_in_use(request: HttpRequest, instances: Iterable[object]) -> HttpResponse | None:
    """Say at once, on the way to any delete page, that a quiz in use is kept."""
    quizzes = [instance for instance in instances if isinstance(instance, Quiz)]
    try:
        refuse_delete(quizzes)
    except ValidationError as refusal:
        return refused(request, refusal)
    return None


@hooks.register("register_admin_urls")
def register_bank() -> list:
    """The bank of questions."""
    return [path("", include("quizzes.urls"))]
