"""The front page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import CourseIndexPage, CoursePage
from courses.panels import index_editor
from courses.translated import TranslatedPage


class HomePage(TranslatedPage):
    """What a visitor sees first."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage"]
    max_count = 1
    template = "home/home_page.html"

    edit_handler = index_editor()

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "catalogue": CourseIndexPage.objects.child_of(self).live().first(),
            "courses": CoursePage.objects.descendant_of(self).live().order_by("path"),
            # Where a person goes after signing in belongs to an app above this one: known by its name only.
            "start_url_name": settings.LOGIN_REDIRECT_URL,
        }
