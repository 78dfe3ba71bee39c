"""A quiz that draws its questions, through a learner's pages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.actions import publish_edition
from courses.models import EditionLesson
from quizzes.actions import save_question
from quizzes.models import Question
from records.models import Attempt, Completion
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.quizzes import line_of_bank, line_of_draw, make_question, make_quiz, make_ready_question
from tests.records.conftest import NOW
from tests.records.journeys import answer_all, start_module, start_quiz, submit, take_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def module(place):
    """A module whose quiz asks one question of the bank always, and two of six."""
    named = make_ready_question("Always", tags=[])
    for number in range(6):
        make_ready_question(f"Number {number}")
    return make_module(lessons=1, quiz=make_quiz(questions=[line_of_bank(named), line_of_draw(2)]))


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


def lesson_of(module):
    return EditionLesson.objects.get(edition__module_key=module.module_key, edition__is_live=True).lesson_key


def words(draft) -> set[str]:
    return {place.text for place in asked_in(draft).places}


def test_each_attempt_asks_others_and_marks_only_what_it_asked(module, learner):
    start_module(learner, module)
    seen = []
    for number in (1, 2, 3):
        draft = start_quiz(learner, module, lesson_of(module))
        asked = words(draft)
        assert len(asked) == 3
        assert "Always" in asked
        # Coming back to it asks the same.
        assert words(start_quiz(learner, module, lesson_of(module))) == asked
        seen.append(asked - {"Always"})
        answer_all(learner, draft, wrongly=3 if number < 3 else 0)
        page = learner.get(submit(learner, draft).url).content.decode()
        attempt = Attempt.objects.get(number=number)
        assert len(attempt.questions) == 3
        assert all(text in page for text in asked)
    assert len(set().union(*seen)) == 6
    assert attempt.score == 1
    assert Completion.objects.exists()


def test_what_was_begun_asks_the_same_when_the_bank_changes(module, learner):
    start_module(learner, module)
    draft = start_quiz(learner, module, lesson_of(module))
    asked = words(draft)
    for question in Question.objects.all():
        question.body = [make_question(text=f"Other {question}")]
        save_question(question=question, by=None)
    publish_edition(module=module, by=None, at=NOW)
    draft.refresh_from_db()
    assert words(draft) == asked
    answer_all(learner, draft)
    assert submit(learner, draft).status_code == 302
    assert Attempt.objects.get().is_passed


@pytest.mark.parametrize("size", [6, 40])
def test_the_size_of_the_bank_costs_no_query(place, learner, size):
    for number in range(size):
        make_ready_question(f"Number {number}")
    module = make_module(lessons=1, quiz=make_quiz(questions=[line_of_draw(3)]))
    start_module(learner, module)
    learner.get(reverse("records:lesson", args=[module.module_key, lesson_of(module)]))
    with CaptureQueriesContext(connection) as queries:
        draft = start_quiz(learner, module, lesson_of(module))
    started = len(queries)
    with CaptureQueriesContext(connection) as queries:
        learner.get(reverse("records:question", args=[draft.key, 2]))
    assert (started, len(queries)) == (17, 7)
    assert take_quiz(learner, module, lesson_of(module)).status_code == 302
