"""What this app registers with Wagtail."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from records.audit import ACTIONS
from records.views.modules import serve_lesson, serve_module


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Names our entries in the log."""
    for action, label in ACTIONS.items():
        actions.register_action(action, label, label)


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
