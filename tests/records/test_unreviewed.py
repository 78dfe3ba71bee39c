"""A quiz in a language that nobody has reviewed: English is always at hand, and it counts the same."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from courses.models import Edition
from courses.selectors import live_edition_of
from records.models import Completion
from tests.factories.courses import body, lesson_pages, make_module
from tests.factories.quizzes import make_question, make_quiz
from tests.records.journeys import answer, start_module, start_quiz, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DANGER = "Somebody is in danger. What now?"


@pytest.fixture
def module():
    both = ("en", "ar")
    question = make_question(text=DANGER, right=("Call 999",), wrong=("Listen",), languages=both)
    quiz = make_quiz(questions=[question], languages=both)
    words = {"display_title_ar": "درس", "body_ar": body("نص"), "quiz": quiz}
    return make_module(display_title_ar="وحدة", lessons=[words])


def under(text):
    return f'<span class="in-english" lang="en" dir="ltr">{text}</span>'


def test_the_quiz_keeps_the_english_of_what_must_not_be_misread(client, place, module):
    client.force_login(place.learner)
    start_module(client, module)
    draft = start_quiz(client, module, lesson_pages(module)[0].lesson_key)
    with translation.override("ar"):
        question = reverse("records:question", args=[draft.key, 1])
        check = reverse("records:check_answers", args=[draft.key])
    page = client.get(question).content.decode()
    assert under(DANGER) in page
    assert under("Call 999") in page
    assert under("Listen") not in page
    assert "notice--language" in page
    asked = client.get(question, {"beside": "en"}).content.decode()
    assert under("Listen") in asked
    # Who has asked for the English keeps it to the end.
    assert f"{check}?beside=en" in client.post(f"{question}?beside=en", {"answer": "right-1"}).headers["Location"]
    assert under(DANGER) in client.get(check).content.decode()
    Edition.objects.update(reviewed_languages=["ar"])
    page = client.get(question).content.decode()
    assert "in-english" not in page
    assert "notice--language" not in page


def test_a_completion_in_an_unreviewed_language_counts_and_english_was_there(client, place, module):
    edition = live_edition_of(module)
    assert not edition.is_reviewed("ar")
    assert edition.is_reviewed("en")
    assert "en" in edition.languages
    client.force_login(place.learner)
    start_module(client, module)
    draft = start_quiz(client, module, lesson_pages(module)[0].lesson_key)
    with translation.override("ar"):
        answer(client, draft, 1, ["right-1"])
        result = submit(client, draft)
        assert under(DANGER) in client.get(result.headers["Location"]).content.decode()
    assert Completion.objects.get(person=place.learner).enrolment.edition == edition
