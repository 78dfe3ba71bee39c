"""The kinds of question; to add one, write its class in this folder and name it here."""

from __future__ import annotations

from quizzes.kinds.base_kind import Kind, Problem
from quizzes.kinds.choices import MultipleChoice, SingleChoice
from quizzes.kinds.true_false import TrueFalse

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SingleChoice(), MultipleChoice(), TrueFalse())}

__all__ = ["KINDS", "Kind", "Problem"]
