"""The front page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.translated import TranslatedPage


class HomePage(TranslatedPage):
    """What a visitor sees first."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage"]
    max_count = 1
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("front page")
