"""Contacts in a translation that nobody has reviewed: each has its English, in sentences, cards and quizzes."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from courses.models import Edition, EditionLesson
from courses.rendering import rendered_lesson
from guidance.notation import CONTACT, Quote
from quizzes.actions import change_quiz
from tests.factories.courses import lesson_pages, make_module
from tests.factories.guidance import ContactFactory
from tests.factories.quizzes import make_question, make_quiz
from tests.records.journeys import start_module, start_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LINE = Quote(CONTACT, "night-line")
NUMBER = "08000 121 700"


def under(text):
    return f'<span class="in-english" lang="en" dir="ltr">{text}</span>'


@pytest.fixture
def contact():
    return ContactFactory(
        key=LINE.key,
        label_en="Night line",
        label_ar="خط الليل",
        when_en="When nobody else answers",
        when_ar="عندما لا يجيب أحد",
        number=NUMBER,
        opening="always",
    )


@pytest.fixture
def module(contact):
    both = ("en", "ar")
    quiz = make_quiz(questions=[make_question(languages=both)], languages=both)
    texts = {"introduction": {"en": f"Unsure? {LINE.token}", "ar": f"غير متأكد؟ {LINE.token}"}}
    change_quiz(quiz=quiz, by=None, **texts)
    words = {
        "body_en": [("contact", contact), ("text", f"<p>Ring {LINE.embed}.</p><p>{LINE.embed}</p>")],
        "body_ar": [("contact", contact), ("text", f"<p>اتصل {LINE.embed}.</p><p>{LINE.embed}</p>")],
        "display_title_ar": "درس",
        "quiz": quiz,
    }
    return make_module(display_title_ar="وحدة", lessons=[words])


def lesson_in(code, module, **options):
    row = EditionLesson.objects.select_related("edition").get(edition__module_key=module.module_key)
    with translation.override(code):
        return rendered_lesson(row, **options).html


def test_each_word_of_a_card_has_its_english_and_the_number_stands_once(module):
    html = lesson_in("ar", module)
    card = html[html.index('class="contact"') : html.index("اتصل")]
    assert "خط الليل" in card
    assert under("<strong><bdi>Night line</bdi></strong>") in card
    assert under("<bdi>When nobody else answers</bdi>") in card
    assert under("At any time") in card
    assert card.count(f"<bdi>{NUMBER}</bdi>") == 1


def test_a_sentence_with_a_contact_has_its_english_even_where_it_is_nothing_else(module):
    html = lesson_in("ar", module)
    sentences = html[html.index("اتصل") :]
    assert sentences.count('<span class="in-english" lang="en" dir="ltr">') == 2
    assert 'dir="ltr">Ring <span class="quote"><bdi>Night line</bdi>' in sentences
    assert sentences.count("Night line") == 2


def test_beside_english_a_card_stands_once_in_each_column(module):
    html = lesson_in("ar", module, is_english_asked=True)
    card = html[html.index('class="contact"') : html.index("اتصل")]
    assert card.count("Night line") == 1
    assert card.count("خط الليل") == 1
    assert "in-english" not in card


def test_a_card_that_is_not_translated_says_its_english_once(module, contact):
    contact.label_ar = contact.when_ar = ""
    contact.save()
    html = lesson_in("ar", module)
    card = html[html.index('class="contact"') : html.index("اتصل")]
    assert card.count("Night line") == 1


def test_signed_off_there_is_no_english(module):
    Edition.objects.update(reviewed_languages=["ar"])
    html = lesson_in("ar", module)
    assert "in-english" not in html
    assert "Night line" not in html
    assert "in-english" not in lesson_in("en", module)


def test_the_introduction_of_a_quiz_says_whom_to_ring_in_both(client, place, module):
    client.force_login(place.learner)
    start_module(client, module)
    draft = start_quiz(client, module, lesson_pages(module)[0].lesson_key)
    with translation.override("ar"):
        page = client.get(reverse("records:question", args=[draft.key, 1])).text
    start = page.index("غير متأكد؟")
    opening = page[start : page.index("</p>", start)]
    assert "خط الليل" in opening
    assert 'lang="en" dir="ltr">Unsure? <span class="quote"><bdi>Night line</bdi>' in opening
    assert opening.count(NUMBER) == 2
