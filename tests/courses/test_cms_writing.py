"""The CMS: trainers write, and no button goes round a review."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage, EditionLesson, LessonPage, ModulePage
from courses.selectors import live_edition_of
from tests.factories.cms import edit_url, no_streams, stream, text_of
from tests.factories.courses import (
    body,
    lesson_pages,
    make_module,
    write_draft,
)
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


def test_a_trainer_writes_a_course_a_module_and_a_lesson(client, trainer):
    client.force_login(trainer)
    index = CourseIndexPage.objects.get()
    for model, parent, extra in (
        ("coursepage", lambda: index, {"introduction_en": "null"}),
        ("modulepage", CoursePage.objects.get, {"minutes": "10"}),
        (
            "lessonpage",
            ModulePage.objects.get,
            {"minutes": "3", **no_streams(), **stream("body_en", ("heading", "Hello"))},
        ),
    ):
        url = reverse("wagtailadmin_pages:add", args=["courses", model, parent().pk])
        assert client.get(url).status_code == 200
        response = client.post(url, {"display_title_en": f"My {model}", "slug": model, **extra})
        assert response.status_code == 302, text_of(response)
    lesson = LessonPage.objects.get()
    assert not lesson.live
    assert lesson.title == "My lessonpage"
    assert lesson.body_en[0].value == "Hello"
    assert not CoursePage.objects.get().live


def test_english_is_asked_for_also_in_a_draft(client, trainer):
    client.force_login(trainer)
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", CourseIndexPage.objects.get().pk])
    response = client.post(url, {"display_title_ar": "عنوان", "slug": "x"})
    assert response.status_code == 200
    assert not CoursePage.objects.exists()


def test_the_editor_has_a_tab_for_each_language_and_keeps_what_is_there(client, trainer):
    module = make_module(lessons=[{"display_title_ar": "درس", "body_ar": body("نص")}])
    [lesson] = lesson_pages(module)
    client.force_login(trainer)
    page = text_of(client.get(edit_url(lesson)))
    for words in ("English", "العربية", "فارسی", "Français", "Português", "Soomaali", "Español", "Settings"):
        assert words in page
    assert "Nothing about a real case" in page
    data = {"display_title_en": "New", "display_title_ar": "درس", "slug": lesson.slug, "minutes": "4", **no_streams()}
    data |= stream("body_en", ("heading", "Hello"))
    assert client.post(edit_url(lesson), data).status_code == 302
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert (draft.display_title_en, draft.display_title_ar, draft.minutes) == ("New", "درس", 4)
    assert live_edition_of(module).lessons.get().title == lesson.title


@pytest.mark.parametrize(
    ("columns", "rows", "is_fine"),
    [
        (["A", "B"], [["1", "2"], ["3", ""]], True),
        (["A", "B"], [["1"]], False),
        (["A", "B"], [["1", "2", "3"]], False),
    ],
)
def test_a_table_has_as_many_cells_as_columns(columns, rows, is_fine):
    from django.core.exceptions import ValidationError

    from courses.blocks import TableBlock

    block = TableBlock()
    value = block.to_python({"caption": "Table", "columns": columns, "rows": rows})
    if is_fine:
        block.clean(value)
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


def test_an_image_needs_alternative_text_unless_it_is_decorative():
    from django.core.exceptions import ValidationError
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    from courses.blocks import BodyBlock

    image = get_image_model().objects.create(title="A door", file=get_test_image_file())
    block = BodyBlock().child_blocks["image"]
    for value, is_fine in (
        ({"image": image.pk, "alt_text": "A blue door", "decorative": False}, True),
        ({"image": image.pk, "alt_text": "", "decorative": True}, True),
        ({"image": image.pk, "alt_text": "", "decorative": False}, False),
    ):
        if is_fine:
            block.clean(block.to_python(value))
        else:
            with pytest.raises(ValidationError):
                block.clean(block.to_python(value))


def test_an_image_without_alternative_text_does_not_go_live():
    from django.core.exceptions import ValidationError
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(title="A door", file=get_test_image_file())
    raw = [{"type": "image", "value": {"image": image.pk, "alt_text": "", "decorative": False}}]
    with pytest.raises(ValidationError, match="alternative text"):
        make_module(lessons=[{"body_en": [], "gentle_body_fr": raw}])
    assert not EditionLesson.objects.exists()


@pytest.mark.parametrize("who", ["trainer", "reviewer", "superuser"])
def test_no_button_and_no_address_of_the_cms_publishes_a_module(client, trainer, reviewer, who):
    person = {"trainer": trainer, "reviewer": reviewer, "superuser": UserFactory(is_superuser=True)}[who]
    module = make_module(title="As approved")
    [lesson] = lesson_pages(module)
    course = CoursePage.objects.get()
    write_draft(lesson, by=trainer, display_title_en="Draft")
    client.force_login(person)
    for page in (lesson, module, course):
        tester = page.permissions_for_user(person)
        assert not any(
            [
                tester.can_publish(),
                tester.can_unpublish(),
                tester.can_publish_subpage(),
                tester.can_unschedule(),
                tester.can_submit_for_moderation(),
                tester.can_set_view_restrictions(),
            ]
        )
        shown = text_of(client.get(edit_url(page)))
        for name in ("action-publish", "action-unpublish", "action-submit"):
            assert name not in shown
        client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
        client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}")
        client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={page.pk}")
        assert Page.objects.get(pk=page.pk).live
    data = {"display_title_en": "Smuggled", "slug": lesson.slug, "minutes": "4", "action-publish": "1", **no_streams()}
    client.post(edit_url(lesson), data | stream("body_en", ("heading", "Hello")))
    lesson.refresh_from_db()
    assert lesson.title != "Smuggled"
    assert live_edition_of(module).number == 1


def test_a_new_page_is_a_draft_whatever_the_form_says(client, trainer):
    client.force_login(UserFactory(is_superuser=True))
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", CourseIndexPage.objects.get().pk])
    assert "action-publish" not in text_of(client.get(url))
    client.post(url, {"display_title_en": "Smuggled", "slug": "smuggled", "action-publish": "1"})
    assert not CoursePage.objects.filter(live=True).exists()


def test_a_trainer_puts_lessons_in_order_and_learners_keep_theirs(client, trainer):
    module = make_module(lessons=[{"title": "One"}, {"title": "Two"}])
    one, two = lesson_pages(module)
    client.force_login(trainer)
    client.post(reverse("wagtailadmin_pages:set_page_position", args=[two.pk]) + "?position=0")
    assert [page.pk for page in lesson_pages(module)] == [two.pk, one.pk]
    assert list(live_edition_of(module).lessons.values_list("title", flat=True)) == ["One", "Two"]
    assert "The order of the lessons has changed too" in text_of(
        client.get(reverse("courses:hand_in", args=[module.pk]))
    )
