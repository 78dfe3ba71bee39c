"""Measures marking, answering and the statistics of quizzes; prints JSON.

Run it by `make bench-quizzes`: it fills the database of DATABASE_URL, which must be a throw-away one. RESPONSES and
QUESTIONS change the size of the statistics; ONLY=answering leaves out all but the queries of answering.
"""

from __future__ import annotations

import json
import logging
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import django

RESPONSES = int(os.environ.get("RESPONSES", "100000"))
QUESTIONS = int(os.environ.get("QUESTIONS", "30"))
ROUNDS = 5
BATCH = 500
FIRST_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def best(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The least CPU time of several runs, in milliseconds."""
    found = []
    for _round in range(rounds):
        start = time.process_time()
        work()
        found.append((time.process_time() - start) * 1000)
    return round(min(found), 2)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings

    from organisations.models import User

    call_command("migrate", verbosity=0)
    if User.objects.exists():
        sys.exit("There are people in this database. Give a new one.")
    override_settings(SECOND_FACTOR_REQUIRED=False, LOGGING_CONFIG=None).enable()
    logging.disable(logging.INFO)
    told: dict[str, Any] = {"database": connection.vendor, **answering()}
    if os.environ.get("ONLY") != "answering":
        told |= {**marking(), **statistics()}
    told["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told, indent=2))


def marking() -> dict[str, Any]:
    """An attempt of 30 questions of every marked kind, marked in process."""
    from quizzes.marking import is_marked, mark_quiz, right_answer
    from quizzes.questions import question_from_content
    from tests.factories.quizzes import contents_of_every_kind

    kinds = contents_of_every_kind()
    every = [question_from_content(kind, None, kind, content) for kind, content in kinds.items()]
    marked = [question for question in every if is_marked(question)]
    questions = [
        question_from_content(f"q{number}", number, marked[number % len(marked)].kind, content)
        for number, content in ((number, kinds[marked[number % len(marked)].kind]) for number in range(30))
    ]
    answers = {question.key: right_answer(question) for question in questions}
    return {"marking_30_questions_ms": best(lambda: mark_quiz(questions, answers), 50)}


def answering() -> dict[str, Any]:
    """The queries of a question's page and of handing in, at two sizes: passed, which completes a required module, and
    not passed."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from home.actions import prepare_site
    from records.actions.learning import start_attempt, start_module
    from records.models import AttemptDraft
    from tests.factories.courses import lesson_pages, make_module
    from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory
    from tests.factories.quizzes import make_quiz, right_answers
    from tests.factories.records import RequirementFactory, RequirementVersionFactory

    prepare_site(hostname="127.0.0.1")
    organisation = OrganisationFactory(partnership=PartnershipFactory())
    told: dict[str, Any] = {}
    for size in (5, 60):
        module = make_module(lessons=1, quiz=make_quiz(questions=size))
        required = RequirementFactory(organisation=organisation, module=module, module_key=module.module_key)
        RequirementVersionFactory(requirement=required)
        drafts = []
        for number in range(3):
            person = MembershipFactory(organisation=organisation).person
            enrolment = start_module(person=person, module=module, at=timezone.now())
            key = lesson_pages(module)[0].translation_key
            draft = start_attempt(enrolment=enrolment, lesson_key=key, at=timezone.now())
            if number != 1:
                AttemptDraft.objects.filter(pk=draft.pk).update(answers=right_answers(draft.quiz_version))
            drafts.append((person, draft))
        # The first person warms what is kept between requests.
        for number, (person, draft) in enumerate(drafts):
            client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            question = reverse("records:question", args=[draft.key, 1])
            client.get(question)
            with CaptureQueriesContext(connection) as page:
                client.get(question)
            with CaptureQueriesContext(connection) as submit:
                client.post(reverse("records:submit_quiz", args=[draft.key]))
            if number:
                told[f"quiz_page_queries_at_{size}"] = _queries(page)
                told[f"submit_queries_{'failing' if number == 1 else 'completing'}_at_{size}"] = _queries(submit)
    return told


def _queries(captured: Any) -> int:
    """Without what only opens and closes a transaction."""
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not each["sql"].startswith(frame) for each in captured.captured_queries)


def statistics() -> dict[str, Any]:
    """Reading the first attempts of a quiz and the figures of all its questions, with everything that was chosen."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from quizzes.statistics import statistics_of
    from records.selectors.answers import answers_of_quiz, first_attempts, gather

    quiz = fill()
    keys = ["right-1", "wrong-1", "wrong-2"]

    def everything() -> None:
        for answers in gather(first_attempts([quiz.key]), {}).answers.values():
            statistics_of(answers, keys)

    with CaptureQueriesContext(connection) as page:
        found = answers_of_quiz(quiz)
    version = found.lines[0].version_id
    return {
        "responses": sum(line.figures.count for line in found.lines),
        "statistics_seconds": _seconds(everything),
        "reading_seconds": _seconds(lambda: gather(first_attempts([quiz.key]), {})),
        "answers_page_seconds": _seconds(lambda: answers_of_quiz(quiz)),
        "answers_page_queries": len(page),
        "question_page_seconds": _seconds(lambda: answers_of_quiz(quiz, version_id=version)),
    }


def _seconds(work: Callable[[], Any]) -> float:
    return round(best(work, 3) / 1000, 2)


def fill() -> Any:
    """A quiz with so many answers in first attempts, every fifth person's second attempt, and three languages."""
    from django.db import transaction

    from organisations.models import User
    from quizzes.selectors import questions_of
    from records.models import Attempt, Enrolment
    from tests.factories.courses import make_module
    from tests.factories.organisations import UserFactory
    from tests.factories.quizzes import make_quiz
    from tests.factories.records import AttemptFactory, EnrolmentFactory

    quiz = make_quiz(questions=QUESTIONS)
    module = make_module(lessons=1, quiz=quiz)
    edition = module.editions.get()
    version = edition.lessons.get().quiz_version
    questions = questions_of(version)
    dice = random.Random(5)
    for first in range(0, RESPONSES // QUESTIONS + 1, BATCH):
        size = min(BATCH, RESPONSES // QUESTIONS + 1 - first)
        with transaction.atomic():
            people = User.objects.bulk_create(UserFactory.build_batch(size))
            work = Enrolment.objects.bulk_create(
                EnrolmentFactory.build(person=person, edition=edition) for person in people
            )
            Attempt.objects.bulk_create(
                AttemptFactory.build(
                    enrolment=enrolment,
                    quiz_version=version,
                    number=number,
                    questions=[asked(dice, question) for question in questions],
                    language=dice.choice(["en", "en", "ar", "so"]),
                    idempotency_key=uuid4(),
                    submitted_at=FIRST_AT + timedelta(minutes=first + number),
                )
                for place, enrolment in enumerate(work)
                for number in ((1, 2) if place % 5 == 0 else (1,))
            )
    return quiz


def asked(dice: random.Random, question: Any) -> dict[str, Any]:
    """A question in an attempt's row, answered somehow."""
    answer = dice.choice(["right-1", "right-1", "wrong-1", "wrong-2"])
    return {
        "key": question.key,
        "version_id": question.version_id,
        "choices": [choice.key for choice in question.choices],
        "answer": [answer],
        "mark": "1.0000" if answer == "right-1" else "0.0000",
        "seconds": dice.randint(5, 90),
    }


if __name__ == "__main__":
    main()
