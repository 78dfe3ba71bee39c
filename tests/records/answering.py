"""First attempts, written down without anybody pressing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from courses.models import Edition
from organisations.models import User
from quizzes.models import Quiz, QuizVersion
from quizzes.selectors import questions_of
from records.models import Attempt
from tests.factories.organisations import UserFactory
from tests.factories.records import STARTED_AT, AttemptFactory, EnrolmentFactory, live_edition


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


def version_of(quiz: Quiz) -> QuizVersion:
    """Its newest version."""
    return quiz.versions.order_by("-number")[0]
