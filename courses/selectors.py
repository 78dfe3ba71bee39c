"""Reads: editions, the pages they hold, and how a trainer's drafts differ from them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from courses.content import page_from_content
from courses.models import Edition, EditionLesson, LessonPage, ModulePage


def live_edition_of(module: ModulePage) -> Edition | None:
    """The edition that learners who start today are given; None while the module has not been approved."""
    return Edition.objects.filter(module_key=module.module_key, is_live=True).first()


def live_editions(module_keys: Iterable[UUID] | None = None) -> list[Edition]:
    """Every module's live edition, by title; with its page, which may be gone."""
    editions = Edition.objects.filter(is_live=True).select_related("module").order_by("title")
    if module_keys is not None:
        editions = editions.filter(module_key__in=list(module_keys))
    return list(editions)


def lessons_of(edition: Edition) -> list[EditionLesson]:
    """The edition's lessons in order with their quiz versions, in one query; texts are loaded when first read."""
    return list(edition.lessons.select_related("quiz_version").defer("content").order_by("position"))


def lesson_as_page(edition_lesson: EditionLesson) -> LessonPage:
    """The lesson as it was approved, for templates; never saved. Works when the page was changed or is gone."""
    return page_from_content(
        LessonPage,
        edition_lesson.content,
        pk=edition_lesson.lesson_id,
        key=edition_lesson.lesson_key,
        leave_out=("roles",),
    )


def module_as_page(edition: Edition) -> ModulePage:
    """The module's page as it was approved, for templates; never saved."""
    return page_from_content(ModulePage, edition.content, pk=edition.module_id, key=edition.module_key)
