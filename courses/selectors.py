"""Reads: editions, the pages they hold, and the outlines that lists show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from courses.beside import English, english_for
from courses.cards import ListedModule, modules_below
from courses.content import draft_of, page_from_content
from courses.models import CourseIndexPage, CoursePage, Edition, EditionLesson, LessonPage, ModulePage
from guidance.models import Source
from organisations.models import Role


def live_edition_of(module: ModulePage) -> Edition | None:
    """The edition that learners who start today are given; None while the module has not been approved."""
    return Edition.objects.filter(module_key=module.module_key, is_live=True).first()


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


def module_as_page(edition: Edition, *, with_sources: bool = True) -> ModulePage:
    """The module's page as it was approved, for templates; never saved."""
    leave_out = () if with_sources else ("sources",)
    return page_from_content(
        ModulePage, edition.content, pk=edition.module_id, key=edition.module_key, leave_out=leave_out
    )


@dataclass(frozen=True)
class LessonOutline:
    """A lesson in a list: what it is called in the reader's language, how long it takes and whom it is for."""

    title: str
    language: str
    direction: str
    minutes: int
    #: Names of the roles; empty means everyone.
    roles: tuple[str, ...]
    has_quiz: bool


@dataclass(frozen=True)
class ModuleOutline:
    """A module on its own page."""

    #: The module as approved, never saved.
    module: ModulePage
    #: The page in the tree, for its address.
    page: ModulePage | None
    #: Of each language in which it is there: code, name, and whether its words are reviewed.
    languages: tuple[tuple[str, str, bool], ...]
    english: English = English.NONE
    lessons: tuple[LessonOutline, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> dict[str, Any]:
        """The module's own words in the reader's language."""
        return self.module.text


@dataclass(frozen=True)
class CourseOutline:
    """A course in the catalogue with its modules that can be taken."""

    course: CoursePage
    modules: tuple[ListedModule, ...]


def _languages_of(edition: Edition) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (code, name, edition.is_reviewed(code)) for code, name in settings.LANGUAGES if code in edition.languages
    )


def course_outlines(index: CourseIndexPage) -> list[CourseOutline]:
    """The catalogue: courses in order, each with its modules; two queries for any number."""
    modules = modules_below(index.path)
    return [
        CourseOutline(course, tuple(each for each in modules if (each.card.path or "").startswith(course.url_path)))
        for course in CoursePage.objects.child_of(index).live().order_by("path")
    ]


def module_outline(edition: Edition, *, is_english_asked: bool = False) -> ModuleOutline:
    """A module's page as approved, with its lessons and sources; four queries for any number of lessons."""
    module = module_as_page(edition)
    lessons = lessons_of(edition)
    names = role_names({slug for lesson in lessons for slug in lesson.role_slugs})
    return ModuleOutline(
        module=module,
        page=edition.module,
        languages=_languages_of(edition),
        english=english_for(edition, module.served_language, is_asked=is_english_asked),
        lessons=tuple(
            LessonOutline(
                title=lesson.served_title,
                language=lesson.served_language,
                direction=lesson.served_direction,
                minutes=lesson.minutes,
                roles=tuple(names.get(slug, slug) for slug in lesson.role_slugs),
                has_quiz=lesson.quiz_version_id is not None,
            )
            for lesson in lessons
        ),
        sources=tuple(module.sources.all()),
    )


def module_draft_outline(module: ModulePage) -> ModuleOutline:
    """The same from a draft of the module and the newest drafts of its lessons, for a preview."""
    drafts = [draft_of(lesson) for lesson in LessonPage.objects.child_of(module).order_by("path")]
    return ModuleOutline(
        module=module,
        page=module,
        languages=(),
        lessons=tuple(
            LessonOutline(
                title=draft.text["display_title"],
                language=draft.served_language,
                direction=draft.served_direction,
                minutes=draft.minutes,
                roles=tuple(role.name for role in draft.roles.all()),
                has_quiz=draft.quiz_id is not None,
            )
            for draft in drafts
        ),
        sources=tuple(module.sources.all()),
    )


def role_names(slugs: set[str]) -> dict[str, str]:
    """The names of these roles in the reader's language."""
    return {role.slug: role.name for role in Role.objects.filter(slug__in=slugs)} if slugs else {}
