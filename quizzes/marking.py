"""Marks answers, arranges questions and picks the language: pure rules about questions as they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

DEFAULT_LANGUAGE = "en"
PLACES = 4

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """How a kind of question is answered and laid out."""

    takes_one: bool
    keeps_order: bool = False


RULES = {
    "single_choice": Rule(takes_one=True),
    "multiple_choice": Rule(takes_one=False),
    "true_false": Rule(takes_one=True, keeps_order=True),
}
#: A kind that this release does not know still shows and still marks.
UNKNOWN_KIND = Rule(takes_one=False)


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen, and what is said about it afterwards."""

    key: str
    text: Texts
    is_correct: bool
    feedback: Texts


@dataclass(frozen=True)
class Question:
    """A question exactly as it is asked."""

    key: str
    version_id: int | None
    kind: str
    text: Texts
    choices: tuple[Choice, ...]
    explanation: Texts

    @property
    def rule(self) -> Rule:
        """How this kind of question is answered."""
        return RULES.get(self.kind, UNKNOWN_KIND)

    @property
    def takes_one(self) -> bool:
        """Whether one choice is asked for, rather than all that apply."""
        return self.rule.takes_one

    @property
    def right_keys(self) -> frozenset[str]:
        """The keys of the right choices."""
        return frozenset(choice.key for choice in self.choices if choice.is_correct)

    @property
    def texts(self) -> tuple[Texts, ...]:
        """Every text that a learner meets in the question and in its result."""
        of_choices = (text for choice in self.choices for text in (choice.text, choice.feedback))
        return (self.text, *of_choices, self.explanation)


@dataclass(frozen=True)
class QuizResult:
    """The score of a whole quiz and of each question, each a share from 0 to 1."""

    score: Decimal
    marks: Mapping[str, Decimal] = field(default_factory=dict)


def question_from_content(key: str, version_id: int | None, kind: str, content: Mapping[str, Any]) -> Question:
    """The question that a stored version holds."""
    choices = tuple(
        Choice(
            key=str(choice["key"]),
            text=choice.get("text") or {},
            is_correct=bool(choice.get("is_correct")),
            feedback=choice.get("feedback") or {},
        )
        for choice in content.get("choices", ())
    )
    return Question(
        key=str(key),
        version_id=version_id,
        kind=kind,
        text=content.get("text") or {},
        choices=choices,
        explanation=content.get("explanation") or {},
    )


def known_answer(question: Question, answer: Iterable[Any]) -> tuple[str, ...]:
    """The choices of the question that were chosen, each once, in its own order; anything else is dropped."""
    chosen = {str(key) for key in answer}
    return tuple(choice.key for choice in question.choices if choice.key in chosen)


def is_answered(question: Question, answer: Iterable[Any]) -> bool:
    """Whether the answer can be handed in: one choice where one is asked for, else at least one."""
    count = len(known_answer(question, answer))
    return count == 1 if question.takes_one else count > 0


def mark(question: Question, answer: Sequence[str]) -> Decimal:
    """The share of the question that is right, from 0 to 1, rounded down."""
    return _as_decimal(_share(question, answer))


def mark_quiz(questions: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> QuizResult:
    """The marks of all questions; each counts the same, and one that was not answered counts 0."""
    shares = {question.key: _share(question, answers.get(question.key) or ()) for question in questions}
    total = sum(shares.values(), Fraction(0))
    score = total / len(shares) if shares else Fraction(0)
    return QuizResult(score=_as_decimal(score), marks={key: _as_decimal(share) for key, share in shares.items()})


def passes(score: Decimal, pass_mark: int) -> bool:
    """Whether a score from 0 to 1 reaches a pass mark in per cent."""
    return score * 100 >= pass_mark


def verdict(marked: Decimal) -> str:
    """The word for a mark: "right", "partly" or "not-quite"."""
    if marked >= 1:
        return "right"
    return "partly" if marked > 0 else "not-quite"


def arrange(questions: Sequence[Question], seed: int, shuffle: bool) -> tuple[Question, ...]:
    """The questions and their choices in the order of one attempt: always the same for the same seed."""
    if not shuffle:
        return tuple(questions)
    arranged = (_with_arranged_choices(question, seed) for question in questions)
    return tuple(sorted(arranged, key=lambda question: _place(seed, question.key)))


def in_language(texts: Texts, code: str) -> str:
    """The text in a language, or in English."""
    return texts.get(code) or texts.get(DEFAULT_LANGUAGE) or ""


def lacks(texts: Texts, code: str) -> bool:
    """Whether a text that exists in English is missing in a language."""
    return bool(texts.get(DEFAULT_LANGUAGE)) and not texts.get(code)


def served_language(questions: Iterable[Question], code: str, texts: Iterable[Texts] = ()) -> str:
    """The one language of a whole quiz: the one asked for if nothing lacks it (nor any of `texts`), else English."""
    every_text = [*texts, *(text for question in questions for text in question.texts)]
    return DEFAULT_LANGUAGE if any(lacks(text, code) for text in every_text) else code


def _share(question: Question, answer: Iterable[Any]) -> Fraction:
    # With one right choice this is all or nothing; with several, each wrong one takes back a right one.
    right = question.right_keys
    if not right:
        return Fraction(0)
    chosen = set(known_answer(question, answer))
    return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), Fraction(0))


def _as_decimal(share: Fraction) -> Decimal:
    # Rounded down: nobody passes by rounding, and exact shares such as 4 of 5 stay exact.
    return Decimal(share.numerator * 10**PLACES // share.denominator).scaleb(-PLACES)


def _place(*parts: object) -> bytes:
    # A hash, not random.shuffle: the order must outlive the Python release that began the attempt.
    return sha256(":".join(map(str, parts)).encode()).digest()


def _with_arranged_choices(question: Question, seed: int) -> Question:
    if question.rule.keeps_order:
        return question
    ordered = sorted(question.choices, key=lambda choice: _place(seed, question.key, choice.key))
    return replace(question, choices=tuple(ordered))
