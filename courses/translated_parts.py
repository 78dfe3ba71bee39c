"""A translation beside its English, part by part, for whoever signs it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.beside import English, body_html, joined, side_by_side, text_html
from courses.facts import quoted_in_texts_of
from courses.models import Edition
from courses.selectors import lesson_as_page, lessons_of, module_as_page
from courses.translated import DEFAULT, TranslatedPage, is_empty, localised
from guidance.quoting import at_hand
from quizzes.models import QuizVersion
from quizzes.questions import Texts
from quizzes.selectors import questions_of
from quizzes.showing import as_shown, with_english


@dataclass(frozen=True)
class TranslatedPart:
    """The module's own page, a lesson or a quiz: each text beside its English."""

    title: str
    html: SafeString


def translated_parts(edition: Edition, code: str) -> list[TranslatedPart]:
    """The edition in a language, part by part, in the order in which learners meet it."""
    with translation.override(code):
        return list(_parts(edition, code))


def _parts(edition: Edition, code: str) -> Iterator[TranslatedPart]:
    with at_hand(quoted_in_texts_of(edition.content)):
        yield TranslatedPart(edition.title, joined(_texts(module_as_page(edition), code)))
    if edition.check_version:
        yield _quiz(edition.check_version, code)
    for lesson in lessons_of(edition):
        page = lesson_as_page(lesson)
        with at_hand(quoted_in_texts_of(lesson.content)):
            bodies = [
                body_html(page, name, English.BESIDE)
                for name in ("body", "gentle_body")
                if not is_empty(getattr(page, localised(name, DEFAULT)))
            ]
            yield TranslatedPart(lesson.title, joined([*_texts(page, code), *bodies]))
        if lesson.quiz_version:
            yield _quiz(lesson.quiz_version, code)


def _texts(page: TranslatedPage, code: str) -> Iterator[SafeString]:
    for name in page.translated_field_names():
        english = getattr(page, localised(name, DEFAULT))
        if not hasattr(english, "stream_block") and not is_empty(english):
            with translation.override(DEFAULT):
                original = text_html(page, name, English.NONE)
            yield side_by_side(code, text_html(page, name, English.NONE), original)


def _quiz(version: QuizVersion, code: str) -> TranslatedPart:
    questions = questions_of(version)
    both = with_english(as_shown(questions, code), as_shown(questions, DEFAULT))
    texts: list[Texts] = [version.title, version.introduction, *(text for each in both for text in each.texts)]
    title = _("Quiz: %(title)s") % {"title": version.title.get(DEFAULT, "")}
    return TranslatedPart(
        title,
        joined(
            side_by_side(code, conditional_escape(text.get(code, "")), conditional_escape(text[DEFAULT]))
            for text in texts
            if text.get(DEFAULT)
        ),
    )
