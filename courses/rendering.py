"""A lesson's own words as HTML, kept in the cache: only contacts depend on who is reading, and are put in last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from courses.beside import English, card_with_english, english_for
from courses.cards import LessonCard
from courses.facts import quoted_in_texts_of
from courses.models import Edition, EditionLesson, LessonPage
from courses.selectors import lesson_as_page
from courses.translated import DEFAULT, direction
from guidance.quoting import at_hand, fill_slots, leaving_slots
from guidance.reading import reading_day
from guidance.selectors import guidance_stamp

#: With a cache in each process the others show a changed fact or contact only when their copy is this old.
LESSON_SECONDS = 60


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson as it was approved, whole in one language."""

    title: str
    language: str
    html: SafeString
    #: How much English stands in it beside a language that nobody has reviewed.
    english: English = English.NONE
    english_title: str = ""

    @property
    def direction(self) -> str:
        """The writing direction of that language."""
        return direction(self.language)


def rendered_lesson(
    lesson: LessonCard | EditionLesson, edition: Edition | None = None, *, is_english_asked: bool = False
) -> RenderedLesson:
    """The lesson for a reader of the active language; no query while it is in the cache and its edition at hand.

    A card comes with its edition, a row knows it. Both versions are in the page; the fragment of the address chooses.
    """
    code = translation.get_language() or DEFAULT
    # Facts are quoted by reference and hold from day to day; a copied lesson is known by its hash.
    english = english_for(
        edition or cast(EditionLesson, lesson).edition, lesson.served_language, is_asked=is_english_asked
    )
    parts = ("lesson", lesson.pk, lesson.content_hash, code, reading_day(), guidance_stamp(), english)
    key = ":".join(map(str, parts))
    found = cache.get(key)
    if found is None:
        row = lesson if isinstance(lesson, EditionLesson) else EditionLesson.objects.get(pk=lesson.pk)
        found = _render(row, english)
        cache.set(key, found, LESSON_SECONDS)
    # Beside English the card stands in its own column; a contact is about a telephone number in each of its words.
    joined = card_with_english if found.english == English.UNDER else None
    return replace(found, html=fill_slots(found.html, joined))


def _render(edition_lesson: EditionLesson, english: English) -> RenderedLesson:
    lesson = lesson_as_page(edition_lesson)
    with leaving_slots(), at_hand(quoted_in_texts_of(edition_lesson.content)):
        return _rendered(lesson, english)


def _rendered(lesson: LessonPage, english: English) -> RenderedLesson:
    return RenderedLesson(
        title=lesson.text["display_title"],
        language=lesson.served_language,
        html=render_to_string("courses/lesson_content.html", {"lesson": lesson, "english": english}),
        english=english,
        english_title=lesson.title if english == English.BESIDE else "",
    )
