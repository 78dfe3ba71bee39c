"""A word or a few are typed."""

from __future__ import annotations

from quizzes.kinds.typed_rules import TypedRules
from quizzes.questions import Choice, Line
from quizzes.typed import accepts, as_read, first_variant


class ShortAnswerRules(TypedRules):
    """Right in whichever language what was typed is accepted."""

    name = "short_answer"

    def fits(self, choice: Choice, typed: str) -> bool:
        return accepts(choice.text, typed)

    def written(self, choice: Choice) -> str:
        return first_variant([choice])

    def read(self, choice: Choice) -> Line:
        return Line(as_read(choice.text))


RULES = ShortAnswerRules()
