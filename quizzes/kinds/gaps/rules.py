"""The gaps of a passage are filled, from a list or by typing."""

from __future__ import annotations

from quizzes.kinds.base_rules import PartRules, Place, choice_key, first_right, shuffled_parts
from quizzes.questions import Line, Question, choice_with
from quizzes.typed import accepts, as_read, cleaned, first_variant


class GapsRules(PartRules):
    """Each gap is a part: with a list of choices, one of them right, or typed: its choices are accepted."""

    name = "gaps"

    def offers(self, question: Question, number: int, given: str) -> str:
        part = question.parts[number]
        return cleaned(given) if part.is_typed else choice_key(part.choices, given)

    def is_right(self, question: Question, number: int, given: str) -> bool:
        part = question.parts[number]
        right = [choice for choice in part.choices if choice.is_correct]
        if part.is_typed:
            return any(accepts(choice.text, given) for choice in right)
        return choice_with(right, given) is not None

    def right_for(self, question: Question, number: int) -> str:
        part = question.parts[number]
        if part.is_typed:
            return first_variant(part.choices)
        right = first_right(part.choices)
        return right.key if right else ""

    def line(self, question: Question, number: int, given: str) -> Line:
        part = question.parts[number]
        if not part.is_typed:
            choice = choice_with(part.choices, given)
            return Line(choice.text, feedback=choice.feedback) if choice else Line({})
        if given == self.right_for(question, number) and (right := first_right(part.choices)):
            return Line(as_read(right.text), feedback=right.feedback)
        accepted = next((choice for choice in part.choices if accepts(choice.text, given)), None)
        return Line({}, typed=given, feedback=accepted.feedback if accepted else part.feedback)

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        return shuffled_parts(question, place) if is_shuffled else question


RULES = GapsRules()
