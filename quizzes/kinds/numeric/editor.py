"""The editor of a question that is answered with a number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    choice_content,
    decimal_text,
    explanation_block,
    feedback_block,
    question_content,
    stored_item,
    stored_question,
    text_problems,
)
from quizzes.kinds.numeric.form import NumericForm
from quizzes.kinds.typed_editor import stored_worth, worth_block, worth_of
from quizzes.text_blocks import TranslatedTextBlock


class NumberBlock(blocks.StructBlock):
    """A number that is accepted."""

    value = blocks.DecimalBlock(max_digits=20, decimal_places=8, label=gettext_lazy("Number"))
    tolerance = blocks.DecimalBlock(
        required=False,
        min_value=0,
        max_digits=20,
        decimal_places=8,
        label=gettext_lazy("Tolerance"),
        help_text=gettext_lazy("How far an answer may lie above or below. Empty: the number exactly."),
    )
    weight = worth_block()
    feedback = feedback_block()

    class Meta:
        label = gettext_lazy("Accepted number")
        label_format = "{value}"


class NumericBlock(QuestionBlock):
    """A question and which numbers are accepted."""

    text = TranslatedTextBlock(
        label=gettext_lazy("Question"), help_text=gettext_lazy("Say in which unit the answer is meant.")
    )
    choices = Items(NumberBlock(), label=gettext_lazy("Accepted numbers"), begins_with=1)
    explanation = explanation_block()

    class Meta:
        icon = "decimal"
        label = gettext_lazy("Number, typed")
        label_format = "{text}"


class Numeric(Kind):
    """The best accepted number that fits counts."""

    name = "numeric"
    block_class = NumericBlock
    form_class = NumericForm

    def content_from(self, value: Any) -> dict[str, Any]:
        choices = [
            choice_content(
                item,
                text="",
                value=decimal_text(item.value["value"]),
                tolerance=decimal_text(item.value["tolerance"] or None),
                **worth_of(item.value["weight"]),
            )
            for item in value["choices"].bound_blocks
        ]
        return question_content(value, choices)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        problems = text_problems(content, _("Write the question in English."))
        if not all(choice.get("value") for choice in content["choices"]):
            problems.append(Problem("choices", _("Write each accepted number.")))
        if not any(choice["is_correct"] for choice in content["choices"]):
            problems.append(Problem("choices", _("Give at least one number that is wholly right.")))
        return problems

    def stored_value(self, content: Content) -> dict[str, Any]:
        choices = [
            stored_item(
                choice.get("key"),
                {
                    "value": choice.get("value") or None,
                    "tolerance": choice.get("tolerance") or None,
                    "weight": stored_worth(choice),
                    "feedback": dict(choice.get("feedback") or {}),
                },
            )
            for choice in content["choices"]
        ]
        return stored_question(content, choices=choices)
