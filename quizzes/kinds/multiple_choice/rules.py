"""Several choices are right, each worth a part."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from quizzes.kinds.choice_rules import ChoiceRules
from quizzes.questions import Question


class MultipleChoiceRules(ChoiceRules):
    """Each wrong choice takes back a right one, unless weights say how much each is worth."""

    name = "multiple_choice"

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        if not question.right_keys or all(choice.weight is None for choice in question.choices):
            return super().share(question, answer)
        weights = weights_of(question)
        total = sum((weight for weight in weights.values() if weight > 0), Fraction(0))
        reached = sum((weights[key] for key in self.known(question, answer)), Fraction(0))
        return max(reached / total, Fraction(0))


def weights_of(question: Question) -> dict[str, Fraction]:
    """What each choice is worth, in per cent: above 0 for each right one, below 0 for every other.

    A right one without a weight is worth its equal part of 100; any other takes back the average of the right ones.
    """
    right = len(question.right_keys)
    given = {choice.key: Fraction(choice.weight or 0) for choice in question.choices}
    found = {key: given[key] if given[key] > 0 else Fraction(100, right) for key in question.right_keys}
    average = sum(found.values(), Fraction(0)) / right
    return found | {key: min(weight, Fraction(0)) or -average for key, weight in given.items() if key not in found}


RULES = MultipleChoiceRules()
