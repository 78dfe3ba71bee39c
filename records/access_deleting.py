"""What keeps pages with records from deletion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from records.models import Attempt, AttemptDraft, Completion, Enrolment, LessonProgress, Requirement, Session


class PagesHaveRecords(Exception):
    """Pages that people have records on are not deleted: says of which, what is kept and what to do instead."""

    def __init__(self, titles: list[str], *, is_of_module: bool) -> None:
        words = _(
            "Not deleted: people have records of %(titles)s. Take the module out of use instead: then nobody new can "
            "start, and what people did stays as it is."
        )
        if not is_of_module:
            words = _(
                "Not deleted: people have records of %(titles)s. Hand the module in without it instead: then nobody "
                "new meets it, and what people did stays as it is."
            )
        super().__init__(words % {"titles": ", ".join(f"“{title}”" for title in sorted(titles))})


def refuse_delete(pages: Iterable[Page]) -> None:
    """Raises PagesHaveRecords when anyone has a record of, or must take, one of the pages or anything below them."""
    below = Q(pk=None)
    for page in pages:
        below |= Q(path__startswith=page.path)
    modules = dict(ModulePage.objects.filter(below).values_list("translation_key", "title"))
    lessons = dict(LessonPage.objects.filter(below).values_list("translation_key", "title"))
    kept = _kept((Enrolment, Completion, Requirement, Session), "module_key", modules)
    kept += _kept((LessonProgress, AttemptDraft, Attempt), "lesson_key", lessons)
    if kept:
        raise PagesHaveRecords(kept, is_of_module=bool(modules))


def records_below(pages: Iterable[Page]) -> list[str]:
    """The same as words for the person who deletes; none where nothing stands against it."""
    try:
        refuse_delete(pages)
    except PagesHaveRecords as refusal:
        return [str(refusal)]
    return []


def _kept(models: Iterable[Any], field: str, titles: dict[UUID, str]) -> list[str]:
    keys: set[UUID] = set()
    for model in models:
        keys |= set(model.objects.filter(**{f"{field}__in": list(titles)}).values_list(field, flat=True).distinct())
    return [title for key, title in titles.items() if key in keys]
