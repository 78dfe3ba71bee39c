"""A statement is true or false."""

from __future__ import annotations

from quizzes.kinds.base_rules import Place
from quizzes.kinds.choice_rules import OneChoiceRules
from quizzes.questions import Question


class TrueFalseRules(OneChoiceRules):
    """All or nothing; true always stands before false."""

    name = "true_false"

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return question


RULES = TrueFalseRules()
