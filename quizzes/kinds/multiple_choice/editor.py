"""The editor of a question with several right choices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.kinds.choice_editor import ChoicesBlock, ChoicesKind
from quizzes.kinds.choice_form import ManyChoicesForm


class MultipleChoiceBlock(ChoicesBlock):
    """A question with several right choices, each worth a part."""

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Several right choices")
        label_format = "{text}"


class MultipleChoice(ChoicesKind):
    """At least two choices are right; each wrong one chosen takes back a right one, or what its weight says."""

    name = "multiple_choice"
    block_class = MultipleChoiceBlock
    form_class = ManyChoicesForm

    def wrong_count(self, right: int) -> str:
        return "" if right >= 2 else _("Mark at least two choices as right, or use “One right choice” instead.")

    def wrong_weights(self, choices: list[dict[str, Any]]) -> str:
        weights = [(choice["is_correct"], Decimal(choice["weight"])) for choice in choices if choice.get("weight")]
        if all(weight > 0 if is_correct else weight <= 0 for is_correct, weight in weights):
            return ""
        return _("What is right is worth more than 0 per cent, and what is not right 0 or less.")
