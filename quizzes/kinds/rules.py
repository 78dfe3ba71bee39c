"""The rules of every kind of question; a new kind is named here and in `registry`."""

from __future__ import annotations

from quizzes.kinds.base_rules import Rules
from quizzes.kinds.choice_rules import ChoiceRules
from quizzes.kinds.gaps.rules import RULES as GAPS
from quizzes.kinds.matching.rules import RULES as MATCHING
from quizzes.kinds.multiple_choice.rules import RULES as MULTIPLE_CHOICE
from quizzes.kinds.numeric.rules import RULES as NUMERIC
from quizzes.kinds.ordering.rules import RULES as ORDERING
from quizzes.kinds.reflection.rules import RULES as REFLECTION
from quizzes.kinds.rewrite.rules import RULES as REWRITE
from quizzes.kinds.scenario.rules import RULES as SCENARIO
from quizzes.kinds.short_answer.rules import RULES as SHORT_ANSWER
from quizzes.kinds.single_choice.rules import RULES as SINGLE_CHOICE
from quizzes.kinds.true_false.rules import RULES as TRUE_FALSE
from quizzes.questions import Question

_ALL: tuple[Rules, ...] = (
    SINGLE_CHOICE,
    MULTIPLE_CHOICE,
    TRUE_FALSE,
    MATCHING,
    ORDERING,
    GAPS,
    SHORT_ANSWER,
    NUMERIC,
    REWRITE,
    SCENARIO,
    REFLECTION,
)
RULES: dict[str, Rules] = {rules.name: rules for rules in _ALL}
#: The kinds that count in a score; only they are drawn from the bank.
MARKED = [name for name, rules in RULES.items() if rules.is_marked]
#: A kind that this release does not know still shows and still marks, as a list of choices.
UNKNOWN_KIND: Rules = ChoiceRules()


def rules_of(question: Question) -> Rules:
    """The rules of a question's kind."""
    return RULES.get(question.kind, UNKNOWN_KIND)
