"""Deleting pages in the CMS never takes away what learners use or what people have done."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from courses.access import register_deletion_check
from courses.actions import publish_edition, submit_module
from courses.models import CourseIndexPage, CoursePage, Edition, EditionLesson, LessonPage, Submission
from courses.selectors import live_edition_of
from guidance.models import Fact, Source
from tests.factories.cms import text_of
from tests.factories.courses import (
    PUBLISHED_AT,
    lesson_pages,
    make_course,
    make_lesson,
    make_module,
    write_draft,
)
from tests.factories.guidance import FactVersionFactory, SourceFactory
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import QuizFactory
from tests.factories.records import AttemptFactory, CompletionFactory, EnrolmentFactory, RequirementFactory

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


@pytest.fixture
def boss(client):
    """Somebody whom no permission holds back."""
    client.force_login(UserFactory(is_superuser=True))
    return client


def picture():
    return get_image_model().objects.create(title="A door", file=get_test_image_file())


def delete_row(client, row):
    return client.post(reverse(row.snippet_viewset.get_url_name("delete"), args=[row.pk]), follow=True)


def delete_rows(client, row):
    kind = [row._meta.app_label, row._meta.model_name]
    return client.post(
        reverse("wagtail_bulk_action", args=[*kind, "delete"]) + f"?id={row.pk}&next=/cms/", follow=True
    )


#: Wagtail leaves the files it draws into to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestWhatEditionsRestOn:
    @pytest.fixture
    def image(self):
        image = picture()
        block = {"type": "image", "value": {"image": image.pk, "alt_text": "A door", "decorative": False}}
        make_module(title="Seeing it", lessons=[{"title": "One", "body_en": [block]}])
        return image

    def test_a_picture_that_learners_see_stays(self, boss, image):
        for delete in (
            lambda: boss.post(reverse("wagtailimages:delete", args=[image.pk]), follow=True),
            lambda: delete_rows(boss, image),
        ):
            response = delete()
            assert response.status_code == 200
            assert "“A door” is kept as it is, because approved lessons show it: One." in text_of(response)
        assert get_image_model().objects.filter(pk=image.pk).exists()

    def test_it_keeps_its_file_and_may_change_its_title(self, boss, image):
        address = reverse("wagtailimages:edit", args=[image.pk])
        other = SimpleUploadedFile("other.png", get_test_image_file().file.getvalue(), "image/png")
        response = boss.post(address, {"title": "A door", "file": other, "tags": ""})
        assert "Add a new picture instead." in str(response.context["form"].errors)
        before = image.file.name
        boss.post(address, {"title": "A green door", "tags": ""})
        image.refresh_from_db()
        assert (image.title, image.file.name) == ("A green door", before)

    def test_another_picture_goes(self, boss, image):
        unused = picture()
        assert boss.post(reverse("wagtailimages:delete", args=[unused.pk]), follow=True).status_code == 200
        assert not get_image_model().objects.filter(pk=unused.pk).exists()

    @pytest.mark.parametrize("delete", [delete_row, delete_rows])
    @pytest.mark.parametrize("how", ["block", "text", "quiz", "source"])
    def test_facts_and_sources_on_which_something_rests_stay(self, boss, delete, how):
        version = FactVersionFactory(fact__key="days", fact__label_en="Days")
        if how == "block":
            make_module(lessons=[{"body_en": [("fact", version.fact)]}])
        elif how == "text":
            make_module(lessons=[{"body_en": [("text", '<p><embed embedtype="fact" id="days"/></p>')]}])
        elif how == "quiz":
            quiz = QuizFactory()
            [first, *others] = quiz.questions.raw_data
            quiz.questions = [{**first, "value": {**first["value"], "explanation": {"en": "{fact:days}."}}}, *others]
            quiz.save()
            make_module(quiz=quiz)
        row = version.source if how == "source" else version.fact
        response = delete(boss, row)
        assert response.status_code == 200
        assert "is kept, because" in text_of(response)
        assert type(row).objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("delete", [delete_row, delete_rows])
    def test_a_source_that_an_approved_lesson_names_stays(self, boss, delete):
        source = SourceFactory()
        module = make_module(is_published=False)
        [lesson] = lesson_pages(module)
        lesson.sources = [source]
        lesson.save_revision()
        publish_edition(module=module, by=None, at=PUBLISHED_AT)
        lesson.delete()
        assert "is kept, because" in text_of(delete(boss, source))
        assert Source.objects.filter(pk=source.pk).exists()

    @pytest.mark.parametrize("delete", [delete_row, delete_rows])
    def test_facts_that_nothing_quotes_go(self, boss, delete):
        fact = FactVersionFactory().fact
        make_module()
        assert delete(boss, fact).status_code == 200
        assert not Fact.objects.filter(pk=fact.pk).exists()

    @pytest.mark.parametrize("delete", [delete_row, delete_rows])
    def test_a_quiz_that_was_asked_stays(self, boss, delete):
        quiz = QuizFactory()
        module = make_module(quiz=quiz)
        lesson_pages(module)[0].delete()
        response = delete(boss, quiz)
        assert response.status_code == 200
        assert "is kept, because" in text_of(response)


def test_a_tree_deleted_past_the_cms_leaves_every_record():
    module = make_module(quiz=QuizFactory())
    enrolment = EnrolmentFactory(edition=module.editions.get())
    CompletionFactory(module=module)
    RequirementFactory(module=module)
    AttemptFactory(enrolment=enrolment, lesson_key=lesson_pages(module)[0].lesson_key)
    submit_module(module=module, by=UserFactory(), what_changed="x", at=timezone.now())
    models = [Edition, EditionLesson, Submission, *apps.get_app_config("records").get_models()]
    before = {model: model.objects.count() for model in models}
    Page.objects.get(depth=2).delete()
    assert not LessonPage.objects.exists()
    assert {model: model.objects.count() for model in models} == before
    assert Edition.objects.get(module_key=module.module_key).title == module.title
