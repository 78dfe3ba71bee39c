"""The editor of a question with exactly one right choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.kinds.choice_editor import ChoicesBlock, ChoicesKind
from quizzes.kinds.choice_form import OneChoiceForm
from quizzes.kinds.editor_blocks import decimal_text


class SingleChoiceBlock(ChoicesBlock):
    """A question with exactly one right choice."""

    class Meta:
        icon = "radio-full"
        label = gettext_lazy("One right choice")
        label_format = "{text}"


class SingleChoice(ChoicesKind):
    """Exactly one choice is right; others may be worth a part."""

    name = "single_choice"
    block_class = SingleChoiceBlock
    form_class = OneChoiceForm

    def weight_of(self, weight: Decimal | None, is_correct: bool) -> str:
        return "" if is_correct or not weight else decimal_text(weight)

    def wrong_count(self, right: int) -> str:
        if right == 0:
            return _("Mark the choice that is right.")
        if right > 1:
            return _("Mark one choice only as right, or use “Several right choices” instead.")
        return ""

    def wrong_weights(self, choices: list[dict[str, Any]]) -> str:
        if all(0 < Decimal(choice["weight"]) < 100 for choice in choices if choice.get("weight")):
            return ""
        return _("A choice that is right in part is worth more than 0 and less than 100 per cent.")
