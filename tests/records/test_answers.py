"""Which attempts the figures of a quiz come from, and what they come to."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.actions import freeze_quiz
from quizzes.actions.corrections import correct_version
from quizzes.models import QuestionVersion, Quiz
from quizzes.selectors import questions_of
from quizzes.statistics import LEAST_ATTEMPTS
from records.models import Attempt, Part
from records.selectors.answers import answers_of_quiz, corrected_keys, first_attempts, gather
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import (
    FROZEN_AT,
    make_question,
    make_quiz_version,
)
from tests.factories.records import STARTED_AT, EnrolmentFactory
from tests.records.answering import hand_in, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz() -> Quiz:
    return make_quiz_version(questions=2).quiz


def people_counted(quiz: Quiz, **more) -> list[int]:
    return sorted(sitting.person_id for sitting in first_attempts([quiz.key], **more))


class TestFirstAttempts:
    def test_the_first_of_each_person_and_no_other(self, quiz):
        version, person = version_of(quiz), UserFactory()
        hand_in(version, ["wrong-1", "right-1"], person=person)
        hand_in(version, ["right-1", "right-1"], person=person, submitted_at=STARTED_AT + timedelta(hours=1))
        other = hand_in(version, ["right-1", "right-1"])
        hand_in(make_quiz_version(questions=2), ["right-1", "right-1"])

        assert people_counted(quiz) == sorted([person.pk, other.enrolment.person_id])
        answers = gather(first_attempts([quiz.key]), {}).answers
        assert sorted(each.mark for each in answers[questions_of(version)[0].version_id]) == [0.0, 1.0]

    def test_people_who_were_merged_are_one(self, quiz):
        kept = UserFactory()
        merged = UserFactory(merged_into=kept)
        hand_in(version_of(quiz), ["right-1", "right-1"], person=kept)
        hand_in(version_of(quiz), ["wrong-1", "wrong-1"], person=merged, submitted_at=STARTED_AT - timedelta(days=9))

        (sitting,) = first_attempts([quiz.key])
        assert sitting.person_id == kept.pk
        assert sitting.questions[0]["answer"] == ["wrong-1"]

    def test_a_second_attempt_never_takes_the_place_of_a_first_that_was_emptied(self, quiz):
        person = UserFactory()
        first = hand_in(version_of(quiz), ["wrong-1", "right-1"], person=person)
        first.questions = [{key: row[key] for key in row if key != "answer"} for row in first.questions]
        first.save()
        hand_in(version_of(quiz), ["right-1", "right-1"], person=person, submitted_at=STARTED_AT + timedelta(days=9))

        assert people_counted(quiz) == []

    def test_of_a_module(self, quiz):
        here = hand_in(version_of(quiz), ["right-1", "right-1"])
        hand_in(version_of(quiz), ["right-1"], enrolment=EnrolmentFactory())
        assert people_counted(quiz, module_key=here.enrolment.module_key) == [here.enrolment.person_id]

    def test_what_a_browser_marked_or_came_before_any_lesson_is_left_out(self, quiz):
        hand_in(version_of(quiz), ["right-1"], evidence=Attempt.Evidence.CLIENT)
        before = hand_in(version_of(quiz), ["wrong-1"], part=Part.BEFORE)
        assert people_counted(quiz) == []
        hand_in(version_of(quiz), ["right-1"], enrolment=before.enrolment, part=Part.AFTER,
                submitted_at=STARTED_AT + timedelta(hours=1))  # fmt: skip
        (sitting,) = first_attempts([quiz.key])
        assert sitting.questions[0]["answer"] == ["right-1"]


class TestFigures:
    def test_the_rest_is_of_what_this_attempt_asked(self):
        version = make_quiz_version(questions=4, is_shuffled=False)
        first, *_others = (question.version_id for question in questions_of(version))
        hand_in(version, ["right-1", "right-1", "wrong-1"])
        hand_in(version, ["right-1", "wrong-1"])

        assert sorted(each.rest for each in gather(first_attempts([version.quiz_key]), {}).answers[first]) == [
            0.0,
            0.5,
        ]

    def test_a_corrected_key_counts_as_it_holds_now(self, quiz):
        for given in ("right-1", "wrong-1", "wrong-2"):
            hand_in(version_of(quiz), [given, "right-1"])
        asked = QuestionVersion.objects.get(pk=questions_of(version_of(quiz))[0].version_id)
        content = deepcopy(asked.content)
        for choice in content["choices"]:
            choice["is_correct"] = choice["key"] == "wrong-1"
        correct_version(version=asked, content=content, by=None, at=FROZEN_AT)

        second = questions_of(version_of(quiz))[1]
        found = gather(first_attempts([quiz.key]), corrected_keys([quiz.key])).answers
        marks = {each.chosen: each.mark for each in found[asked.pk]}
        assert marks == {("right-1",): 0.0, ("wrong-1",): 1.0, ("wrong-2",): 0.0}
        assert sorted(each.rest for each in found[second.version_id]) == [0.0, 0.0, 1.0]
        line = answers_of_quiz(quiz, version_id=asked.pk).line_of(asked.pk)
        assert {option.key: option.line.is_right for option in line.options}["wrong-1"]

    def test_nothing_is_said_below_the_least_number(self, quiz):
        for _ in range(LEAST_ATTEMPTS - 1):
            hand_in(version_of(quiz), ["right-1", "wrong-1"])
        told = answers_of_quiz(quiz)
        assert [line.figures.is_hidden for line in told.lines] == [True, True]
        assert [line.figures.facility for line in told.lines] == [None, None]
        hand_in(version_of(quiz), ["right-1", "wrong-1"])
        told = answers_of_quiz(quiz, version_id=told.lines[1].version_id)
        assert [line.figures.facility for line in told.lines] == [1.0, 0.0]
        assert told.lines[0].figures.choices == ()
        assert {each.key: each.count for each in told.lines[1].figures.choices} == {
            "right-1": 0, "wrong-1": 20, "wrong-2": 0, "": 0}  # fmt: skip
        assert told.lines[1].figures.seconds == 30

    def test_versions_of_a_question_stand_apart_and_older_ones_behind(self, quiz):
        hand_in(version_of(quiz), ["right-1", "right-1"])
        old = [question.version_id for question in questions_of(version_of(quiz))]
        kept, changed = quiz.questions.raw_data
        quiz.questions = [
            make_question(text="Written anew", key=changed["id"]), make_question(text="New"), dict(kept)]  # fmt: skip
        quiz.save()
        freeze_quiz(quiz=quiz, at=FROZEN_AT)
        hand_in(version_of(quiz), ["right-1", "wrong-1", "right-1"])

        told = answers_of_quiz(quiz)
        assert [line.question.text["en"] for line in told.lines[:2]] == ["Written anew", "New"]
        assert [line.place for line in told.lines] == [1, 2, 3]
        assert [line.figures.count for line in told.lines] == [1, 1, 2]
        assert [[each.version_id for each in line.older] for line in told.lines] == [[old[1]], [], []]

    def test_the_number_of_queries_does_not_grow(self, quiz):
        counts = []
        for size in (2, 60):
            while Attempt.objects.count() < size:
                hand_in(version_of(quiz), ["right-1", "right-1"])
            with CaptureQueriesContext(connection) as queries:
                answers_of_quiz(quiz)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 6
