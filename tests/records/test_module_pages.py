"""Module and lesson pages: who may read them, what they show, and that reading writes nothing."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.actions import publish_edition, retire_module
from courses.models import EditionLesson
from records.models import Completion, Enrolment, LessonProgress
from tests.factories.courses import body, lesson_pages, make_lesson, make_module
from tests.factories.quizzes import make_quiz
from tests.queries import writes
from tests.records.conftest import NOW
from tests.records.journeys import lesson_done, start_module, take_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def module(place):
    """Three lessons, the second for officers, the third with a content note and a gentle version."""
    return make_module(
        title="Seeing it",
        minutes=15,
        lessons=[
            {"title": "Before you act", "body_en": body("Do not confront anyone.")},
            {"title": "On patrol", "roles": [place.officer], "body_en": body("Note the vehicle.")},
            {
                "title": "Signs",
                "body_en": body("The whole story."),
                "gentle_body_en": body("The point of it."),
                "content_note_en": "Mentions threats, in one sentence.",
            },
        ],
    )


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


@pytest.fixture
def pages(module):
    return lesson_pages(module)


class TestModulePage:
    def test_a_visitor_sees_the_module_and_is_asked_to_sign_in(self, client, module, pages):
        response = client.get(module.url)
        html = text(response)
        assert "Seeing it" in html
        assert "Sign in to" in html
        assert f"{reverse('account_login')}?next={quote(module.url, safe='')}" in html
        assert "Do not confront anyone." not in html
        assert Enrolment.objects.count() == 0

    def test_who_is_signed_in_sees_the_lessons_for_their_roles_and_starts_on_purpose(self, learner, module):
        html = text(learner.get(module.url))
        assert "Before you act" in html
        assert "On patrol" not in html
        assert "Start" in html
        assert Enrolment.objects.count() == 0
        response = start_module(learner, module)
        assert response.url == lesson_pages(module)[0].url
        html = text(learner.get(module.url))
        assert "0 of 2 lessons done" in html
        assert "Carry on" in html

    def test_another_role_sees_other_lessons(self, place, client, module):
        client.force_login(place.other)
        assert "On patrol" in text(client.get(module.url))

    def test_finishing_and_taking_again(self, learner, module, pages):
        start_module(learner, module)
        assert lesson_done(learner, module, pages[0].lesson_key).url == pages[2].url
        assert lesson_done(learner, module, pages[2].lesson_key).url == module.url
        assert Completion.objects.count() == 0
        assert "I have finished" in text(learner.get(module.url))
        response = learner.post(reverse("records:finish_module", args=[module.module_key]), follow=True)
        assert "You have completed this module." in text(response)
        assert "Dana Whitlock" in text(response)
        html = text(learner.get(module.url))
        assert "You completed this module on 21 November 2026" in html
        assert "See your certificate" in html
        assert "Take again" in html
        start_module(learner, module)
        assert "0 of 2 lessons done" in text(learner.get(module.url))

    def test_a_module_with_nothing_for_the_role_says_so(self, place, learner):
        module = make_module(lessons=[{"roles": [place.officer]}])
        assert "This module has no lessons for your role" in text(learner.get(module.url))
        response = learner.post(reverse("records:start_module", args=[module.module_key]), follow=True)
        assert "This module has no lessons for your role" in text(response)
        assert Enrolment.objects.count() == 0

    def test_a_module_out_of_use(self, place, learner, module, pages):
        start_module(learner, module)
        retire_module(module=module, by=None, at=NOW, reason="Superseded.")
        assert "Carry on" in text(learner.get(module.url))
        other = Client()
        other.force_login(place.other)
        assert other.get(module.url).status_code == 404
        response = other.post(reverse("records:start_module", args=[module.module_key]), follow=True)
        assert response.status_code == 404
        assert Client().get(module.url).status_code == 404

    def test_nobody_is_enrolled_by_opening_an_address(self, learner, module):
        for name in ("start_module", "finish_module"):
            assert learner.get(reverse(f"records:{name}", args=[module.module_key])).status_code == 302
        assert Enrolment.objects.count() == 0
        assert learner.post(reverse("records:finish_module", args=[module.module_key])).status_code == 404


class TestLessonPage:
    def test_a_visitor_signs_in_and_comes_back(self, client, pages):
        response = client.get(pages[0].url)
        assert response.url == f"{reverse('account_login')}?next={pages[0].url}"

    def test_who_has_not_started_is_led_to_the_module(self, learner, module, pages):
        response = learner.get(pages[0].url, follow=True)
        assert response.redirect_chain == [(module.url, 302)]
        assert "Start this module first." in text(response)
        assert "Do not confront anyone." not in text(response)

    def test_the_lesson_with_the_way_around_it(self, learner, module, pages):
        start_module(learner, module)
        lesson_done(learner, module, pages[0].lesson_key)
        response = learner.get(pages[2].url)
        html = text(response)
        assert "Lesson 2 of 2" in html
        assert html.count("<h1") == 1
        assert html.count('aria-current="page"') >= 1
        assert html.count('class="is-done"') == 1
        assert "The whole story." in html
        assert "Mentions threats, in one sentence." in html
        assert "Skip this part" in html
        assert "On patrol" not in html
        assert f'href="{pages[0].url}"' in html
        assert "no-store" in response["Cache-Control"]

    def test_a_lesson_for_other_roles_leads_back(self, learner, module, pages):
        start_module(learner, module)
        response = learner.get(pages[1].url, follow=True)
        assert response.redirect_chain == [(module.url, 302)]
        assert "not part of this module for your role" in text(response)
        response = lesson_done(learner, module, pages[1].lesson_key)
        assert LessonProgress.objects.count() == 0

    def test_which_version_is_read_never_reaches_the_server(self, learner, module, pages):
        start_module(learner, module)
        with CaptureQueriesContext(connection) as queries:
            response = learner.get(pages[2].url)
        html = text(response)
        for words in ("The point of it.", "The whole story.", 'href="#gentle"', 'href="#full"'):
            assert words in html
        assert "?gentle" not in html
        assert writes(queries) == []
        assert set(response.cookies) <= {"csrftoken", "messages"}

    def test_learners_are_served_what_was_approved(self, learner, module, pages):
        start_module(learner, module)
        page = pages[0]
        page.body_en = body("A draft nobody approved.")
        page.save()
        page.save_revision()
        assert "Do not confront anyone." in text(learner.get(page.url))
        make_lesson(module, title="New lesson")
        publish_edition(module=module, by=None, at=NOW)
        html = text(learner.get(page.url))
        assert "A draft nobody approved." not in html
        assert "New lesson" not in html

    def test_a_lesson_moved_renamed_or_deleted_is_still_read(self, learner, module, pages):
        start_module(learner, module)
        address = pages[0].url
        page = pages[0]
        page.slug = "another-address"
        page.save()
        assert "Do not confront anyone." in text(learner.get(address))
        page.delete()
        assert "Do not confront anyone." in text(learner.get(address))
        assert address in text(learner.get(pages[2].url))
        assert lesson_done(learner, module, pages[0].lesson_key).url == pages[2].url

    def test_a_module_deleted_mid_way_is_still_finished(self, learner, module, pages):
        start_module(learner, module)
        key, lesson_keys = module.module_key, [pages[0].lesson_key, pages[2].lesson_key]
        module.delete()
        html = text(learner.get(reverse("records:module", args=[key])))
        assert "Carry on" in html
        for lesson_key in lesson_keys:
            address = reverse("records:lesson", args=[key, lesson_key])
            assert address in html
            assert learner.get(address).status_code == 200
            response = learner.post(reverse("records:lesson_done", args=[key, lesson_key]))
        assert response.url == reverse("records:module", args=[key])
        response = learner.post(reverse("records:finish_module", args=[key]), follow=True)
        assert "Dana Whitlock" in text(response)

    def test_after_the_end_the_lessons_stay_readable(self, learner, module, pages):
        start_module(learner, module)
        for page in (pages[0], pages[2]):
            lesson_done(learner, module, page.lesson_key)
        learner.post(reverse("records:finish_module", args=[module.module_key]))
        html = text(learner.get(pages[0].url))
        assert "Do not confront anyone." in html
        assert "Done, next lesson" not in html
        response = learner.post(
            reverse("records:lesson_done", args=[module.module_key, pages[0].lesson_key]), follow=True
        )
        assert "You have already finished this module." in text(response)

    def test_somebody_elses_work_is_not_found(self, place, learner, module, pages):
        start_module(learner, module)
        other = Client()
        other.force_login(place.other)
        assert other.get(pages[0].url).url == module.url
        assert other.get(reverse("records:lesson", args=[module.module_key, pages[0].lesson_key])).status_code == 404
        assert lesson_done(other, module, pages[0].lesson_key).status_code == 404
        assert LessonProgress.objects.count() == 0

    def test_buttons_ask_to_sign_in_and_come_back_to_a_page(self, client, module, pages):
        response = lesson_done(client, module, pages[0].lesson_key)
        page_url = reverse("records:lesson", args=[module.module_key, pages[0].lesson_key])
        assert response.url == f"{reverse('account_login')}?next={page_url}"

    def test_the_words_carry_their_own_language(self, learner, module, pages):
        start_module(learner, module)
        with translation.override("ar"):
            address = pages[0].url
        assert address.startswith("/ar/")
        html = text(learner.get(address))
        assert '<html lang="ar" dir="rtl"' in html
        assert '<h1 class="govuk-heading-l" lang="en" dir="ltr">Before you act</h1>' in html
        assert "notice--language" in html


def test_reading_writes_nothing(learner, place):
    module = make_module(lessons=[{}, {"quiz": make_quiz()}, {}])
    pages = lesson_pages(module)
    start_module(learner, module)
    lesson_done(learner, module, pages[0].lesson_key)
    take_quiz(learner, module, pages[1].lesson_key, wrongly=3)
    result = Enrolment.objects.get().attempts.get()
    learner.post(reverse("records:start_quiz", args=[module.module_key, pages[1].lesson_key]))
    draft = Enrolment.objects.get().drafts.get()
    addresses = [
        reverse("records:my_learning"),
        reverse("records:my_record"),
        module.url,
        *[page.url for page in pages],
        reverse("records:module", args=[module.module_key]),
        reverse("records:lesson", args=[module.module_key, pages[0].lesson_key]),
        reverse("records:start_module", args=[module.module_key]),
        reverse("records:finish_module", args=[module.module_key]),
        reverse("records:lesson_done", args=[module.module_key, pages[2].lesson_key]),
        reverse("records:start_quiz", args=[module.module_key, pages[1].lesson_key]),
        reverse("records:question", args=[draft.key, 1]),
        reverse("records:check_answers", args=[draft.key]),
        reverse("records:submit_quiz", args=[draft.key]),
        reverse("records:result", args=[result.pk]),
    ]
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            response = learner.get(address)
        assert response.status_code in (200, 302), address
        assert writes(queries) == [], address
        assert "no-store" in response["Cache-Control"], address


def test_a_lesson_takes_the_same_queries_whatever_the_size(learner, place):
    counts = []
    for lessons in (2, 12):
        module = make_module(lessons=[{"gentle_body_en": body()}] * lessons)
        pages = lesson_pages(module)
        start_module(learner, module)
        lesson_done(learner, module, pages[0].lesson_key)
        learner.get(pages[1].url)
        with CaptureQueriesContext(connection) as queries:
            assert learner.get(pages[1].url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10, [each["sql"][:120] for each in queries]


def test_a_module_page_takes_the_same_queries_whatever_the_size(learner):
    counts = []
    for lessons in (2, 12):
        module = make_module(lessons=lessons)
        start_module(learner, module)
        learner.get(module.url)
        with CaptureQueriesContext(connection) as queries:
            assert learner.get(module.url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert EditionLesson.objects.count() == 14
