"""What this app registers with Wagtail."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from organisations.access import authority_of
from quizzes.models import Question, Quiz
from quizzes.selectors import newest_asked
from records.access_answers import may_read_answers
from records.access_regrades import may_correct
from records.audit import ACTIONS
from records.views.modules import serve_lesson, serve_module


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Names our entries in the log."""
    for action, label in ACTIONS.items():
        actions.register_action(action, label, label)


@hooks.register("register_admin_urls")
def register_answers() -> list[Any]:
    """What the answers teach, and correcting what is right."""
    return [path("", include("records.urls_answers")), path("regrades/", include("records.urls_regrades"))]


@hooks.register("register_snippet_listing_buttons")
def lead_to_answers(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """The way from a quiz to what its answers teach, and from quiz and question to correcting what is right."""
    if isinstance(snippet, Quiz) and may_read_answers(user):
        url = reverse("answers:quiz", args=[snippet.pk])
        yield Button(_("What the answers teach"), url, icon_name="view", priority=15)
    if isinstance(snippet, Quiz) and may_correct(user):
        url = reverse("regrades:quiz", args=[snippet.pk])
        yield Button(_("Correct what is right"), url, icon_name="rotate", priority=16)
    if isinstance(snippet, Question) and may_correct(user) and (version := newest_asked(snippet)):
        url = reverse("regrades:write", args=[version.pk])
        yield Button(_("Correct the key"), url, icon_name="rotate", priority=16)


@hooks.register("register_admin_menu_item")
def register_quiz_help() -> MenuItem:
    """Where a trainer gives somebody more time or one more try."""
    url = reverse_lazy("records:quiz_help_by_address")
    return TrainersMenuItem(_("Help with quizzes"), url, name="quiz-help", icon_name="help", order=215)


class TrainersMenuItem(MenuItem):
    """Shown to those who train somewhere."""

    def is_shown(self, request: Any) -> bool:
        return bool(authority_of(request.user).trains_in)


@hooks.register("before_serve_page")
def serve_to_learners(
    page: Page, request: Any, serve_args: Sequence[Any], serve_kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Serves modules and lessons as they were approved, with the reader's own way around them.

    A visitor's module page is left to `courses`; a lesson asks everyone to sign in.
    """
    if not isinstance(page, ModulePage | LessonPage):
        return None
    lesson_key = page.lesson_key if isinstance(page, LessonPage) else serve_kwargs.get("lesson_key")
    if request.user.is_authenticated:
        return serve_lesson(request, page, lesson_key) if lesson_key else serve_module(request, page)
    return redirect_to_login(request.get_full_path()) if lesson_key else None
