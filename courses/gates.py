"""What must be there before content can go live; asked before a submission, before an edition and before a save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.content import authored_content
from courses.facts import missing_quotes, quiz_quote_problems, quoted_in_each
from quizzes.actions import refuse_unusable
from quizzes.drafts import has_marked_question
from quizzes.models import Quiz, QuizVersion

if TYPE_CHECKING:
    from courses.models import LessonPage, ModulePage


def refuse(problems: list[str]) -> None:
    """Raises ValidationError when there is any problem."""
    if problems:
        raise ValidationError(problems)


def lesson_problems(lesson: LessonPage) -> list[str]:
    """What keeps this lesson from going live."""
    problems = []
    if not lesson.display_title_en:
        problems.append(_("The English title is missing."))
    if not len(lesson.body_en):
        problems.append(_("The English lesson is empty."))
    problems += image_problems(lesson)
    return problems


def quote_problems(pages: Sequence[LessonPage | ModulePage]) -> list[str]:
    """Facts and contacts that the pages quote and that say nothing today: a hole in a sentence."""
    words = _("It quotes “%(key)s”, which says nothing today. Choose another, or ask whoever keeps the facts.")
    quotes = quoted_in_each([authored_content(page) for page in pages])
    missing = missing_quotes(quote for each in quotes for quote in each)
    return [
        f"{page.title}: " + words % {"key": quote.key}
        for page, each in zip(pages, quotes, strict=True)
        for quote in sorted(missing & each)
    ]


def image_problems(lesson: LessonPage) -> list[str]:
    """Images that a person who does not see them would miss."""
    problems = []
    for field in lesson._meta.local_fields:
        value = getattr(lesson, field.attname, None)
        if value is None or not hasattr(value, "stream_block"):
            continue
        images = [block.value for block in value if block.block_type == "image" and block.value]
        problems += [
            _("An image has no alternative text (%(field)s).") % {"field": field.verbose_name}
            for image in images
            if not image.decorative and not (image.contextual_alt_text or "").strip()
        ]
    return problems


def lesson_warnings(lesson: LessonPage) -> list[str]:
    """What a trainer may have forgotten."""
    if lesson.content_note_en and not len(lesson.gentle_body_en):
        return [_("There is a content note, but no gentle version.")]
    return []


def module_problems(module: ModulePage, lessons: Sequence[LessonPage]) -> list[str]:
    """What keeps the module with these lessons from going live, each problem with the lesson it is in."""
    problems = []
    if not module.display_title_en:
        problems.append(_("The English title of the module is missing."))
    if not lessons:
        problems.append(_("The module has no lesson."))
    quizzes = Counter(asked for asked in (module.check_quiz_id, *(lesson.quiz_id for lesson in lessons)) if asked)
    for lesson in lessons:
        problems += [f"{lesson.title}: {problem}" for problem in lesson_problems(lesson)]
        if lesson.quiz_id and quizzes[lesson.quiz_id] > 1:
            problems.append(f"{lesson.title}: " + _("The same quiz is asked in more than one place."))
        if lesson.quiz and lesson.is_counting and not has_marked_question(lesson.quiz):
            words = _("Nothing in its quiz is marked, so it cannot count. Add another question, or make it practice.")
            problems.append(f"{lesson.title}: {words}")
    if module.check_quiz and not has_marked_question(module.check_quiz):
        problems.append(_("Nothing in the questions before and after is marked, so they cannot show what was gained."))
    return problems + quote_problems([module, *lessons])


def quiz_problems(quizzes: Iterable[Quiz]) -> list[str]:
    """What keeps these quizzes from being asked."""
    problems = []
    for quiz in quizzes:
        try:
            refuse_unusable(quiz)
        except ValidationError as error:
            problems += error.messages
        problems += quiz_quote_problems(quiz)
    return problems


def frozen_quiz_problems(version_ids: Iterable[int]) -> list[str]:
    """What keeps quizzes, as they were handed in, from being asked today."""
    versions = QuizVersion.objects.filter(pk__in=list(version_ids)).order_by("pk")
    return [problem for version in versions for problem in quiz_quote_problems(version)]


def module_warnings(lessons: Sequence[LessonPage]) -> list[str]:
    """What a trainer may have forgotten, each with the lesson it is in."""
    return [f"{lesson.title}: {warning}" for lesson in lessons for warning in lesson_warnings(lesson)]
