"""Steps are put in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from quizzes.kinds.base_rules import Answer, Option, Place, Rules, shuffled_choices
from quizzes.questions import Line, Question, choice_with


class OrderingRules(Rules):
    """Each pair of neighbours that follow each other as they should counts the same. The right order is the
    stored one, whatever order an attempt shows."""

    name = "ordering"

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        keys = {choice.key for choice in question.choices}
        return tuple(dict.fromkeys(key for key in map(str, answer) if key in keys))

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        return bool(question.choices) and len(self.known(question, answer)) == len(question.choices)

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        right, known = self.right_answer(question), self.known(question, answer)
        if len(right) < 2:
            return Fraction(len(known) and 1)
        wanted = set(pairwise(right))
        return Fraction(sum(pair in wanted for pair in pairwise(known)), len(right) - 1)

    def right_answer(self, question: Question) -> Answer:
        return tuple(choice.key for choice in sorted(question.choices, key=lambda choice: choice.place))

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        chosen = [choice_with(question.choices, key) for key in self.known(question, answer)]
        return tuple(
            Line(choice.text, number=number, feedback=choice.feedback)
            for number, choice in enumerate(chosen, 1)
            if choice
        )

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return tuple(replace(line, feedback=None) for line in self.said(question, self.right_answer(question)))

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        # The order in which they are written is the right one.
        return shuffled_choices(question, place)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Each line in its own place."""
        right = [choice_with(question.choices, key) for key in self.right_answer(question)]
        return tuple(
            Option(choice.key, Line(choice.text, number=number, is_right=True))
            for number, choice in enumerate(right, 1)
            if choice
        )

    def taken(self, question: Question, answer: Iterable[Any]) -> Answer:
        pairs = zip(self.right_answer(question), self.known(question, answer), strict=False)
        return tuple(right for right, given in pairs if right == given)


RULES = OrderingRules()
