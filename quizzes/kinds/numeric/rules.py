"""A number is typed."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from quizzes.kinds.typed_rules import TypedRules
from quizzes.questions import Choice, Line, Question
from quizzes.typed import number_in


class NumericRules(TypedRules):
    """Right within the tolerance of an accepted number, its ends included."""

    name = "numeric"

    def fits(self, choice: Choice, typed: str) -> bool:
        number, value = number_in(typed), number_in(choice.value)
        if number is None or value is None:
            return False
        tolerance = number_in(choice.tolerance) or Fraction(0)
        return abs(number - value) <= abs(tolerance)

    def written(self, choice: Choice) -> str:
        return choice.value if number_in(choice.value) is not None else ""

    def read(self, choice: Choice) -> Line:
        tolerance = number_in(choice.tolerance)
        return Line({}, typed=f"{choice.value} ± {choice.tolerance}" if tolerance else choice.value)

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        known = self.known(question, answer)
        return bool(known) and number_in(known[0]) is not None


RULES = NumericRules()
