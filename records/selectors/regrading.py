"""Reads of regrades: what a corrected key would change, in numbers; names are never read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from organisations.clock import day_of
from quizzes.marking import mark_quiz
from quizzes.models import QuestionVersion, Quiz, QuizVersion
from quizzes.questions import Question, question_from_content
from quizzes.selectors import current_questions
from records.models import Attempt, Part, RegradedAttempt
from records.rules.regrading import Change, change_of

#: Attempts in memory at once.
CHUNK = 500


@dataclass
class Effect:
    """What looking at all answers again comes to."""

    asked: int = 0
    #: Their answers are not kept any more, so they stay as they are.
    without_answers: int = 0
    changed: int = 0
    passes: int = 0
    stays: int = 0
    people_passing: set[int] = field(default_factory=set)
    people_staying: set[int] = field(default_factory=set)
    titles: dict[UUID, str] = field(default_factory=dict)
    passes_by_module: Counter[UUID] = field(default_factory=Counter)
    stays_by_module: Counter[UUID] = field(default_factory=Counter)

    def note(self, attempt: Attempt, change: Change) -> None:
        """Counts a change."""
        person = attempt.enrolment.person.human_id
        module = attempt.enrolment.module_key
        self.changed += 1
        self.titles[module] = attempt.enrolment.edition.title
        if change.gains_pass:
            self.passes += 1
            self.people_passing.add(person)
            self.passes_by_module[module] += 1
        if change.keeps_pass:
            self.stays += 1
            self.people_staying.add(person)
            self.stays_by_module[module] += 1

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers, as they are kept and shown."""
        return {
            "asked": self.asked,
            "without_answers": self.without_answers,
            "changed": self.changed,
            "passes": self.passes,
            "people_passing": len(self.people_passing),
            "stays": self.stays,
            "people_staying": len(self.people_staying),
            "modules": [
                {"title": title, "passes": self.passes_by_module[key], "stays": self.stays_by_module[key]}
                for key, title in sorted(self.titles.items(), key=lambda each: each[1])
            ],
        }


def effect_of(version: QuestionVersion, content: Mapping[str, Any]) -> Effect:
    """The numbers alone."""
    effect = Effect()
    for _attempt, _change in changes_of(version, content, effect):
        pass
    return effect


def changes_of(
    version: QuestionVersion, content: Mapping[str, Any], effect: Effect
) -> Iterator[tuple[Attempt, Change]]:
    """The attempts in lessons that come out otherwise when a version is marked by this content; counted in `effect`.

    All other questions are marked by the keys that hold now. One query for each chunk, and one for its questions.
    """
    known: dict[int, Question] = {
        version.pk: question_from_content(str(version.question_key), version.pk, version.kind, content)
    }
    attempts = iter(attempts_asking(version).iterator(chunk_size=CHUNK))
    while chunk := list(islice(attempts, CHUNK)):
        asking = [each for each in chunk if any(row.get("version_id") == version.pk for row in each.questions)]
        wanted = {row["version_id"] for each in asking for row in each.questions} - known.keys()
        if wanted:
            known |= {pk: question for pk, (question, _hash) in current_questions(wanted).items()}
        for attempt in asking:
            effect.asked += 1
            if any("answer" not in row for row in attempt.questions):
                effect.without_answers += 1
                continue
            change = _change(attempt, known)
            if change is not None:
                effect.note(attempt, change)
                yield attempt, change


def _change(attempt: Any, known: Mapping[int, Question]) -> Change | None:
    asked = [known[row["version_id"]] for row in attempt.questions]
    answers = {row["key"]: row["answer"] for row in attempt.questions}
    marked = mark_quiz(asked, answers).score
    return change_of(attempt.score_now, attempt.is_passed_now, marked, attempt.pass_mark)


def attempts_asking(version: QuestionVersion) -> QuerySet[Attempt]:
    """Attempts that may have asked a version, in lessons, that the server marked, with what holds of them now."""
    carrying = QuizVersion.objects.filter(places__question_version=version)
    return (
        Attempt.objects.filter(part=Part.LESSON, evidence=Attempt.Evidence.SERVER, quiz_version__in=carrying)
        .with_result()
        .select_related("enrolment__person", "enrolment__edition")
        .defer("enrolment__edition__content")
        .order_by("pk")
    )


def current_content(version: QuestionVersion) -> Mapping[str, Any]:
    """What a version is marked by now; one query."""
    newest = version.corrections.select_related("corrected").order_by("-pk").first()
    content: Mapping[str, Any] = newest.corrected.content if newest else version.content
    return content


def versions_asked(quiz: Quiz) -> list[QuestionVersion]:
    """The versions of questions that versions of a quiz carry, newest first, each with its words; one query."""
    carried = QuestionVersion.objects.filter(places__quiz_version__quiz_key=quiz.key)
    return list(carried.annotate(how_often=Count("places")).order_by("question_key", "-number"))


@dataclass(frozen=True)
class LookedAtAgain:
    """That an attempt's answers were looked at again, for its own person, and what holds since."""

    day: date
    score: Decimal
    is_passed: bool
    #: Whether a pass is kept that the corrected key would not give.
    keeps_pass: bool


def looked_at_again(attempt: Attempt) -> LookedAtAgain | None:
    """The newest time that the answers were looked at again; one query."""
    row = RegradedAttempt.objects.filter(attempt=attempt).select_related("regrade").order_by("-pk").first()
    if row is None or row.regrade.decided_at is None:
        return None
    return LookedAtAgain(day_of(row.regrade.decided_at), row.score, row.is_passed, row.score != row.score_marked)
