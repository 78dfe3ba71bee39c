"""Editions: copies that learners are served whatever happens to the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import PageLogEntry

from courses.actions import publish_edition, put_back_in_use, retire_module
from courses.cards import live_cards
from courses.events import edition_published
from courses.models import Edition, LessonPage, ModulePage
from courses.selectors import lesson_as_page, lessons_of, live_edition_of, module_as_page
from tests.factories.courses import PUBLISHED_AT, body, lesson_pages, make_lesson, make_module
from tests.factories.organisations import RoleFactory
from tests.factories.quizzes import QuizFactory

pytestmark = pytest.mark.django_db


def test_a_published_module_has_edition_one_with_its_lessons_in_order():
    nurse = RoleFactory(slug="nurse")
    module = make_module(title="Seeing it", lessons=[{"title": "First"}, {"title": "For nurses", "roles": [nurse]}])

    edition = live_edition_of(module)

    assert (edition.number, edition.title, edition.module_key) == (1, "Seeing it", module.module_key)
    assert [(each.position, each.title, each.role_slugs) for each in lessons_of(edition)] == [
        (1, "First", []),
        (2, "For nurses", ["nurse"]),
    ]
    assert module.live
    assert [page.live for page in lesson_pages(module)] == [True, True]
    assert [card.pk for card in live_cards()] == [edition.pk]


def test_a_lesson_is_served_as_approved_after_its_page_changed_and_after_it_is_gone():
    module = make_module(lessons=[{"title": "First", "body_en": body("As approved.")}])
    page = lesson_pages(module)[0]
    page.display_title_en, page.body_en = "Changed", body("Changed later.")
    page.save()

    copy = lesson_as_page(lessons_of(live_edition_of(module))[0])
    assert copy.text["display_title"] == "First"
    assert "As approved." in str(copy.text["body"])

    page.delete()
    copy = lesson_as_page(lessons_of(live_edition_of(module))[0])
    assert copy.lesson_key == page.lesson_key
    assert "As approved." in str(copy.text["body"])


def test_reading_the_lessons_and_their_pages_costs_the_same_for_any_number(django_assert_num_queries):
    for number in (1, 6):
        module = make_module(lessons=number)
        edition = live_edition_of(module)
        with django_assert_num_queries(1):
            lessons = lessons_of(edition)
            assert [each.served_title for each in lessons]
        with django_assert_num_queries(1):
            assert str(lesson_as_page(lessons[0]).text["body"])
        with django_assert_num_queries(0):
            assert module_as_page(edition).text["display_title"]


def test_the_next_edition_replaces_the_first_which_stays_as_it_was():
    module = make_module(lessons=[{"title": "First"}])
    first = live_edition_of(module)
    make_lesson(module, title="Second")

    second = publish_edition(module=module, by=None, at=PUBLISHED_AT)

    first.refresh_from_db()
    assert (first.is_live, second.is_live, second.number) == (False, True, 2)
    assert [each.title for each in lessons_of(first)] == ["First"]
    assert [each.title for each in lessons_of(second)] == ["First", "Second"]


def test_an_edition_tells_the_apps_above():
    heard = []

    def hear(sender, edition, **kwargs):
        heard.append(edition)

    edition_published.connect(hear)
    try:
        module = make_module()
    finally:
        edition_published.disconnect(hear)
    assert heard == [live_edition_of(module)]


@pytest.mark.parametrize(
    ("lessons", "said"),
    [
        ([], "no lesson"),
        ([{"body_en": [("heading", "")], "title": "Bare"}], None),
    ],
)
def test_what_is_missing_keeps_a_module_from_going_live(lessons, said):
    module = make_module(lessons=lessons, is_published=False)
    if said is None:
        LessonPage.objects.child_of(module).update(body_en="[]")
        said = "The English lesson is empty"
    with pytest.raises(ValidationError, match=said):
        publish_edition(module=module, by=None, at=PUBLISHED_AT)
    assert not Edition.objects.exists()
    assert not ModulePage.objects.get(pk=module.pk).live


def test_a_retired_module_leaves_its_editions():
    module = make_module()
    retire_module(module=module, by=None, at=PUBLISHED_AT, reason="Superseded.")
    module.refresh_from_db()
    assert not module.live
    assert live_edition_of(module) is None
    assert Edition.objects.filter(module_key=module.module_key).count() == 1
    with pytest.raises(ValidationError):
        retire_module(module=module, by=None, at=PUBLISHED_AT, reason="Superseded.")


def test_an_edition_knows_from_when_to_when_it_was_live_and_why_it_ended(reviewer):
    module = make_module()
    later = PUBLISHED_AT + timedelta(days=30)
    publish_edition(module=module, by=None, at=later)
    with pytest.raises(ValidationError, match="Say why"):
        retire_module(module=module, by=reviewer, at=later, reason=" ")
    gone = later + timedelta(days=1)
    retire_module(module=module, by=reviewer, at=gone, reason="The helpline closed.")
    first, second = Edition.objects.order_by("number")
    assert (first.published_at, first.ended_at, first.end_reason) == (PUBLISHED_AT, later, "")
    assert (second.ended_at, second.ended_by, second.end_reason) == (gone, reviewer, "The helpline closed.")
    entry = PageLogEntry.objects.get(page=module.pk, action="courses.retire")
    assert entry.data == {"reason": "The helpline closed."}


def test_a_module_comes_back_as_learners_had_it_last(reviewer):
    quiz = QuizFactory()
    module = make_module(lessons=[{"title": "One", "body_en": body("As it was.")}, {"title": "Two"}], quiz=quiz)
    retire_module(module=module, by=reviewer, at=PUBLISHED_AT, reason="Superseded.")
    one, two = lesson_pages(module)
    one.body_en = body("A newer draft.")
    one.save_revision()
    two.delete()
    with pytest.raises(ValidationError):
        put_back_in_use(module=module, by=reviewer, at=PUBLISHED_AT, reason="")
    back = put_back_in_use(module=module, by=reviewer, at=PUBLISHED_AT, reason="It is needed again.")
    old = Edition.objects.get(number=1)
    assert (back.number, back.is_live, back.approved_by) == (2, True, reviewer)
    assert back.what_changed == "It is needed again."
    assert back.content == old.content
    for before, after in zip(lessons_of(old), lessons_of(back), strict=True):
        assert (before.lesson_key, before.quiz_version) == (after.lesson_key, after.quiz_version)
    assert "As it was." in str(lesson_as_page(lessons_of(back)[0]).text["body"])
    module.refresh_from_db()
    assert module.live
    assert "A newer draft." in str(lesson_pages(module)[0].get_latest_revision_as_object().body_en)
    with pytest.raises(ValidationError, match="not out of use"):
        put_back_in_use(module=module, by=reviewer, at=PUBLISHED_AT, reason="Again.")


def test_who_wrote_the_last_edition_does_not_put_it_back(trainer):
    module = make_module(by=trainer)
    retire_module(module=module, by=None, at=PUBLISHED_AT, reason="Superseded.")
    with pytest.raises(PermissionDenied):
        put_back_in_use(module=module, by=trainer, at=PUBLISHED_AT, reason="Again.")


def test_the_groups_of_the_cms_are_prepared_twice_without_a_change():
    from courses.actions import prepare_cms_groups

    make_module()
    prepare_cms_groups()
    prepare_cms_groups()
