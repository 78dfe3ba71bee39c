"""What trainers read of the answers to a quiz, on pages and in files."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import mark_safe

from organisations.models import User
from quizzes.models import Quiz
from quizzes.questions import Part as QuestionPart
from quizzes.questions import Question
from quizzes.selectors import questions_of
from quizzes.statistics import LEAST_ATTEMPTS
from records.models import Attempt
from records.selectors.answers import answers_of_quiz
from records.selectors.missed_tags import missed_tags
from records.templatetags.answer_figures import question_words
from tests.factories.cms import text_of
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory, make_appointed
from tests.factories.quizzes import (
    line_of_bank,
    make_question,
    make_quiz,
    make_quiz_version,
    make_ready_question,
)
from tests.factories.records import STARTED_AT, EnrolmentFactory
from tests.records.answering import edition_of, hand_in, next_edition, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz() -> Quiz:
    return make_quiz_version(questions=2).quiz


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

        def rows(address: str) -> list[dict[str, str]]:
            file = trainer.get(address).getvalue().decode("utf-8-sig")
            return list(csv.DictReader(io.StringIO(file)))

        lines = rows(reverse("answers:quiz_csv", args=[asked.pk]))
        assert [line["Much harder in"] for line in lines] == ["Somali", *[""] * 9]
        assert [line["First attempts"] for line in lines] == ["100"] * 10
        assert lines[-1]["Question"] == "The quiz as a whole"
        third = answers_of_quiz(asked).lines[2].version_id
        address = reverse("answers:question_csv", args=[asked.pk, third])
        assert f'href="{address}"' in text_of(trainer.get(reverse("answers:question", args=[asked.pk, third])))
        lines = rows(address)
        assert [(line["Answer"], line["Right"]) for line in lines] == [
            ("Listening", "yes"), ("Hurrying", "no"), ("Guessing", "no"), ("Not answered", "no")
        ]  # fmt: skip
        assert sum(int(line["Everybody, per cent"]) for line in lines) == 100

    def test_the_quiz_as_a_whole(self, trainer, quiz):
        version = version_of(quiz)
        count = len(questions_of(version))
        for number in range(LEAST_ATTEMPTS):
            right = count if number % 2 else 1
            hand_in(version, ["right-1"] * right + ["wrong-1"] * (count - right))
            whole = answers_of_quiz(quiz).whole
            assert (whole.score is None) == (number + 1 < LEAST_ATTEMPTS)
        assert whole.score == pytest.approx((1 + 1 / count) / 2)
        assert (whole.low, whole.high) == pytest.approx((1 / count, 1))
        assert whole.seconds == 30 * count
        page = text_of(trainer.get(reverse("answers:quiz", args=[quiz.pk])))
        assert "A quarter of people reach at most" in page

    def test_few_attempts_say_so_and_a_question_of_another_quiz_is_not_found(self, trainer, quiz):
        hand_in(version_of(quiz), ["right-1", "wrong-1"])
        page = text_of(trainer.get(reverse("answers:quiz", args=[quiz.pk])))
        assert "Too few first attempts to say (1 of 20)." in page
        other = questions_of(make_quiz_version())[0].version_id
        assert trainer.get(reverse("answers:question", args=[quiz.pk, other])).status_code == 404
        rows = trainer.get(reverse("answers:quiz_csv", args=[quiz.pk])).getvalue().decode()
        assert "Too few first attempts to say" in rows
        assert "The quiz as a whole" not in rows
        [asked, *_others] = answers_of_quiz(quiz).lines
        rows = trainer.get(reverse("answers:question_csv", args=[quiz.pk, asked.version_id])).getvalue().decode()
        assert rows.splitlines()[1:] == []
        assert trainer.get(reverse("answers:question_csv", args=[quiz.pk, other])).status_code == 404
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

    def test_the_whole_is_not_said_where_few_of_the_others_have_a_score(self, trainer):
        version = make_quiz_version(questions=1)
        first = edition_of()
        second = next_edition(first, 2)
        for number in range(55):
            # What twenty were asked on the first edition has no marks.
            answers = [] if number < 20 else ["right-1"]
            hand_in(version, answers, enrolment=EnrolmentFactory(edition=first if number < 25 else second))
        address = reverse("answers:quiz", args=[version.quiz_id])
        assert trainer.get(address).context["told"].whole.count == 35
        page = trainer.get(address, {"editions": f"edition-{second.pk}"})
        assert (page.context["told"].count, page.context["told"].whole.score) == (30, None)
        assert "The quiz as a whole" not in page.content.decode()

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
