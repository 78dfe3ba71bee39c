"""What this app adds to the CMS."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from quizzes.access import SEE
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


@hooks.register("register_admin_urls")
def register_bank() -> list:
    """The bank of questions."""
    return [path("", include("quizzes.urls"))]


class BankMenuItem(MenuItem):
    """Shown to those who write or review quizzes."""

    def is_shown(self, request: HttpRequest) -> bool:
        return any(request.user.has_perm(permission) for permission in SEE)


@hooks.register("register_admin_menu_item")
def register_bank_menu_item() -> MenuItem:
    """The way to the bank."""
    return BankMenuItem(_("Question bank"), reverse("bank:list"), name="bank", icon_name="list-ul", order=211)
