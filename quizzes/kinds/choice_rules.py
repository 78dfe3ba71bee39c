"""Rules that the kinds with a list of choices share."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from quizzes.kinds.base_rules import Answer, Place, Rules, shuffled_choices
from quizzes.questions import Choice, Line, Question


class ChoiceRules(Rules):
    """An answer is the keys of what was chosen."""

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        """Each choice once, in the question's own order."""
        chosen = {str(key) for key in answer}
        return tuple(choice.key for choice in question.choices if choice.key in chosen)

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        """All or nothing with one right choice; with several, each wrong one takes back a right one."""
        right = question.right_keys
        if not right:
            return Fraction(0)
        chosen = set(self.known(question, answer))
        return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), Fraction(0))

    def right_answer(self, question: Question) -> Answer:
        return tuple(choice.key for choice in question.choices if choice.is_correct)

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        known = self.known(question, answer)
        return tuple(line_of(choice) for choice in question.choices if choice.key in known)

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        return tuple(Line(choice.text) for choice in question.choices if choice.is_correct)

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return shuffled_choices(question, place) if is_shuffled and not question.keeps_order else question


class OneChoiceRules(ChoiceRules):
    """One choice is asked for."""

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        return len(self.known(question, answer)) == 1


def line_of(choice: Choice) -> Line:
    """What was chosen and what is said about it."""
    return Line(choice.text, feedback=choice.feedback)
