"""A lesson's words as HTML: kept, but never older than what they quote."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation

from courses.actions import publish_edition
from courses.models import EditionLesson
from courses.rendering import rendered_lesson
from tests.factories.courses import PUBLISHED_AT, body, lesson_pages, make_module
from tests.factories.guidance import ContactFactory, FactVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def lesson_of(module) -> EditionLesson:
    """The module's one lesson, in its live edition, which pages have at hand."""
    rows = EditionLesson.objects.defer("content").select_related("edition")
    return rows.get(edition__module_key=module.module_key, edition__is_live=True)


def test_costs_nothing_the_second_time(django_assert_num_queries):
    contact = ContactFactory()
    module = make_module(lessons=[{"body_en": [*body("Slow down."), ("contact", contact)]}])
    first = rendered_lesson(lesson_of(module))
    lesson = lesson_of(module)
    with django_assert_num_queries(0):
        assert rendered_lesson(lesson) == first
    assert "Slow down." in first.html
    assert contact.label in first.html


def test_a_fact_or_contact_that_changes_is_read_at_once():
    fact = FactVersionFactory(value_en="45 days").fact
    contact = ContactFactory(label_en="The old name")
    module = make_module(lessons=[{"body_en": [("fact", fact), ("contact", contact)]}])
    assert "45 days" in rendered_lesson(lesson_of(module)).html
    version = fact.versions.get()
    version.value_en = "30 days"
    version.save()
    assert "30 days" in rendered_lesson(lesson_of(module)).html
    contact.label_en = "The new name"
    contact.save()
    assert "The new name" in rendered_lesson(lesson_of(module)).html


def test_each_reader_has_their_own_language():
    module = make_module(lessons=[{"body_ar": body("تمهّل."), "display_title_ar": "قبل أن تتصرف"}])
    english = rendered_lesson(lesson_of(module))
    with translation.override("ar"):
        arabic = rendered_lesson(lesson_of(module))
    with translation.override("fr"):
        french = rendered_lesson(lesson_of(module))
    assert (english.language, arabic.language, french.language) == ("en", "ar", "en")
    assert (arabic.title, arabic.direction) == ("قبل أن تتصرف", "rtl")
    assert "تمهّل." in arabic.html
    assert "notice--language" in french.html
    assert "notice--language" not in english.html


def test_the_next_edition_has_its_own_words():
    module = make_module(lessons=[{"body_en": body("First words.")}])
    before = lesson_of(module)
    page = lesson_pages(module)[0]
    page.body_en = body("Second words.")
    page.save_revision()
    publish_edition(module=module, by=None, at=PUBLISHED_AT)
    assert "Second words." in rendered_lesson(lesson_of(module)).html
    assert "First words." in rendered_lesson(EditionLesson.objects.get(pk=before.pk)).html
