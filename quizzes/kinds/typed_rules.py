"""Rules that the kinds with one typed answer share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from quizzes.kinds.base_rules import OTHER, Answer, Option, Place, Rules, credit
from quizzes.questions import Choice, Line, Question
from quizzes.typed import cleaned


class TypedRules(Rules):
    """An answer is what was typed; the choices are what is accepted."""

    is_typed = True

    @abstractmethod
    def fits(self, choice: Choice, typed: str) -> bool:
        """Whether what was typed is this accepted answer."""

    @abstractmethod
    def written(self, choice: Choice) -> str:
        """The accepted answer as it could be typed."""

    @abstractmethod
    def read(self, choice: Choice) -> Line:
        """The accepted answer, to be read."""

    def best(self, question: Question, typed: str) -> Choice | None:
        """The accepted answer that is worth most of those that fit."""
        fitting = [choice for choice in question.choices if self.fits(choice, typed)]
        return max(fitting, key=credit, default=None)

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        # Two different answers to one question are none.
        typed = {cleaned(str(each)) for each in answer} - {""}
        return tuple(typed) if len(typed) == 1 else ()

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        known = self.known(question, answer)
        best = self.best(question, known[0]) if known else None
        return credit(best) if best else Fraction(0)

    def right_answer(self, question: Question) -> Answer:
        written = (self.written(choice) for choice in question.choices if choice.is_correct)
        return tuple(text for text in written if text)[:1]

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        lines = []
        for typed in self.known(question, answer):
            best = self.best(question, typed)
            lines.append(Line({}, typed=typed, feedback=best.feedback if best else None))
        return tuple(lines)

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return tuple(self.read(choice) for choice in question.choices if choice.is_correct)

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return question

    def options(self, question: Question) -> tuple[Option, ...]:
        accepted = (
            Option(choice.key, replace(self.read(choice), is_right=choice.is_correct)) for choice in question.choices
        )
        return (*accepted, Option(OTHER, Line({}, is_right=False)))

    def taken(self, question: Question, answer: Iterable[Any]) -> Answer:
        best = [self.best(question, typed) for typed in self.known(question, answer)]
        return tuple(choice.key if choice else OTHER for choice in best)
