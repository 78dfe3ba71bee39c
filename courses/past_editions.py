"""Reads of editions as they were: which was live on a day, and what it said with the facts of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from courses.changes import Part
from courses.facts import quoted_facts, quoted_in_each
from courses.models import Comment, Edition, EditionLesson
from courses.selectors import lesson_as_page, module_as_page, role_names
from courses.translated import CODES, DEFAULT, is_empty, localised
from organisations.clock import day_of
from quizzes.models import QuizVersion
from quizzes.pictures import with_pictures
from quizzes.selectors import questions_of


@dataclass(frozen=True)
class EditionLine:
    """An edition in the list of its module."""

    edition: Edition
    first_day: date
    #: The last day on which learners who started were given it; none while it is live.
    last_day: date | None

    def was_live_on(self, day: date) -> bool:
        """Whether learners who started on the day were given it at some time of the day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def line_of(edition: Edition) -> EditionLine:
    """The edition with its days."""
    return EditionLine(edition, day_of(edition.published_at), day_of(edition.ended_at) if edition.ended_at else None)


def editions_of(module_key: UUID) -> list[EditionLine]:
    """Every edition of a module, the newest first; one query."""
    editions = Edition.objects.filter(module_key=module_key).defer("content")
    editions = editions.select_related("author", "approved_by", "ended_by", "refresh_ended_by")
    return [line_of(each) for each in editions.prefetch_related("refresh_roles").order_by("-number")]


def edition_on(module_key: UUID, day: date) -> EditionLine | None:
    """The edition that was live on a day, the last of several; none when the module was not in use then."""
    return next((line for line in editions_of(module_key) if line.was_live_on(day)), None)


def modules_with_editions() -> list[Edition]:
    """The newest edition of every module that ever had one, by title, also when its page is gone."""
    later = Edition.objects.filter(module_key=OuterRef("module_key"), number__gt=OuterRef("number"))
    return list(Edition.objects.exclude(Exists(later)).defer("content").order_by("title", "module_key"))


def languages_of_edition(edition: Edition) -> list[str]:
    """The languages in which anything of it is there, English first."""
    return [
        code
        for code in CODES
        if code == DEFAULT
        or not is_empty(edition.content.get(localised("display_title", code)))
        or any(lesson.titles.get(code) for lesson in edition.lessons.all())
    ]


def parts_of_edition(edition: Edition) -> list[Part]:
    """The module and its lessons as they were approved, with what the facts say on the reading day."""
    lessons = list(edition.lessons.select_related("quiz_version").order_by("position"))
    names = role_names({slug for lesson in lessons for slug in lesson.role_slugs})
    module = module_as_page(edition)
    around = edition.check_version
    questions = with_pictures(questions_of(around)) if around else ()
    parts = [
        Part(
            kind="module",
            key=Comment.MODULE,
            title=edition.title,
            changes=(),
            page=module,
            quiz=around,
            questions=questions,
        )
    ]
    parts += [_lesson_part(lesson, names) for lesson in lessons]
    pages = [edition.content, *(lesson.content for lesson in lessons)]
    contents = [[page, part.texts_of_quiz] for page, part in zip(pages, parts, strict=True)]
    facts = quoted_facts(quoted_in_each(contents), None)
    return [part.with_facts(found) for part, found in zip(parts, facts, strict=True)]


def _lesson_part(lesson: EditionLesson, names: dict[str, str]) -> Part:
    quiz: QuizVersion | None = lesson.quiz_version
    return Part(
        kind="lesson",
        key=str(lesson.lesson_key),
        title=lesson.title,
        changes=(),
        page=lesson_as_page(lesson),
        roles=tuple(names.get(slug, slug) for slug in lesson.role_slugs),
        quiz=quiz,
        questions=with_pictures(questions_of(quiz)) if quiz else (),
    )
