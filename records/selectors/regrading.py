"""Reads of regrades: what a corrected key would change, in numbers; names are never read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from organisations.clock import LONDON, day_of
from organisations.letter_limits import last_of
from organisations.models import User
from organisations.querysets import human_of
from quizzes.marking import mark_quiz
from quizzes.models import QuestionVersion, Quiz, QuizVersion
from quizzes.questions import Question, question_from_content
from quizzes.selectors import current_questions
from records.models import Attempt, Part, Regrade, RegradedAttempt
from records.rules.regrading import Change, change_of

#: Attempts in memory at once.
CHUNK = 500
#: For how long a person's start page says that answers were looked at again.
NEWS = timedelta(weeks=6)


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
    version: QuestionVersion, content: Mapping[str, Any], effect: Effect, among: Iterable[Attempt] | None = None
) -> Iterator[tuple[Attempt, Change]]:
    """The attempts in lessons that come out otherwise when a version is marked by this content; counted in `effect`.

    `among` are those to look at, of `attempts_asking`; else all. Other questions are marked by the keys that hold now.
    One query for each chunk, and one for its questions.
    """
    known: dict[int, Question] = {
        version.pk: question_from_content(str(version.question_key), version.pk, version.kind, content)
    }
    attempts = iter(attempts_asking(version).iterator(chunk_size=CHUNK) if among is None else among)
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


def counts_of(regrade: Regrade) -> dict[str, Any]:
    """The numbers of one that is applied, from what was kept of each attempt; one query."""
    effect = Effect(asked=regrade.counts.get("asked", 0), without_answers=regrade.counts.get("without_answers", 0))
    rows = regrade.attempts.select_related("attempt__enrolment__person", "attempt__enrolment__edition")
    for row in rows.defer("attempt__questions", "attempt__enrolment__edition__content").iterator(chunk_size=CHUNK):
        passes_now = row.score_marked >= row.attempt.pass_mark
        effect.note(row.attempt, Change(row.score_before, row.was_passed, row.score_marked, passes_now))
    return effect.counts


def lessons_passed(enrolment_ids: Collection[int]) -> set[tuple[int, UUID]]:
    """The lessons passed in this work by what holds now: enrolment and lesson; one query."""
    attempts = Attempt.objects.filter(enrolment__in=enrolment_ids, part=Part.LESSON)
    return {(pk, key) for pk, key, _score, is_passed in attempts.results("enrolment_id", "lesson_key") if is_passed}


def regrades_for(person: User) -> QuerySet[Regrade]:
    """What was proposed and what became of it, and what the person has written themselves, the newest first."""
    seen = ~Q(state=Regrade.State.WRITTEN) | Q(proposed_by=person)
    return Regrade.objects.filter(seen).select_related("version", "proposed_by", "decided_by")


def last_letters_of_regrades(person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]:
    """When the last letter to each of these about a pass left or leaves: 1 query."""
    letters = RegradedAttempt.objects.filter(goes_at__isnull=False)
    return last_of(letters, person_ids, are_posted=are_posted, person="attempt__enrolment__person")


def is_left_to_look_at() -> bool:
    """Whether a correction is being applied: then the worker has something to do; one query."""
    return Regrade.objects.filter(state=Regrade.State.APPLYING).exists()


def told_in(regrade: Regrade, person_ids: Collection[int]) -> set[int]:
    """Which of these people have a letter about this regrade already; one query."""
    rows = _of_people(regrade.attempts.filter(goes_at__isnull=False), person_ids)
    return set(rows.values_list("human", flat=True))


def _of_people(rows: QuerySet[RegradedAttempt], person_ids: Collection[int]) -> QuerySet[Any, Any]:
    human = human_of("attempt__enrolment__person")
    return rows.annotate(human=human).filter(human__in=person_ids).order_by()


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


def versions_asked(quiz: Quiz) -> list[QuestionVersion]:
    """The versions of questions that versions of a quiz carry, newest first, each with its words; one query."""
    carried = QuestionVersion.objects.filter(places__quiz_version__quiz_key=quiz.key).distinct()
    return list(carried.order_by("question_key", "-number"))


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


def looked_at_lately(enrolment: str, day: date) -> Subquery:
    """To annotate rows with, by where they name their enrolment: the number of the attempt that was looked at again in
    the last weeks, below zero where it does not pass. Of several a pass, then the newest. It is one part of a query
    that is asked anyway."""
    since = datetime.combine(day - NEWS, time.min, LONDON)
    rows = RegradedAttempt.objects.filter(attempt__enrolment=OuterRef(enrolment), regrade__decided_at__gte=since)
    # As one number: to be told of JSON, Django would first try SQLite out with a write.
    not_passed = ExpressionWrapper(F("attempt") * Value(-1), output_field=BigIntegerField())
    told = Case(When(is_passed=True, then="attempt"), default=not_passed, output_field=BigIntegerField())
    return Subquery(rows.order_by("-is_passed", "-pk").values(told=told)[:1])
