"""A case goes on step by step: each choice has a consequence and leads to the next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from quizzes.kinds.base_rules import Answer, Option, Place, Rules, credit, first_right, shuffled_parts
from quizzes.questions import Choice, Line, Part, Question, choice_with


@dataclass(frozen=True)
class Way:
    """How far somebody has come in a case."""

    #: The steps behind them, each with what they chose.
    taken: tuple[tuple[Part, Choice], ...]
    #: The step that they stand before; None when the case has ended.
    now: Part | None


class ScenarioRules(Rules):
    """The parts are the steps; an answer is the choices along the path, and what was chosen stays chosen."""

    name = "scenario"

    def way(self, question: Question, answer: Iterable[Any]) -> Way:
        """The path that an answer takes, as far as the case knows it."""
        taken: list[tuple[Part, Choice]] = []
        now = question.parts[0] if question.parts else None
        for key in map(str, answer):
            choice = choice_with(now.choices, key) if now else None
            if now is None or choice is None:
                break
            taken.append((now, choice))
            now = _later(question, now, choice.next)
        return Way(tuple(taken), now)

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        return tuple(choice.key for _step, choice in self.way(question, answer).taken)

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        way = self.way(question, answer)
        return bool(way.taken) and way.now is None

    def may_keep(self, question: Question, answer: Iterable[Any]) -> bool:
        return bool(self.known(question, answer))

    def may_follow(self, question: Question, stored: Iterable[Any], answer: Iterable[Any]) -> bool:
        """Who has read a consequence goes on from it."""
        before, after = self.known(question, stored), self.known(question, answer)
        return after[: len(before)] == before

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        way = self.way(question, answer)
        if not way.taken or way.now is not None:
            return Fraction(0)
        return sum((credit(choice) for _step, choice in way.taken), Fraction(0)) / len(way.taken)

    def right_answer(self, question: Question) -> Answer:
        return tuple(_right_path(question))

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return tuple(
            Line(choice.text, label=step.text, number=number, feedback=choice.feedback)
            for number, (step, choice) in enumerate(self.way(question, answer).taken, 1)
        )

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        # The consequences tell what would have helped; a path that was not taken would have had others.
        return ()

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return shuffled_parts(question, place) if is_shuffled else question

    def options(self, question: Question) -> tuple[Option, ...]:
        return tuple(
            Option(
                f"{step.key}={choice.key}",
                Line(choice.text, label=step.text, number=number, is_right=choice.is_correct),
            )
            for number, step in enumerate(question.parts, 1)
            for choice in step.choices
        )

    def taken(self, question: Question, answer: Iterable[Any]) -> Answer:
        return tuple(f"{step.key}={choice.key}" for step, choice in self.way(question, answer).taken)


def _later(question: Question, step: Part, key: str) -> Part | None:
    """A case only goes forward, so that every path ends."""
    after = question.parts[question.parts.index(step) + 1 :]
    return next((part for part in after if key and part.key == key), None)


def _right_path(question: Question) -> Iterator[str]:
    step = question.parts[0] if question.parts else None
    while step is not None and (best := first_right(step.choices)):
        yield best.key
        step = _later(question, step, best.next)


RULES = ScenarioRules()
