"""Reads of a quiz being answered and of one that was handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation

from courses.beside import QUERY, English, english_for
from courses.rules_translations import needs_english
from courses.translated import DEFAULT, direction
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import role_slugs_of
from quizzes.marking import arrange, is_answered, mark, per_cent
from quizzes.models import Feedback, QuizVersion
from quizzes.questions import Choice, Question, Texts, in_language
from quizzes.selectors import language_of, questions_of
from quizzes.showing import as_question, as_shown, with_english
from records.models import Attempt, AttemptDraft, Certificate, Part
from records.rules.quizzes import Tries, is_over
from records.selectors.learning import Learning, learnings_of
from records.selectors.quiz_rules import tries_at, will_be_told
from records.selectors.regrading import LookedAtAgain, looked_at_again

#: Of how many attempts before the questions are remembered, so that a draw asks others.
EARLIER = 50


@dataclass(frozen=True)
class Place:
    """A question at its place in one person's order, with the answer kept so far."""

    key: str
    number: int
    question: Question
    answer: Sequence[str]
    language: str
    #: The end of its addresses.
    query: str = ""
    #: Whether what is right is read here once it is answered; the answer then stands.
    will_be_told: bool = False

    @property
    def is_told(self) -> bool:
        """Whether what is right has been read."""
        return self.will_be_told and self.is_answered

    @property
    def mark(self) -> Decimal:
        """How much of it is right, to be shown where it is told."""
        return mark(self.question, self.answer)

    @property
    def text(self) -> str:
        """The question."""
        return in_language(self.question.text, self.language)

    @property
    def is_answered(self) -> bool:
        """Whether an answer is kept."""
        return is_answered(self.question, self.answer)

    @property
    def url(self) -> str:
        """The question's page."""
        return reverse("records:question", args=[self.key, self.number]) + self.query

    @property
    def change_url(self) -> str:
        """The same, to come back to the look over all answers."""
        return f"{self.url}{'&' if self.query else '?'}change"

    def url_of_step(self, *, is_change: bool) -> str:
        """The same page again, where a case goes on."""
        return f"{self.change_url if is_change else self.url}#now"


@dataclass(frozen=True)
class Asked:
    """A quiz as it is asked in one draft: whole in one language, in the draft's own order."""

    draft: AttemptDraft
    language: str
    places: Sequence[Place]
    mode: English = English.NONE
    #: The English of these texts stands under their translation.
    english: frozenset[str] = frozenset()
    #: What stands before the first question, in the language and in the English that may go with it.
    introductions: Texts = field(default_factory=dict)

    @property
    def is_around(self) -> bool:
        """Whether it is asked before or after a module, where nothing counts."""
        return self.draft.part != Part.LESSON

    @property
    def is_unreviewed(self) -> bool:
        """Whether nobody has reviewed the words in which it is asked."""
        return self.mode != English.NONE

    @property
    def query(self) -> str:
        """The end of its addresses: who has asked for the English keeps it to the end."""
        return QUERY if self.mode == English.BESIDE else ""

    def words_for(self, place: Place) -> dict[str, Any]:
        """What the form for an answer needs to show the choices."""
        return {"question": place.question, "language": self.language, "english": self.english}

    @property
    def direction(self) -> str:
        """The writing direction of the quiz."""
        return direction(self.language)

    @property
    def title(self) -> str:
        """The quiz's title."""
        return in_language(self.draft.quiz_version.title, self.language)

    @property
    def introduction(self) -> str:
        """What stands before the first question."""
        return in_language(self.introductions, self.language)

    @property
    def ends_at(self) -> datetime | None:
        """When to hand in; None without a limit."""
        return self.draft.ends_at

    @property
    def is_over(self) -> bool:
        """Whether the time has ended: nothing is left but to hand in."""
        return is_over(self.draft.ends_at, timezone.now())

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.places)

    @property
    def unanswered(self) -> list[Place]:
        """The questions without an answer."""
        return [place for place in self.places if not place.is_answered]

    @property
    def check_url(self) -> str:
        """The look over all answers."""
        return reverse("records:check_answers", args=[self.draft.key]) + self.query

    @property
    def resume_url(self) -> str:
        """The first question without an answer, or the look over all answers; that, too, when the time has ended."""
        return self.unanswered[0].url if self.unanswered and not self.is_over else self.check_url

    @property
    def lesson_url(self) -> str:
        """The lesson that the quiz ends, or the module that it is asked before and after."""
        if self.is_around:
            return reverse("records:module", args=[self.draft.enrolment.module_key])
        return reverse("records:lesson", args=[self.draft.enrolment.module_key, self.draft.lesson_key])

    def url_before(self, place: Place) -> str:
        """Where Back leads."""
        return self.places[place.number - 2].url if place.number > 1 else self.lesson_url

    def url_after(self, place: Place, *, is_change: bool = False) -> str:
        """Where Continue leads: on, or back to the look over all answers for who came from there."""
        is_last = place.number == self.total
        return self.check_url if is_change or is_last else self.places[place.number].url


def _shown(
    questions: Sequence[Question], version: QuizVersion, language: str, mode: English
) -> tuple[tuple[Question, ...], frozenset[str]]:
    """The questions as they are shown, and the English texts that stand under their translation."""
    shown = as_shown(questions, language)
    if mode == English.NONE:
        return shown, frozenset()
    shown = with_english(shown, as_shown(questions, DEFAULT))
    texts = [version.title, *(text for question in shown for text in question.texts)]
    english = {text.get(DEFAULT, "") for text in texts}
    return shown, frozenset(text for text in english if text and (mode == English.BESIDE or needs_english(text)))


def asked_before(person: User, version: QuizVersion) -> Iterator[frozenset[str]]:
    """The question keys of the person's earlier attempts at a quiz, in any of its versions, the newest first."""
    attempts = Attempt.objects.filter(
        same_person(person, "enrolment__person"), quiz_version__quiz_key=version.quiz_key
    )
    for questions in attempts.order_by("-submitted_at", "-pk").values_list("questions", flat=True)[:EARLIER]:
        yield frozenset(row["key"] for row in questions)


def asked_in(draft: AttemptDraft, *, is_english_asked: bool = False) -> Asked:
    """The quiz as the draft asks it; one query. Whatever is wrong in the stored answers is left out."""
    version = draft.quiz_version
    questions = arrange(questions_of(version, draft.asked_versions), draft.seed, version.is_shuffled)
    language = language_of(version, questions, translation.get_language() or DEFAULT)
    mode = english_for(draft.enrolment.edition, language, is_asked=is_english_asked)
    (opening, *shown), english = _shown([as_question(version.introduction), *questions], version, language, mode)
    query = QUERY if mode == English.BESIDE else ""
    places = [
        Place(
            str(draft.key),
            number,
            question,
            draft.answers.get(question.key, []),
            language,
            query,
            will_be_told(draft, question),
        )
        for number, question in enumerate(shown, 1)
    ]
    return Asked(draft, language, places, mode, english, opening.text)


@dataclass(frozen=True)
class AnswerLine:
    """A question on the result page, as it was asked, with what was answered and how much of it is right."""

    question: Question
    answer: Sequence[str]
    #: None for what is not marked.
    mark: Decimal | None


@dataclass(frozen=True)
class Result:
    """A quiz handed in, as its person reads it, and what comes next."""

    attempt: Attempt
    title: str
    language: str
    lines: Sequence[AnswerLine]
    learning: Learning | None
    certificate: Certificate | None
    is_counting: bool
    mode: English = English.NONE
    #: The English of these texts stands under their translation.
    english: frozenset[str] = frozenset()
    tries: Tries = field(default_factory=Tries)
    #: That the answers were looked at again, and what came of it.
    again: LookedAtAgain | None = None

    @property
    def is_passed(self) -> bool:
        """Whether it passes, as it was handed in or as it was looked at again."""
        return self.again.is_passed if self.again else self.attempt.is_passed

    @property
    def is_sealed(self) -> bool:
        """Whether it only says which questions to look at again, because the rest is read after passing."""
        has_passed = self.learning and self.attempt.lesson_key in self.learning.progress.work.passed
        return self.attempt.quiz_version.feedback == Feedback.AFTER_PASSING and not self.is_done and not has_passed

    @property
    def direction(self) -> str:
        """The writing direction of the quiz."""
        return direction(self.language)

    @property
    def score(self) -> int:
        """The score in per cent, rounded down, so that it never shows a pass that is none."""
        return per_cent(self.again.score if self.again else self.attempt.score)

    @property
    def pass_mark(self) -> int:
        """The pass mark in per cent."""
        return per_cent(self.attempt.pass_mark)

    @property
    def right_count(self) -> int:
        """How many questions are wholly right."""
        return sum(line.mark == 1 for line in self.lines)

    @property
    def marked_count(self) -> int:
        """How many questions are marked at all."""
        return sum(line.mark is not None for line in self.lines)

    @property
    def is_done(self) -> bool:
        """Whether the attempt finishes its lesson."""
        return self.is_passed or not self.is_counting

    @property
    def may_try_again(self) -> bool:
        """Whether the module still goes on, so that the quiz can be taken again."""
        return self.learning is not None and self.learning.is_open

    @property
    def lesson_url(self) -> str:
        """The lesson that the quiz ended."""
        return reverse("records:lesson", args=[self.attempt.enrolment.module_key, self.attempt.lesson_key])


def result_of(attempt: Attempt, day: date, *, is_english_asked: bool = False) -> Result:
    """The attempt with the words of the version it was asked in, and where the person stands on the day."""
    enrolment, person = attempt.enrolment, attempt.enrolment.person
    asked_versions = [row["version_id"] for row in attempt.questions]
    by_key = {question.key: question for question in questions_of(attempt.quiz_version, asked_versions)}
    asked = [_as_asked(by_key[row["key"]], row) for row in attempt.questions if row["key"] in by_key]
    language = language_of(attempt.quiz_version, tuple(asked), translation.get_language() or DEFAULT)
    mode = english_for(enrolment.edition, language, is_asked=is_english_asked)
    shown, english = _shown(asked, attempt.quiz_version, language, mode)
    rows = {row["key"]: row for row in attempt.questions}
    learning = next(iter(learnings_of(person, role_slugs_of(person, day), pk=enrolment.pk)), None)
    lesson = (
        enrolment.edition.lessons.filter(lesson_key=attempt.lesson_key)
        .select_related("quiz_version")
        .defer("content")
        .first()
    )
    allowed = lesson.quiz_version.attempts_allowed if lesson and lesson.quiz_version else None
    return Result(
        attempt=attempt,
        title=in_language(attempt.quiz_version.title, language),
        language=language,
        lines=[_line(each, rows[each.key]) for each in shown],
        learning=learning,
        certificate=Certificate.objects.filter(completion__enrolment=enrolment, superseded_at__isnull=True).first(),
        is_counting=lesson is None or lesson.is_counting,
        mode=mode,
        english=english,
        tries=tries_at(person, enrolment.pk, enrolment.module_key, attempt.lesson_key, allowed),
        again=looked_at_again(attempt),
    )


def _line(question: Question, row: Mapping[str, Any]) -> AnswerLine:
    stored = Decimal(row["mark"]) if "mark" in row else None
    # After their period the answers are gone, and the marks that they had stay.
    answer = row.get("answer")
    is_marked_anew = None not in (answer, stored) and question.key_version_id != row.get("key_version_id")
    return AnswerLine(question, answer or [], mark(question, answer or []) if is_marked_anew else stored)


def _as_asked(question: Question, row: Mapping[str, Any]) -> Question:
    orders = row.get("parts") or {}
    parts = tuple(
        replace(part, choices=_in_order(part.choices, orders.get(part.key) or ())) for part in question.parts
    )
    return replace(question, choices=_in_order(question.choices, row["choices"]), parts=parts)


def _in_order(choices: Sequence[Choice], keys: Sequence[str]) -> tuple[Choice, ...]:
    order = {key: place for place, key in enumerate(keys)}
    return tuple(sorted(choices, key=lambda each: order.get(each.key, len(order))))
