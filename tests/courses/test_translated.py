"""One page in seven languages: which languages are there, what the tree is told, and what copies keep."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import URLResolver, get_resolver
from django.utils import translation

from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.selectors import lesson_as_page, lessons_of, live_edition_of
from courses.translated import RESERVED_SLUGS
from home.models import HomePage
from tests.factories.courses import body, lesson_pages, make_course, make_module

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "is_there"),
    [
        ({"display_title_ar": "درس", "body_ar": body("نص")}, True),
        ({"display_title_ar": "درس"}, False),
        ({"body_ar": body("نص")}, False),
        ({"display_title_ar": "درس", "body_ar": body("نص"), "content_note_en": "Threats"}, False),
        (
            {
                "display_title_ar": "درس",
                "body_ar": body("نص"),
                "content_note_en": "Threats",
                "content_note_ar": "تهديد",
            },
            True,
        ),
        ({"display_title_ar": "درس", "body_ar": body("نص"), "gentle_body_en": body()}, False),
    ],
)
def test_a_lesson_is_there_in_a_language_with_its_warning_or_not_at_all(fields, is_there):
    module = make_module(lessons=[fields], display_title_ar="وحدة")
    edition = live_edition_of(module)
    [row] = lessons_of(edition)
    page = lesson_as_page(row)
    assert page.has_language("ar") is is_there
    assert ("ar" in row.titles) is is_there
    assert edition.languages == (["en", "ar"] if is_there else ["en"])
    with translation.override("ar"):
        assert page.served_language == row.served_language == ("ar" if is_there else "en")
        assert page.served_direction == row.served_direction == ("rtl" if is_there else "ltr")


def test_a_module_is_there_with_the_note_on_who_wrote_it_or_not_at_all():
    page = ModulePage(display_title_en="One", provenance_en="Checked", display_title_ar="واحد")
    assert not page.has_language("ar")
    page.provenance_ar = "تم التحقق"
    assert page.has_language("ar")


def test_the_tree_is_told_the_english_title_whatever_language_is_active():
    course = make_course(title="Words")
    with translation.override("ar"):
        course.display_title_ar = "كلمات"
        course.summary_en = "In English"
        course.save()
    course = CoursePage.objects.get(pk=course.pk)
    assert (course.title, course.search_description) == ("Words", "In English")
    with translation.override("en"):
        assert course.display_title == "Words"
    with translation.override("ar"):
        assert course.display_title == "كلمات"


def test_a_copied_module_has_its_own_keys_and_its_new_title():
    module = make_module(title="One", lessons=[{"title": "Lesson"}])
    copy = module.copy(recursive=True, update_attrs={"title": "Two", "slug": "two"}, keep_live=False)
    copy = ModulePage.objects.get(pk=copy.pk)
    assert (copy.title, copy.display_title_en, copy.live) == ("Two", "Two", False)
    assert copy.module_key != module.module_key
    [lesson], [copied] = lesson_pages(module), lesson_pages(copy)
    assert copied.lesson_key != lesson.lesson_key
    assert live_edition_of(copy) is None


@pytest.mark.parametrize("slug", ["learn", "coverage", "cms", "verify"])
def test_addresses_of_the_site_itself_are_refused(site_tree, slug):
    page = CourseIndexPage.objects.get()
    page.slug = slug
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert "slug" in refused.value.message_dict


def test_each_page_is_found_in_one_query_at_any_depth(rf, django_assert_num_queries):
    module = make_module()
    [lesson] = lesson_pages(module)
    home = HomePage.objects.get()
    steps = [CourseIndexPage.objects.get().slug, CoursePage.objects.get().slug, module.slug, lesson.slug]
    for depth, model in enumerate([CourseIndexPage, CoursePage, ModulePage, LessonPage], start=1):
        with django_assert_num_queries(1):
            found = home.route(rf.get("/"), steps[:depth]).page
        assert type(found) is model


def first_parts(resolver=None, before="") -> set[str]:
    """What the site's own addresses begin with, below the language."""
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        part, slash, _rest = f"{before}{entry.pattern}".removeprefix("en/").partition("/")
        if re.fullmatch(r"[-a-z]+", part):
            found.add(part)
        elif isinstance(entry, URLResolver) and not slash:
            found |= first_parts(entry, part)
    return found


def test_no_page_takes_the_place_of_an_address_of_the_site(site_tree):
    ours = first_parts() - {"courses"}
    assert {"privacy", "verify", "learn"} <= ours <= RESERVED_SLUGS
    page = CourseIndexPage.objects.get()
    for slug in ("privacy", "sessions"):
        page.slug = slug
        with pytest.raises(ValidationError, match="used by the site itself"):
            page.full_clean()
