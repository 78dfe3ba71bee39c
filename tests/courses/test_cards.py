"""What lists read of editions: kept, and never older than the page tree."""

from __future__ import annotations

import pytest
from django.utils import translation

from courses.actions import publish_edition, retire_module
from courses.cards import card_of, live_cards, modules_below
from courses.models import Edition, LessonPage, ModulePage
from tests.factories.courses import PUBLISHED_AT, lesson_pages, make_course, make_module

pytestmark = pytest.mark.django_db


def card(module: ModulePage):
    """The card of the module's live edition."""
    return card_of(Edition.objects.get(module_key=module.module_key, is_live=True))


def test_says_what_lists_need():
    module = make_module(title="Seeing it", minutes=12, lessons=[{"title": "First", "minutes": 4}, {}])
    found = card(module)
    assert (found.title, found.minutes, found.languages) == ("Seeing it", 12, ("en",))
    assert found.url == module.url
    assert [lesson.path for lesson in found.lessons] == [page.url_path for page in lesson_pages(module)]
    assert (found.lessons[0].title, found.lessons[0].minutes) == ("First", 4)


def test_costs_one_query_once_kept(django_assert_num_queries):
    course = make_course()
    for lessons in (1, 3):
        make_module(course=course, lessons=lessons)
        assert modules_below(course.path)
        with django_assert_num_queries(1):
            modules_below(course.path)


def test_titles_follow_the_reader():
    module = make_module(title="Seeing it", display_title_ar="رؤية", lessons=[{"display_title_ar": "درس"}])
    lesson = LessonPage.objects.child_of(module).get()
    lesson.body_ar = [("text", "<p>نص</p>")]
    lesson.save()
    lesson.save_revision()
    publish_edition(module=module, by=None, at=PUBLISHED_AT)
    with translation.override("ar"):
        assert (card(module).served_title, card(module).served_direction) == ("رؤية", "rtl")
        assert card(module).lessons[0].served_title == "درس"
    with translation.override("so"):
        assert (card(module).served_title, card(module).served_language) == ("Seeing it", "en")


class TestThePageTree:
    def test_a_renamed_module_is_found_at_its_new_address(self):
        module = make_module(slug="old")
        assert card(module).url.endswith("/old/")
        module.slug = "new"
        module.save()
        assert card(module).url.endswith("/new/")
        assert card(module).lessons[0].path.startswith(module.url_path)

    def test_a_moved_module_too(self):
        module, course = make_module(), make_course(slug="elsewhere")
        card(module)
        module.move(course, pos="last-child")
        assert card(module).path.startswith(course.url_path)
        assert [each.card for each in modules_below(course.path)] == [card(module)]

    def test_a_deleted_page_leaves_the_card_without_an_address(self):
        module = make_module()
        edition = Edition.objects.get(module_key=module.module_key)
        assert card_of(edition).url
        module.delete()
        assert card_of(edition).url is None
        assert card_of(edition).title == edition.title


def test_a_module_out_of_use_is_in_no_list():
    module = make_module(title="Gone")
    retire_module(module=module, by=None, at=PUBLISHED_AT, reason="The law changed.")
    assert live_cards() == []
    assert modules_below(module.get_parent().path) == []
