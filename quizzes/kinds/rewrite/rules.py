"""The better wording is chosen for each marked phrase of a passage."""

from __future__ import annotations

from quizzes.kinds.base_rules import PartRules, Place, choice_key, first_right, shuffled_parts
from quizzes.questions import Line, Question, choice_with


class RewriteRules(PartRules):
    """Each phrase is a part with wordings, one of them right."""

    name = "rewrite"

    def offers(self, question: Question, number: int, given: str) -> str:
        return choice_key(question.parts[number].choices, given)

    def is_right(self, question: Question, number: int, given: str) -> bool:
        choice = choice_with(question.parts[number].choices, given)
        return choice is not None and choice.is_correct

    def right_for(self, question: Question, number: int) -> str:
        right = first_right(question.parts[number].choices)
        return right.key if right else ""

    def line(self, question: Question, number: int, given: str) -> Line:
        choice = choice_with(question.parts[number].choices, given)
        return Line(choice.text, feedback=choice.feedback) if choice else Line({})

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return shuffled_parts(question, place) if is_shuffled else question


RULES = RewriteRules()
