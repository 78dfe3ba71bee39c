"""One choice is right; another may be right in part."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from quizzes.kinds.base_rules import credit
from quizzes.kinds.choice_rules import OneChoiceRules
from quizzes.questions import Question, choice_with


class SingleChoiceRules(OneChoiceRules):
    """The right choice is worth all, any other what its weight says."""

    name = "single_choice"

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        known = self.known(question, answer)
        chosen = choice_with(question.choices, known[0]) if len(known) == 1 else None
        if chosen is not None and not chosen.is_correct:
            return credit(chosen)
        return super().share(question, known)


RULES = SingleChoiceRules()
