"""Something to think about: nothing is sent, kept or marked."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from quizzes.kinds.base_rules import Answer, Option, Place, Rules
from quizzes.questions import Line, Question


class ReflectionRules(Rules):
    """The answer stays with the person."""

    name = "reflection"
    is_marked = False

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        return ()

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        return Fraction(0)

    def right_answer(self, question: Question) -> Answer:
        return ()

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return ()

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return ()

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        return True

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return question

    def options(self, question: Question) -> tuple[Option, ...]:
        return ()


RULES = ReflectionRules()
