"""The editor of a case in steps."""

from __future__ import annotations

from decimal import Decimal
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
    numbered,
    part_content,
    question_content,
    said_twice,
    stored_item,
    stored_question,
    text_problems,
)
from quizzes.kinds.scenario.form import ScenarioForm
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of


class WayBlock(blocks.StructBlock):
    """What somebody may do at a step, what comes of it, and where it leads."""

    text = TranslatedTextBlock(label=gettext_lazy("What one may do"))
    weight = blocks.DecimalBlock(
        min_value=0,
        max_value=100,
        max_digits=8,
        decimal_places=5,
        default=0,
        label=gettext_lazy("How well it helps, 0 to 100"),
        help_text=gettext_lazy("100 for what is best here. The score of a case is the average along its path."),
    )
    feedback = TranslatedTextBlock(
        label=gettext_lazy("What comes of it"),
        help_text=gettext_lazy("Read at once by those who chose this, before the next step."),
    )
    next = blocks.IntegerBlock(
        required=False,
        min_value=1,
        max_value=20,
        label=gettext_lazy("Number of the step that follows"),
        help_text=gettext_lazy("A later step. Empty: the case ends here."),
    )

    class Meta:
        label = gettext_lazy("Choice")
        label_format = "{text}"


class CaseStepBlock(blocks.StructBlock):
    """A situation and what one may do."""

    text = TranslatedTextBlock(label=gettext_lazy("The situation"))
    choices = Items(WayBlock(), label=gettext_lazy("Choices"))

    class Meta:
        label = gettext_lazy("Step")
        label_format = "{text}"


class ScenarioBlock(QuestionBlock):
    """An invented case in steps."""

    text = TranslatedTextBlock(
        label=gettext_lazy("What the case is about"),
        help_text=gettext_lazy("Invent people and places. Never use a real case, not even changed."),
    )
    steps = Items(CaseStepBlock(), label=gettext_lazy("Steps, the first one first"), begins_with=2)
    explanation = explanation_block()

    class Meta:
        icon = "tasks"
        label = gettext_lazy("A case, step by step")
        label_format = "{text}"


class Scenario(Kind):
    """Steps only lead forward, so that every path ends."""

    name = "scenario"
    block_class = ScenarioBlock
    form_class = ScenarioForm

    def content_from(self, value: Any) -> dict[str, Any]:
        items = value["steps"].bound_blocks
        keys = [item.id for item in items]
        parts = [
            part_content(
                item,
                text=texts_of(item.value["text"]),
                choices=[_choice(each, keys) for each in item.value["choices"].bound_blocks],
            )
            for item in items
        ]
        return question_content(value, parts=parts)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        problems = text_problems(content, _("Write in English what the case is about."))
        items = value["steps"].bound_blocks
        if not items:
            problems.append(Problem("steps", _("Give at least one step.")))
        followed = {
            each.value["next"]
            for number, item in enumerate(items, 1)
            for each in item.value["choices"].bound_blocks
            if (each.value["next"] or 0) > number
        }
        wrong = []
        for number, (item, part) in enumerate(zip(items, content.get("parts", []), strict=True), 1):
            leads = [each.value["next"] for each in item.value["choices"].bound_blocks if each.value["next"]]
            wrong.append((number, _step_problem(part)))
            if any(not number < step <= len(items) for step in leads):
                wrong.append((number, _("A choice can only lead to a later step that is there.")))
            if number > 1 and number not in followed:
                wrong.append((number, _("No choice of an earlier step leads here.")))
        return problems + numbered("steps", wrong)

    def stored_value(self, content: Content) -> dict[str, Any]:
        parts = content.get("parts") or []
        numbers = {part.get("key"): number for number, part in enumerate(parts, 1)}
        steps = [
            stored_item(
                part.get("key"),
                {
                    "text": dict(part.get("text") or {}),
                    "choices": [
                        stored_item(
                            choice.get("key"),
                            {
                                "text": dict(choice.get("text") or {}),
                                "weight": "100" if choice.get("is_correct") else str(choice.get("weight") or 0),
                                "feedback": dict(choice.get("feedback") or {}),
                                "next": numbers.get(choice.get("next")),
                            },
                        )
                        for choice in part.get("choices") or []
                    ],
                },
            )
            for part in parts
        ]
        return stored_question(content, steps=steps)


def _choice(item: Any, keys: list[str]) -> dict[str, Any]:
    weight, step = item.value["weight"] or Decimal(0), item.value["next"]
    return choice_content(
        item,
        is_correct=weight >= 100,
        weight=decimal_text(weight) if 0 < weight < 100 else "",
        next=keys[step - 1] if step and step <= len(keys) else "",
    )


def _step_problem(part: Content) -> str:
    choices = part.get("choices", [])
    if not part.get("text", {}).get(DEFAULT):
        return _("Write the situation in English.")
    if len(choices) < 2:
        return _("Give at least two choices.")
    if said_twice(choices):
        return _("Two choices say the same. Change or remove one.")
    if not all(choice["feedback"].get(DEFAULT) for choice in choices):
        return _("Write what comes of every choice.")
    if not any(choice["is_correct"] for choice in choices):
        return _("Give one choice the worth 100: what is best here.")
    return ""
