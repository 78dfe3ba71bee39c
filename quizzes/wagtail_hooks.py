"""What this app adds to the CMS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from quizzes.actions import refuse_delete, refuse_delete_question
from quizzes.models import Question, Quiz
from quizzes.viewsets import QuizViewSet, refused
from quizzes.viewsets_bank import QuestionViewSet

register_snippet(QuizViewSet)
register_snippet(QuestionViewSet)


@hooks.register("before_delete_snippet")
def keep_quizzes_in_use(request: HttpRequest, instances: Iterable[object]) -> HttpResponse | None:
    """Say at once, on the way to any delete page, that a quiz or a question in use is kept."""
    instances = list(instances)
    list_name = "quizzes:list"
    try:
        refuse_delete([instance for instance in instances if isinstance(instance, Quiz)])
        list_name = "bank:list"
        for question in (instance for instance in instances if isinstance(instance, Question)):
            refuse_delete_question(question)
    except ValidationError as refusal:
        return refused(request, refusal, list_name)
    return None


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Plain words for the history of a question that was changed together with others."""
    actions.register_action("quizzes.ready", _("Make ready"), _("Made ready"))
    actions.register_action("quizzes.draft", _("Make a draft again"), _("Made a draft again"))
    actions.register_action("quizzes.retired", _("Retire"), _("Retired"))
    actions.register_action("quizzes.tag", _("Add a tag"), _("Added a tag"))
    actions.register_action("quizzes.untag", _("Take a tag away"), _("Took a tag away"))


@hooks.register("register_admin_urls")
def register_bank() -> list:
    """The bank of questions."""
    return [path("", include("quizzes.urls"))]
