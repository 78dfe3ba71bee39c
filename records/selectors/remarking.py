"""Marks every attempt again from its own row, and says which come out otherwise than they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from quizzes.marking import mark_quiz
from quizzes.models import QuestionVersion
from quizzes.questions import Question, question_from_content
from records.models import Attempt

#: Attempts in memory at once, with the versions that they ask.
CHUNK = 500


def remarked() -> Iterator[tuple[int, str]]:
    """Every attempt that the server marked, by its id, with what is wrong with it; "" when its score is the same."""
    attempts = Attempt.objects.filter(evidence=Attempt.Evidence.SERVER).order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(attempts, CHUNK)):
        questions = _questions_of(chunk)
        for attempt in chunk:
            yield attempt.pk, _wrong_with(attempt, questions)


def _questions_of(attempts: Sequence[Attempt]) -> dict[int, Question]:
    wanted = {_key_id(row) for attempt in attempts for row in attempt.questions}
    return {
        version.pk: question_from_content(str(version.question_key), version.pk, version.kind, version.content)
        for version in QuestionVersion.objects.filter(pk__in=wanted - {None})
    }


def _key_id(row: Mapping[str, Any]) -> Any:
    """The version by which a question was marked: where its key was corrected before, another than was asked."""
    return row.get("key_version_id") or row.get("version_id")


def _wrong_with(attempt: Attempt, questions: Mapping[int, Question]) -> str:
    asked: list[Question] = []
    answers: dict[str, Any] = {}
    for row in attempt.questions:
        question = questions.get(_key_id(row))
        if question is None:
            return "it asks a question that is not there"
        asked.append(question)
        answers[question.key] = row.get("answer") or ()
    if attempt.is_passed != (attempt.score >= attempt.pass_mark):
        return "it says passed where the score says otherwise, or the reverse"
    if any("answer" not in row for row in attempt.questions):
        # Its answers were removed with the person's details, or after their period.
        return ""
    result = mark_quiz(asked, answers)
    if asked and result.score != attempt.score:
        return f"its answers are worth {result.score}, but it says {attempt.score}"
    stored = {row["key"]: Decimal(row["mark"]) for row in attempt.questions if "mark" in row}
    return "a question is marked otherwise than its answer is worth" if stored != result.marks else ""
