"""The editor of steps that are put in order."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    choice_content,
    explanation_block,
    feedback_block,
    question_content,
    said_twice,
    stored_question,
    stored_wordings,
    text_problems,
)
from quizzes.kinds.ordering.form import OrderingForm
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock


class StepBlock(blocks.StructBlock):
    """One of the things to put in order."""

    text = TranslatedTextBlock(label=gettext_lazy("What it says"))
    feedback = feedback_block()

    class Meta:
        label = gettext_lazy("Step")
        label_format = "{text}"


class OrderingBlock(QuestionBlock):
    """Steps, written in the right order."""

    text = TranslatedTextBlock(
        label=gettext_lazy("Question"), help_text=gettext_lazy("Such as: “In which order do you do this?”")
    )
    choices = Items(
        StepBlock(),
        label=gettext_lazy("Steps, in the right order"),
        begins_with=3,
        help_text=gettext_lazy("Learners see them in another order."),
    )
    explanation = explanation_block()

    class Meta:
        icon = "order"
        label = gettext_lazy("Put in order")
        label_format = "{text}"


class Ordering(Kind):
    """The order in which the steps are written is the right one."""

    name = "ordering"
    block_class = OrderingBlock
    form_class = OrderingForm

    def content_from(self, value: Any) -> dict[str, Any]:
        choices = [choice_content(item, is_correct=True) for item in value["choices"].bound_blocks]
        return question_content(value, choices)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        problems = text_problems(content, _("Write the question in English."))
        if len(content["choices"]) < 3:
            problems.append(Problem("choices", _("Give at least three steps.")))
        elif not all(choice["text"].get(DEFAULT) for choice in content["choices"]):
            problems.append(Problem("choices", _("Write each step in English.")))
        elif said_twice(content["choices"]):
            problems.append(Problem("choices", _("Two steps say the same. Change or remove one.")))
        return problems

    def stored_value(self, content: Content) -> dict[str, Any]:
        items = stored_wordings(content["choices"])
        for item in items:
            del item["value"]["is_correct"]
        return stored_question(content, choices=items)
