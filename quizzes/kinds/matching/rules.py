"""Terms are matched with their meanings."""

from __future__ import annotations

from quizzes.kinds.base_rules import PartRules, Place, choice_key, shuffled_choices
from quizzes.questions import Line, Question, choice_with


class MatchingRules(PartRules):
    """The parts are the terms, the question's choices the meanings; there may be more meanings than terms."""

    name = "matching"

    def offers(self, question: Question, number: int, given: str) -> str:
        return choice_key(question.choices, given)

    def is_right(self, question: Question, number: int, given: str) -> bool:
        return given == question.parts[number].right

    def right_for(self, question: Question, number: int) -> str:
        return choice_key(question.choices, question.parts[number].right)

    def line(self, question: Question, number: int, given: str) -> Line:
        choice = choice_with(question.choices, given)
        return Line(choice.text if choice else {}, feedback=question.parts[number].feedback)

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        # Meanings are written beside their terms: in that order they would tell what is right.
        return shuffled_choices(question, place)


RULES = MatchingRules()
