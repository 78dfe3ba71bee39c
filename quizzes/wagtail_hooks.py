"""What this app adds to the CMS."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from quizzes.actions import refuse_delete
from quizzes.models import Quiz
from quizzes.viewsets import QuizViewSet, refused

register_snippet(QuizViewSet)


@hooks.register("before_delete_snippet")
def keep_quizzes_in_use(request: HttpRequest, instances: Iterable[object]) -> HttpResponse | None:
    """Say at once, on the way to any delete page, that a quiz in use is kept."""
    quizzes = [instance for instance in instances if isinstance(instance, Quiz)]
    try:
        refuse_delete(quizzes)
    except ValidationError as refusal:
        return refused(request, refusal)
    return None
