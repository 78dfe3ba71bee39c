"""What the editors of typed answers share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content
from quizzes.kinds.editor_blocks import decimal_text
from quizzes.text_blocks import DEFAULT
from quizzes.typed import folded, variants


def worth_block() -> blocks.DecimalBlock:
    """What an accepted answer is worth."""
    return blocks.DecimalBlock(
        required=False,
        min_value=0,
        max_value=100,
        max_digits=8,
        decimal_places=5,
        label=gettext_lazy("Worth, per cent"),
        help_text=gettext_lazy("Leave it empty when the answer is wholly right."),
    )


def worth_of(weight: Decimal | None) -> dict[str, Any]:
    """Whether an accepted answer is wholly right, and what it is worth when it is not."""
    is_correct = weight is None or weight >= 100
    return {"is_correct": is_correct, "weight": "" if is_correct else decimal_text(weight)}


def stored_worth(choice: Content) -> str | None:
    """The worth as the editor would have stored it."""
    return None if choice.get("is_correct") else str(choice.get("weight") or 0)


def accepted_problem(choices: Sequence[Content]) -> str:
    """What to say about the answers that are accepted; "" when all is well."""
    if not any(choice["is_correct"] for choice in choices):
        return _("Give at least one answer that is wholly right.")
    for choice in choices:
        if not choice["text"].get(DEFAULT) or not all(folded(line) for line in variants(choice["text"])):
            return _("Write each accepted answer in English, with letters or digits in it.")
        if any("{" in line or len(line) > 150 for line in variants(choice["text"])):
            return _("An accepted answer is compared letter by letter: write it out, in at most 150 letters.")
    return ""
