"""Signing a translation off: who may, for which words, and what learners get until then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import PageLogEntry

from courses.actions import publish_edition, sign_off_translation
from courses.completeness import completeness
from courses.models import CourseIndexPage, TranslationReview
from courses.rendering import rendered_lesson
from courses.selectors import lessons_of, live_edition_of
from courses.translated_texts import translators_of, words_hash
from home.models import HomePage
from tests.factories.courses import body, lesson_pages, make_module, make_reviewer, make_trainer, write_draft
from tests.factories.organisations import PartnershipFactory
from tests.factories.quizzes import make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ENGLISH = [("heading", "Listen"), ("text", "<p>Take your time.</p><p>Nobody must decide today.</p>")]
ARABIC = [("heading", "أصغِ"), ("text", "<p>خذ وقتك.</p><p>لا يجب على أحد أن يقرر اليوم.</p>")]


def in_arabic(**more):
    lesson = {"title": "Listening", "display_title_ar": "الإصغاء", "body_en": ENGLISH, "body_ar": ARABIC}
    return make_module(title="Words", display_title_ar="كلمات", lessons=[{**lesson, **more}])


@pytest.fixture
def partnership(db):
    return PartnershipFactory()


@pytest.fixture
def reviewer(partnership):
    return make_reviewer(partnership)


def sign_off(module, by, **more):
    edition = live_edition_of(module)
    words = {"seen": words_hash(edition, "ar"), "shown_name": "Noor Haddad", **more}
    return sign_off_translation(edition=edition, language="ar", by=by, at=AT, **words)


def served(module, code="ar", **more):
    with translation.override(code):
        return rendered_lesson(lessons_of(live_edition_of(module))[0], **more)


# --- what learners get ---------------------------------------------------------------------------
def test_until_then_the_english_stands_under_what_must_not_be_misread():
    html = served(in_arabic()).html
    assert "notice--language" in html
    assert 'href="?beside=en"' in html
    assert '<span class="in-english" lang="en" dir="ltr">Nobody must decide today.</span>' in html
    assert "Take your time." not in html


def test_who_asks_gets_all_the_english_beside_it():
    lesson = served(in_arabic(), is_english_asked=True)
    assert lesson.html.count('class="side-by-side"') == 2
    assert "Take your time." in lesson.html
    assert 'href="?"' in lesson.html
    assert lesson.english_title == "Listening"


def test_once_it_is_signed_off_it_stands_alone(reviewer):
    module = in_arabic()
    sign_off(module, reviewer)
    for is_asked in (False, True):
        html = served(module, is_english_asked=is_asked).html
        assert "notice--language" not in html
        assert "Nobody must" not in html


def test_english_itself_needs_nobody():
    html = served(in_arabic(), "en", is_english_asked=True).html
    assert "in-english" not in html
    assert "side-by-side" not in html


def test_a_lesson_costs_nothing_the_second_time(django_assert_num_queries):
    lessons = lessons_of(live_edition_of(in_arabic()))
    with translation.override("ar"):
        first = rendered_lesson(lessons[0])
        with django_assert_num_queries(0):
            assert rendered_lesson(lessons[0]) == first


def test_the_module_page_says_it_to_everyone(client):
    module = in_arabic()
    english = module.get_url()
    url = english.replace("/en/", "/ar/")
    page = client.get(url).content.decode()
    assert "notice--language" in page
    assert client.get(url, {"beside": "en"}).status_code == 200
    assert "notice--language" not in client.get(english).content.decode()


# --- signing off ---------------------------------------------------------------------------------
def test_it_holds_until_a_word_changes_on_either_side(reviewer):
    module = in_arabic()
    sign_off(module, reviewer)
    publish_edition(module=module, by=None, at=AT)
    assert live_edition_of(module).is_reviewed("ar")
    for words, holds in (
        ({"body_ar": body("كلمة أخرى")}, False),
        ({"body_ar": ARABIC}, True),
        ({"body_en": body("Another word")}, False),
        ({"body_en": ENGLISH, "minutes": 7}, True),
    ):
        write_draft(lesson_pages(module)[0], by=make_trainer(), **words)
        publish_edition(module=module, by=None, at=AT)
        assert live_edition_of(module).is_reviewed("ar") is holds


def test_it_says_who_and_when(reviewer):
    module = in_arabic()
    review = sign_off(module, reviewer)
    assert (review.shown_name, review.signed_off_by, review.language) == ("Noor Haddad", reviewer, "ar")
    entry = PageLogEntry.objects.get(action="courses.sign_off")
    assert (entry.user, entry.data["language"]) == (reviewer, "ar")


def test_nobody_signs_off_their_own_translation(partnership, reviewer):
    module = in_arabic()
    [page] = lesson_pages(module)
    page.save_revision()
    trainer = make_trainer(partnership)
    write_draft(page, by=trainer, body_en=body("Listen well."))
    write_draft(page, by=reviewer, body_ar=body("أصغِ جيدًا."))
    publish_edition(module=module, by=None, at=AT)
    assert translators_of(module, "ar") == {reviewer.pk}
    with pytest.raises(PermissionDenied):
        sign_off(module, reviewer)
    sign_off(module, make_reviewer(partnership))


@pytest.mark.parametrize("words", [{"seen": "another"}, {"shown_name": " "}])
def test_what_the_reviewer_did_not_read_is_not_signed_off(reviewer, words):
    module = in_arabic()
    with pytest.raises(ValidationError):
        sign_off(module, reviewer, **words)
    assert not TranslationReview.objects.exists()


def test_what_is_not_whole_is_not_signed_off(reviewer):
    module = in_arabic(quiz=make_quiz(questions=1))
    with pytest.raises(ValidationError, match="quiz"):
        sign_off(module, reviewer)
    with pytest.raises(ValidationError, match="whole"):
        sign_off_translation(
            edition=live_edition_of(module), language="fr", seen="", shown_name="Noor", by=reviewer, at=AT
        )


def test_it_is_signed_off_once(reviewer):
    module = in_arabic(quiz=make_quiz(questions=1, languages=("en", "ar")))
    sign_off(module, reviewer)
    with pytest.raises(ValidationError, match="already"):
        sign_off(module, reviewer)


# --- the page ------------------------------------------------------------------------------------
def test_a_reviewer_reads_both_and_signs_off(client, reviewer):
    module = in_arabic(quiz=make_quiz(questions=1, languages=("en", "ar")), content_note_en="Threats")
    edition = live_edition_of(module)
    assert edition.languages == ["en"]
    [page] = lesson_pages(module)
    write_draft(page, by=make_trainer(), content_note_ar="تهديدات")
    publish_edition(module=module, by=None, at=AT)
    client.force_login(reviewer)
    url = reverse("courses:translation", args=[module.pk, "ar"])
    response = client.get(url)
    text = response.content.decode()
    for words in ("Take your time.", "خذ وقتك.", "تهديدات", "Threats", "Question 1: what helps? [ar]"):
        assert words in text
    form = response.context["form"]
    client.post(
        reverse("courses:sign_off", args=[module.pk, "ar"]),
        {"seen": form["seen"].value(), "shown_name": form["shown_name"].value()},
    )
    assert live_edition_of(module).is_reviewed("ar")
    assert reviewer.name in client.get(url).content.decode()


def test_a_trainer_reads_and_does_not_sign_off(client, partnership):
    module = in_arabic()
    client.force_login(make_trainer(partnership))
    page = client.get(reverse("courses:translation", args=[module.pk, "ar"]))
    assert page.status_code == 200
    assert not page.context["may_sign_off"]
    words = {"seen": words_hash(live_edition_of(module), "ar"), "shown_name": "Me"}
    client.post(reverse("courses:sign_off", args=[module.pk, "ar"]), words)
    assert not TranslationReview.objects.exists()


# --- how far each language is --------------------------------------------------------------------
def cells(title):
    [line] = [line for line in completeness() if line.title == title]
    return {cell.code: cell for cell in line.cells}


def test_the_report_says_how_far_a_module_is(reviewer):
    module = in_arabic()
    assert (cells("Words")["ar"].state, cells("Words")["ar"].review) == ("complete", "unreviewed")
    assert cells("Words")["so"].state == "none"
    sign_off(module, reviewer)
    assert "Noor Haddad" in cells("Words")["ar"].words
    [page] = lesson_pages(module)
    write_draft(page, by=reviewer, summary_en="Short.", body_en=body("More."))
    assert (cells("Words")["ar"].done, cells("Words")["ar"].total) == (3, 4)
    publish_edition(module=module, by=None, at=AT)
    assert cells("Words")["ar"].review == "changed"


def test_the_report_leads_to_what_is_missing(client, reviewer):
    module = in_arabic(summary_en="Short.")
    [page] = lesson_pages(module)
    client.force_login(reviewer)
    text = client.get(reverse("courses:translations"), {"language": "ar"}).content.decode()
    assert f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}#tab-" in text
    assert "Listening: summary" in text
    file = client.get(reverse("courses:translations"), {"format": "csv"})
    assert "Words" in b"".join(file.streaming_content).decode()


def test_the_report_costs_the_same_however_much_there_is():
    in_arabic(quiz=make_quiz(questions=1))
    completeness()
    with CaptureQueriesContext(connection) as few:
        completeness()
    for number in range(3):
        make_module(title=f"More {number}", lessons=[{}, {"quiz": make_quiz(questions=2)}])
    with CaptureQueriesContext(connection) as many:
        completeness()
    assert len(many) == len(few)


# --- what search engines are told ----------------------------------------------------------------
def test_public_pages_name_the_languages_that_are_really_there(client):
    module = in_arabic()
    url = module.get_url()
    page = client.get(url).content.decode()
    for code, address in (("x-default", url), ("en", url), ("ar", url.replace("/en/", "/ar/"))):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver{address}">' in page
    assert 'hreflang="fr" href="http://testserver' not in page
    for path in ("/en/", "/en/courses/", url.rsplit("/", 2)[0] + "/"):
        assert 'hreflang="x-default"' in client.get(path).content.decode()


@pytest.mark.parametrize("page", ["home", "index", "course", "module"])
def test_a_page_that_is_not_there_in_a_language_is_english_under_a_notice(client, page):
    module = make_module()
    course = module.get_parent()
    url = {"home": "/en/", "index": "/en/courses/", "course": course.get_url(), "module": module.get_url()}[page]
    HomePage.objects.update(display_title_fa=None)
    CourseIndexPage.objects.update(display_title_fa=None)
    text = client.get(url.replace("/en/", "/fa/", 1)).content.decode()
    assert "notice--language" in text
    assert '<div lang="en" dir="ltr">' in text
