"""Deleting pages in the CMS never takes away what learners use or what people have done."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.access import register_deletion_check
from courses.models import CourseIndexPage, CoursePage, Edition, EditionLesson
from courses.selectors import live_edition_of
from tests.factories.cms import text_of
from tests.factories.courses import (
    lesson_pages,
    make_course,
    make_lesson,
    make_module,
    write_draft,
)
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import QuizFactory

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


def delete_singly(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def delete_in_bulk(client, page):
    return client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={page.pk}")


@pytest.mark.parametrize("delete", [delete_singly, delete_in_bulk])
def test_what_learners_use_is_not_deleted(client, delete):
    module = make_module()
    client.force_login(UserFactory(is_superuser=True))
    for page in (lesson_pages(module)[0], module, CoursePage.objects.get(), CourseIndexPage.objects.get()):
        assert delete(client, page).status_code in (302, 403)
        assert Page.objects.filter(pk=page.pk).exists()
    assert Edition.objects.filter(is_live=True).exists()


@pytest.mark.parametrize("delete", [delete_singly, delete_in_bulk])
@pytest.mark.parametrize("which", ["lesson", "module", "course"])
def test_deleting_what_is_out_of_use_leaves_the_editions(client, reviewer, delete, which):
    module = make_module(lessons=[{"quiz": QuizFactory()}])
    client.force_login(reviewer)
    client.post(reverse("courses:retire", args=[module.pk]), {"reason": "Superseded."})
    client.force_login(UserFactory(is_superuser=True))
    page = {"lesson": lesson_pages(module)[0], "module": module, "course": CoursePage.objects.get()}[which]
    assert delete(client, page).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
    assert Edition.objects.get().module_key == module.module_key
    assert EditionLesson.objects.get().quiz_version


@pytest.mark.parametrize("delete", [delete_singly, delete_in_bulk])
def test_an_app_above_may_keep_a_page(client, delete, monkeypatch):
    monkeypatch.setattr("courses.access._deletion_checks", [])
    asked = []

    def check(pages):
        asked.append({page.pk for page in pages})
        return ["People are still required to take this."]

    register_deletion_check(check)
    register_deletion_check(check)
    module = make_module(is_published=False)
    client.force_login(UserFactory(is_superuser=True))
    response = client.get(delete(client, module.get_parent()).url)
    assert "People are still required" in text_of(response)
    assert Page.objects.filter(pk=module.pk).exists()
    assert asked[0] == {module.get_parent().pk}
    assert len(asked) == 1


def test_a_trainer_deletes_a_draft_but_nothing_live(client, trainer):
    module = make_module()
    draft = make_lesson(module)
    client.force_login(trainer)
    delete_singly(client, draft)
    assert not Page.objects.filter(pk=draft.pk).exists()
    delete_singly(client, lesson_pages(module)[0])
    delete_singly(client, module)
    assert live_edition_of(module).lessons.count() == len(lesson_pages(module)) == 1


def test_previews_show_the_draft_to_trainers_only(client, trainer):
    module = make_module(lessons=[{"title": "One"}])
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=trainer, display_title_en="Draft title")
    url = reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])
    client.force_login(trainer)
    assert "Draft title" in text_of(client.get(url))
    assert client.get(reverse("wagtailadmin_pages:view_draft", args=[module.pk])).status_code == 200
    client.force_login(UserFactory())
    assert client.get(url).status_code in (302, 403)


def test_the_course_is_shown_while_nothing_is_live(client, trainer):
    course = make_course(is_live=False)
    client.force_login(trainer)
    assert client.get(reverse("wagtailadmin_explore", args=[course.pk])).status_code == 200
