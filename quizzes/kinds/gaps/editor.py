"""The editor of a passage with gaps."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    WordingBlock,
    choice_content,
    explanation_block,
    numbered,
    part_content,
    passage_block,
    passage_problems,
    question_content,
    stored_item,
    stored_question,
    stored_wordings,
    text_problems,
    wordings_problem,
)
from quizzes.kinds.gaps.form import GapsForm
from quizzes.kinds.typed_editor import accepted_problem
from quizzes.text_blocks import TranslatedTextBlock, texts_of


class GapBlock(blocks.StructBlock):
    """One gap: a list to choose from, or typed."""

    is_typed = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("Learners type what is missing"),
        help_text=gettext_lazy(
            "Then each choice below is accepted. Write other spellings of it on lines of their own; case, accents and "
            "the forms of Arabic letters do not matter."
        ),
    )
    choices = Items(WordingBlock(), label=gettext_lazy("Choices"))
    feedback = TranslatedTextBlock(
        label=gettext_lazy("Feedback for anything else"),
        required=False,
        help_text=gettext_lazy("Only where learners type: read by those whose answer is not among the accepted ones."),
    )

    class Meta:
        label = gettext_lazy("Gap")


class GapsBlock(QuestionBlock):
    """A passage and its gaps."""

    text = passage_block(
        gettext_lazy(
            "Write [[1]] where the first gap is, [[2]] for the second, in every language. Below, say what fits."
        )
    )
    gaps = Items(GapBlock(), label=gettext_lazy("Gaps"), begins_with=1)
    explanation = explanation_block()

    class Meta:
        icon = "minus"
        label = gettext_lazy("Fill the gaps")
        label_format = "{text}"


class Gaps(Kind):
    """Gaps are numbered in the order of their list."""

    name = "gaps"
    block_class = GapsBlock
    form_class = GapsForm

    def content_from(self, value: Any) -> dict[str, Any]:
        parts = []
        for item in value["gaps"].bound_blocks:
            is_typed = bool(item.value["is_typed"])
            choices = [
                choice_content(each, is_correct=is_typed or bool(each.value["is_correct"]))
                for each in item.value["choices"].bound_blocks
            ]
            feedback = texts_of(item.value["feedback"]) if is_typed else {}
            parts.append(part_content(item, choices=choices, is_typed=is_typed, feedback=feedback))
        return question_content(value, parts=parts)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        parts = content.get("parts", [])
        problems = text_problems(content, _("Write the passage in English."))
        problems += passage_problems(content, len(parts))
        wrong = [
            (number, (accepted_problem if part.get("is_typed") else wordings_problem)(part.get("choices", [])))
            for number, part in enumerate(parts, 1)
        ]
        return problems + numbered("gaps", wrong)

    def stored_value(self, content: Content) -> dict[str, Any]:
        gaps = [
            stored_item(
                part.get("key"),
                {
                    "is_typed": bool(part.get("is_typed")),
                    "choices": stored_wordings(part.get("choices") or []),
                    "feedback": dict(part.get("feedback") or {}),
                },
            )
            for part in content.get("parts") or []
        ]
        return stored_question(content, gaps=gaps)
