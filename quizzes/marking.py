"""Marks answers and arranges questions: pure rules, each kind of question by its own (`quizzes/kinds/*/rules.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from hashlib import sha256
from typing import Any

from quizzes.kinds.base_rules import Option
from quizzes.kinds.rules import rules_of
from quizzes.questions import Line, Question

PLACES = 4


@dataclass(frozen=True)
class QuizResult:
    """The score of a whole quiz and of each question that is marked, each a share from 0 to 1."""

    score: Decimal
    marks: Mapping[str, Decimal] = field(default_factory=dict)


def is_marked(question: Question) -> bool:
    """Whether the question counts in a score."""
    return rules_of(question).is_marked


def known_answer(question: Question, answer: Iterable[Any]) -> tuple[str, ...]:
    """The answer in the one way in which it is stored; what the question does not offer is dropped."""
    return rules_of(question).known(question, answer)


def is_answered(question: Question, answer: Iterable[Any]) -> bool:
    """Whether nothing of the question is left to answer."""
    return rules_of(question).is_answered(question, answer)


def may_keep(question: Question, answer: Iterable[Any]) -> bool:
    """Whether the answer can be kept as it is, before it is handed in."""
    return rules_of(question).may_keep(question, answer)


def may_follow(question: Question, stored: Iterable[Any], answer: Iterable[Any]) -> bool:
    """Whether the answer may take the place of one that was kept before."""
    return rules_of(question).may_follow(question, stored, answer)


def right_answer(question: Question) -> tuple[str, ...]:
    """An answer that gets full marks."""
    return rules_of(question).right_answer(question)


def said(question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
    """The answer line by line, with what is said about each after the quiz."""
    return rules_of(question).said(question, answer)


def missed(question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
    """What is right, where the lines of the answer do not say it themselves."""
    return rules_of(question).missed(question, answer)


def options(question: Question) -> tuple[Option, ...]:
    """What can be answered, as it is counted."""
    return rules_of(question).options(question)


def taken(question: Question, answer: Iterable[Any]) -> tuple[str, ...]:
    """The keys of the options that an answer stands for."""
    return rules_of(question).taken(question, answer)


def mark(question: Question, answer: Sequence[str]) -> Decimal:
    """The share of the question that is right, from 0 to 1, rounded down."""
    return _as_decimal(rules_of(question).share(question, answer))


def mark_quiz(questions: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> QuizResult:
    """The marks of all questions that are marked; each counts the same, and one that was not answered counts 0."""
    shares = {
        question.key: rules_of(question).share(question, answers.get(question.key) or ())
        for question in questions
        if is_marked(question)
    }
    total = sum(shares.values(), Fraction(0))
    score = total / len(shares) if shares else Fraction(0)
    return QuizResult(score=_as_decimal(score), marks={key: _as_decimal(share) for key, share in shares.items()})


def passes(score: Decimal, pass_mark: int) -> bool:
    """Whether a score from 0 to 1 reaches a pass mark in per cent."""
    return score * 100 >= pass_mark


def per_cent(share: Decimal) -> int:
    """A share from 0 to 1 in whole per cent, rounded down, so that it never shows a pass that is none."""
    return int(share * 100)


def verdict(marked: Decimal) -> str:
    """The word for a mark: "right", "partly" or "not-quite"."""
    if marked >= 1:
        return "right"
    return "partly" if marked > 0 else "not-quite"


def arrange(questions: Sequence[Question], seed: int, shuffle: bool) -> tuple[Question, ...]:
    """The questions and their choices in the order of one attempt: always the same for the same seed.

    Where the written order would tell what is right, choices are moved even without `shuffle`.
    """
    arranged = (rules_of(each).arrange(each, partial(_place, seed, each.key), shuffle) for each in questions)
    if not shuffle:
        return tuple(arranged)
    return tuple(sorted(arranged, key=lambda question: _place(seed, question.key)))


def _as_decimal(share: Fraction) -> Decimal:
    # Rounded down: nobody passes by rounding, and exact shares such as 4 of 5 stay exact.
    return Decimal(share.numerator * 10**PLACES // share.denominator).scaleb(-PLACES)


def _place(*parts: object) -> bytes:
    # A hash, not random.shuffle: the order must outlive the Python release that began the attempt.
    return sha256(":".join(map(str, parts)).encode()).digest()
