"""Every kind of question in the order of the editor's list; a new kind is named here and in `rules`."""

from __future__ import annotations

from typing import Any

from quizzes.kinds.base_editor import Kind
from quizzes.kinds.base_form import QuestionForm
from quizzes.kinds.choice_form import ManyChoicesForm
from quizzes.kinds.gaps.editor import Gaps
from quizzes.kinds.matching.editor import Matching
from quizzes.kinds.multiple_choice.editor import MultipleChoice
from quizzes.kinds.numeric.editor import Numeric
from quizzes.kinds.ordering.editor import Ordering
from quizzes.kinds.reflection.editor import Reflection
from quizzes.kinds.rewrite.editor import Rewrite
from quizzes.kinds.scenario.editor import Scenario
from quizzes.kinds.short_answer.editor import ShortAnswer
from quizzes.kinds.single_choice.editor import SingleChoice
from quizzes.kinds.true_false.editor import TrueFalse
from quizzes.questions import Question

_ALL: tuple[Kind, ...] = (
    SingleChoice(),
    MultipleChoice(),
    TrueFalse(),
    Matching(),
    Ordering(),
    Gaps(),
    ShortAnswer(),
    Numeric(),
    Rewrite(),
    Scenario(),
    Reflection(),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def form_of(question: Question, data: Any = None, **kwargs: Any) -> QuestionForm:
    """The learner's form for a question; one of a kind that this release does not know shows its choices."""
    kind = KINDS.get(question.kind)
    form_class = kind.form_class if kind else ManyChoicesForm
    return form_class(data, question=question, **kwargs)
