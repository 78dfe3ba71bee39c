"""What pages and quizzes quote, and that they show it when they are read."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from courses.actions import publish_edition
from courses.facts import quoted_in, quoted_in_quiz
from courses.models import EditionLesson
from courses.rendering import rendered_lesson
from guidance.models import Confidence
from guidance.notation import CONTACT, FACT, Quote
from quizzes.actions import freeze_quiz
from tests.factories.courses import PUBLISHED_AT, lesson_pages, make_module
from tests.factories.guidance import ContactFactory, FactFactory, FactVersionFactory
from tests.factories.quizzes import make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAYS = Quote(FACT, "reflection-days")
YEAR = Quote(FACT, "referrals")
HELPLINE = Quote(CONTACT, "helpline")


def item(value):
    return {"type": "item", "value": value}


def body_with(fact, contact):
    """A lesson that quotes in every way."""
    rows = [[f"Within {DAYS.token}", "by then"]]
    return [
        ("text", f"<p>You have {DAYS.embed}.</p>"),
        ("table", {"caption": "When", "columns": ["What", "When"], "rows": rows}),
        ("do_dont", {"do": [f"Call {HELPLINE.token}"], "dont": ["Wait"]}),
        ("fact", fact),
        ("contact", contact),
    ]


@pytest.fixture
def lesson():
    days = FactFactory(key=DAYS.key, value="45 days")
    year = FactFactory(key=YEAR.key, value="23,411")
    helpline = ContactFactory(key=HELPLINE.key, number="08000 121 700")
    module = make_module(lessons=[{"body_en": body_with(year, helpline)}])
    row = EditionLesson.objects.get(edition__module_key=module.module_key)
    row.days = days
    return row


def test_quotes_are_found_in_texts_cells_points_and_blocks(lesson, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert quoted_in(lesson.content) == {DAYS, YEAR, HELPLINE}
    assert quoted_in({}, [], "", None) == frozenset()


def test_a_lesson_shows_them_and_a_correction_at_once(lesson):
    html = rendered_lesson(lesson).html
    assert html.count("45 days") == 2
    assert html.count("tel:08000121700") == 2
    FactVersionFactory(fact=lesson.days, value_en="30 days", starts_on=date(2026, 11, 1))
    html = rendered_lesson(EditionLesson.objects.get(pk=lesson.pk)).html
    assert html.count("30 days") == 2
    assert "45 days" not in html


@pytest.mark.parametrize("number", [1, 6])
def test_a_lesson_with_many_quotes_costs_the_same(number, django_assert_num_queries):
    facts = [FactFactory(key=f"f-{place}", value="23") for place in range(number)]
    texts = [("text", f"<p>{Quote(FACT, fact.key).embed}</p>") for fact in facts]
    module = make_module(lessons=[{"body_en": texts}])
    row = EditionLesson.objects.select_related("edition").get(edition__module_key=module.module_key)
    with django_assert_num_queries(1):
        rendered_lesson(row)


def test_an_edition_keeps_the_reference_and_never_the_value(lesson):
    assert "45 days" not in str(lesson.content)


@pytest.fixture
def quiz():
    quiz = make_quiz(questions=1)
    stored = list(quiz.questions.get_prep_value())
    stored[0]["value"]["text"]["en"] = f"How long? {DAYS.token}"
    stored[0]["value"]["choices"][0]["value"]["feedback"]["en"] = f"It is {DAYS.token}."
    quiz.questions = stored
    quiz.save()
    return type(quiz).objects.get(pk=quiz.pk)


def test_quotes_of_a_quiz_and_of_its_versions(quiz):
    FactFactory(key=DAYS.key, value="45 days")
    assert quoted_in_quiz(quiz) == {DAYS}
    version = freeze_quiz(quiz=quiz, at=PUBLISHED_AT)
    assert quoted_in_quiz(version) == {DAYS}
    assert "45 days" not in str(version.places.get().question_version.content)


@pytest.mark.parametrize("confidence", [Confidence.MEDIUM, Confidence.UNKNOWN, None])
def test_no_question_turns_on_what_is_not_confirmed(quiz, confidence):
    if confidence:
        FactFactory(key=DAYS.key, value="45 days", value__confidence=confidence)
    module = make_module(quiz=quiz, is_published=False)
    with pytest.raises(ValidationError, match="reflection-days"):
        publish_edition(module=module, by=None, at=PUBLISHED_AT)
    FactVersionFactory(
        **({"fact": FactFactory._meta.model.objects.get(key=DAYS.key)} if confidence else {"fact__key": DAYS.key}),
        starts_on=date(2026, 11, 1),
    )
    assert publish_edition(module=module, by=None, at=PUBLISHED_AT).number == 1
    assert lesson_pages(module)
