"""Which attempts the figures of a quiz come from, and what its trainers read of them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import mark_safe

from courses.models import Edition
from organisations.models import User
from quizzes.actions import freeze_quiz
from quizzes.actions.corrections import correct_version
from quizzes.models import QuestionVersion, Quiz, QuizVersion
from quizzes.questions import Part as QuestionPart
from quizzes.questions import Question
from quizzes.selectors import questions_of
from quizzes.statistics import LEAST_ATTEMPTS
from records.models import Attempt, Part
from records.selectors.answers import answers_of_quiz, corrected_keys, first_attempts, gather
from records.selectors.missed_tags import missed_tags
from records.templatetags.answer_figures import question_words
from tests.factories.cms import text_of
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory, make_appointed
from tests.factories.quizzes import (
    FROZEN_AT,
    line_of_bank,
    make_question,
    make_quiz,
    make_quiz_version,
    make_ready_question,
)
from tests.factories.records import STARTED_AT, AttemptFactory, EnrolmentFactory, live_edition

pytestmark = pytest.mark.django_db


def hand_in(version: QuizVersion, answers: Sequence[str], *, person: User | None = None, **more: Any) -> Attempt:
    """An attempt at a version of single choices, answered with these keys; "" is not answered."""
    rows = [
        {
            "key": question.key,
            "version_id": question.version_id,
            "choices": [choice.key for choice in question.choices],
            "answer": [given] if given else [],
            "mark": "1.0000" if given.startswith("right") else "0.0000",
            "seconds": 30,
        }
        for question, given in zip(questions_of(version), answers, strict=False)
    ]
    enrolment = more.pop("enrolment", None) or EnrolmentFactory(
        person=person or UserFactory(), edition=edition_of(), is_completed=True
    )
    return AttemptFactory(enrolment=enrolment, quiz_version=version, questions=rows, **{"language": "en", **more})


def edition_of():
    """Any edition: what is counted of a quiz does not hang on it."""
    return Edition.objects.first() or live_edition()


def next_edition(edition: Edition, number: int) -> Edition:
    """A later edition of the same module, whatever it says."""
    return Edition.objects.create(
        module=edition.module,
        module_key=edition.module_key,
        number=number,
        title=edition.title,
        content=edition.content,
        content_hash=str(number),
        published_at=STARTED_AT,
        is_live=False,
        ended_at=STARTED_AT,
    )


@pytest.fixture
def quiz() -> Quiz:
    return make_quiz_version(questions=2).quiz


def version_of(quiz: Quiz) -> QuizVersion:
    return quiz.versions.order_by("-number")[0]


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


class TestPages:
    @pytest.fixture
    def trainer(self, client, site_tree) -> Client:
        client.force_login(make_appointed("trainer"))
        return client

    @pytest.fixture
    def asked(self) -> Quiz:
        """A hundred first attempts: in Somali nearly everybody misses the first question, and the last is turned."""
        texts = ("First <b>&</b> bad", *(f"Question {number}" for number in range(2, 9)), "Turned")
        version = make_quiz_version(questions=[make_question(text=text) for text in texts], is_shuffled=False)
        dice = random.Random(4)
        for number in range(100):
            language = "so" if number % 2 else "en"
            able = dice.random()
            answers = ["right-1" if dice.random() < able else "wrong-1" for _ in texts]
            if language == "so" and number % 10 != 1:
                answers[0] = "wrong-1"
            answers[2] = answers[2] if number % 8 else ""
            answers[-1] = "wrong-2" if able > 0.5 else "right-1"
            hand_in(version, answers, language=language)
        return version.quiz

    def test_a_trainer_reads_what_to_look_at_and_nobody_is_named(self, trainer, asked):
        page = text_of(trainer.get(reverse("quizzes:inspect", args=[asked.pk])))
        address = reverse("answers:quiz", args=[asked.pk])
        assert address in page
        assert address in text_of(trainer.get(reverse("quizzes:list")))
        page = text_of(trainer.get(address))
        assert "100 first attempts" in page
        assert page.count("Much harder in Somali") == 1
        assert "people who do well elsewhere miss it" in page
        assert "First &lt;b&gt;&amp;&lt;/b&gt; bad" in page
        assert not [name for name in User.objects.filter(enrolments__isnull=False).values_list("name", flat=True)
                    if name in page]  # fmt: skip

        first = answers_of_quiz(asked).lines[0]
        page = text_of(trainer.get(reverse("answers:question", args=[asked.pk, first.version_id])))
        assert "Much harder in Somali: have the translation read" in page
        assert "Have the translation read in Somali" in page
        assert "Low scorers" in page

        rows = list(csv.DictReader(io.StringIO(
            trainer.get(reverse("answers:quiz_csv", args=[asked.pk])).getvalue().decode("utf-8-sig"))))  # fmt: skip
        assert [row["Much harder in"] for row in rows] == ["Somali", *[""] * 8]
        assert [row["First attempts"] for row in rows] == ["100"] * 9

    def test_few_attempts_say_so_and_a_question_of_another_quiz_is_not_found(self, trainer, quiz):
        hand_in(version_of(quiz), ["right-1", "wrong-1"])
        page = text_of(trainer.get(reverse("answers:quiz", args=[quiz.pk])))
        assert "Too few first attempts to say (1 of 20)." in page
        other = questions_of(make_quiz_version())[0].version_id
        assert trainer.get(reverse("answers:question", args=[quiz.pk, other])).status_code == 404
        rows = trainer.get(reverse("answers:quiz_csv", args=[quiz.pk])).getvalue().decode()
        assert "Too few first attempts to say" in rows
        assert trainer.get(reverse("answers:quiz", args=[10**6])).status_code == 404

    @pytest.mark.usefixtures("today")
    def test_choices_are_whole_months_and_editions_of_enough_people(self, trainer, quiz):
        first = edition_of()
        editions = [first, *(next_edition(first, number) for number in (2, 3, 4))]
        version = version_of(quiz)

        def answer(number: int, day: str, count: int) -> None:
            for _ in range(count):
                work = EnrolmentFactory(edition=editions[number - 1])
                hand_in(
                    version, ["right-1"], enrolment=work, submitted_at=datetime.fromisoformat(f"{day}T12:00+00:00")
                )

        for number, day in ((1, "2025-10-31"), (2, "2025-11-01"), (2, "2026-08-01"), (3, "2026-08-01")):
            answer(number, day, 20)
        address = reverse("answers:quiz", args=[quiz.pk])

        def told(**asked: str) -> tuple[int, bool]:
            found = trainer.get(address, asked).context["told"]
            return found.count, found.lines[0].figures.is_withheld

        name = f"edition-{editions[1].pk}"
        assert told() == told(period="7", editions="x") == (80, False)
        assert told(period="12") == (60, False)
        assert told(period="3") == told(editions=name) == (40, False)
        assert told(period="3", editions=name) == (20, False)
        form = trainer.get(address).context["form"]
        assert [str(label) for _name, label in form.fields["editions"].choices] == [
            "every edition", "Edition 3", "Edition 2", "Edition 1"]  # fmt: skip

        # Three on the newest: what is left of others would tell of them.
        answer(4, "2026-08-01", 3)
        page = trainer.get(address, {"editions": "others"})
        assert [str(label) for _name, label in page.context["form"].fields["editions"].choices] == [
            "every edition", "Edition 3", "Edition 1", "Other editions"]  # fmt: skip
        assert page.context["told"].count == 43
        assert told(editions=name) == (83, False)
        # Twenty-three of the last months are not of edition 3; but 43 of others, and 20 of them older.
        assert told(period="3", editions="others") == (23, False)

    def test_a_question_that_few_of_the_others_were_asked_is_not_said(self, trainer):
        version = make_quiz_version(questions=2, is_shuffled=False)
        first = edition_of()
        second = next_edition(first, 2)
        for number in range(60):
            # The second question only reached some on the first edition.
            edition, asked = (first, 2 if number < 5 else 1) if number < 30 else (second, 2)
            hand_in(version, ["right-1"] * asked, enrolment=EnrolmentFactory(edition=edition))
        address = reverse("answers:quiz", args=[version.quiz_id])
        asked = {"editions": f"edition-{second.pk}"}
        page = trainer.get(address, asked)
        assert [line.figures.is_withheld for line in page.context["told"].lines] == [False, True]
        assert "Not said here" in text_of(page)
        rows = trainer.get(reverse("answers:quiz_csv", args=[version.quiz_id]), asked).getvalue().decode()
        assert "Not said: with other choices it would tell of few people" in rows
        question = reverse("answers:question", args=[version.quiz_id, questions_of(version)[1].version_id])
        assert "What was answered" not in text_of(trainer.get(question, asked))
        assert "What was answered" in text_of(trainer.get(question))

    def test_a_quiz_of_two_modules_is_read_by_module(self, trainer):
        quiz = make_quiz(questions=1)
        editions = [make_module(title=title, lessons=1, quiz=quiz).editions.get() for title in ("Seeing", "Helping")]
        for number in range(41):
            hand_in(version_of(quiz), ["right-1"], enrolment=EnrolmentFactory(edition=editions[number % 2]))
        address = reverse("answers:quiz", args=[quiz.pk])
        choices = trainer.get(address).context["form"].fields["editions"].choices
        assert [str(label) for _name, label in choices] == [
            "every edition", "Helping", "Seeing"]  # fmt: skip
        counts = [trainer.get(address, {"editions": name}).context["told"].count for name, _label in choices]
        assert counts == [41, 20, 21]

    def test_pages_cost_the_same_at_two_sizes(self, trainer, quiz):
        address, counts = reverse("answers:quiz", args=[quiz.pk]), []
        for size in (1, 30):
            while Attempt.objects.count() < size:
                hand_in(version_of(quiz), ["right-1", "right-1"])
            trainer.get(address)
            with CaptureQueriesContext(connection) as queries:
                trainer.get(address)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_the_tags_that_most_people_miss_come_first(self, trainer):
        lines = [
            make_question(text="A", tags="Consent, DUTY,  duty"),
            line_of_bank(make_ready_question("B", tags=["Duty"])),
            make_question(text="C"),
        ]
        few = line_of_bank(make_ready_question("D", tags=["Rare", "Consent"]))
        module = make_module(lessons=1, quiz=make_quiz(questions=[*lines, few], is_shuffled=False))
        edition = module.editions.get()
        version = edition.lessons.get().quiz_version
        for number in range(20):
            # The last question is asked of some only, as where a quiz draws its questions.
            answers = ["right-1", "wrong-1" if number % 2 else "right-1", "wrong-1", "wrong-1"][
                : 4 if number < 19 else 3
            ]
            work = EnrolmentFactory(person=UserFactory(), edition=edition)
            hand_in(version, answers, enrolment=work)
        hand_in(version, ["wrong-1", "wrong-1"], enrolment=work, submitted_at=STARTED_AT + timedelta(hours=2))

        with CaptureQueriesContext(connection) as queries:
            found = missed_tags(module.module_key)
        # Nothing is asked for each tag, question or person. What the nineteen answered counts nowhere.
        assert len(queries) <= 5
        assert [(tag.name, tag.people, tag.questions, tag.facility) for tag in found] == [
            ("DUTY", 20, 2, 0.75), ("Consent", 20, 1, 1.0), ("Rare", 19, 1, None)]  # fmt: skip
        page = text_of(trainer.get(reverse("answers:tags", args=[module.module_key])))
        assert page.index("DUTY") < page.index("Consent") < page.index("Rare")
        assert "Too few people to say (19 of 20)." in page
        assert reverse("answers:tags", args=[module.module_key]) in text_of(
            trainer.get(reverse("answers:quiz", args=[version.quiz_id]))
        )


def test_the_words_of_a_question_are_plain_although_what_it_quotes_is_marked():
    said = Question(
        "", None, "", {"en": mark_safe("Somebody&#x27;s [[1]], <b>999</b>")}, (), {}, parts=(QuestionPart("p1", {}),)
    )
    assert question_words(said) == "Somebody's ……, 999"
