"""The editor of questions with a list of choices: one right, or several right."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    WordingBlock,
    choice_content,
    decimal_text,
    explanation_block,
    question_content,
    said_twice,
    stored_question,
    stored_wordings,
    text_problems,
    unexplained,
)
from quizzes.text_blocks import TranslatedTextBlock


class ChoiceBlock(WordingBlock):
    """A choice, whether it is right, what it is worth, and what the learner reads about it afterwards."""

    weight = blocks.DecimalBlock(
        required=False,
        min_value=-100,
        max_value=100,
        max_digits=8,
        decimal_places=5,
        label=gettext_lazy("Worth, per cent"),
        help_text=gettext_lazy("Leave it empty and Signpost works it out. Needed only where choices differ in worth."),
    )

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Choice")
        label_format = "{text}"


class ChoicesBlock(QuestionBlock):
    """A question, its choices and why."""

    text = TranslatedTextBlock(label=gettext_lazy("Question"))
    choices = Items(ChoiceBlock(), label=gettext_lazy("Choices"))
    keeps_order = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("Keep the choices in this order"),
        help_text=gettext_lazy("For choices that have an order of their own, such as numbers."),
    )
    explanation = explanation_block()


class ChoicesKind(Kind):
    """What the two kinds share."""

    def content_from(self, value: Any) -> dict[str, Any]:
        choices = [
            choice_content(
                item,
                is_correct=bool(item.value["is_correct"]),
                weight=self.weight_of(item.value["weight"], bool(item.value["is_correct"])),
            )
            for item in value["choices"].bound_blocks
        ]
        return question_content(value, choices, keeps_order=bool(value["keeps_order"]))

    def weight_of(self, weight: Decimal | None, is_correct: bool) -> str:
        """The weight that a version keeps; "" where it says nothing new."""
        return decimal_text(weight)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        choices = content["choices"]
        found = []
        if len(choices) < 2:
            found.append(_("Give at least two choices."))
        if said_twice(choices):
            found.append(_("Two choices say the same. Change or remove one."))
        right = sum(choice["is_correct"] for choice in choices)
        found += filter(None, [unexplained(content, choices), self.wrong_count(right), self.wrong_weights(choices)])
        problems = [Problem("choices", message) for message in found]
        return problems + text_problems(content, _("Write the question in English."))

    @abstractmethod
    def wrong_count(self, right: int) -> str:
        """What to say when the number of right choices does not fit the kind; empty when it does."""

    @abstractmethod
    def wrong_weights(self, choices: list[dict[str, Any]]) -> str:
        """What to say when weights do not fit the kind; empty when they do."""

    def stored_value(self, content: Content) -> dict[str, Any]:
        choices = stored_wordings(content["choices"])
        for item, choice in zip(choices, content["choices"], strict=True):
            item["value"]["weight"] = choice.get("weight") or None
        return stored_question(content, choices=choices, keeps_order=bool(content.get("keeps_order")))
