"""The editor of a question that is answered in a few typed words."""

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
    stored_item,
    stored_question,
    text_problems,
)
from quizzes.kinds.short_answer.form import ShortAnswerForm
from quizzes.kinds.typed_editor import accepted_problem, stored_worth, worth_block, worth_of
from quizzes.text_blocks import TranslatedTextBlock


class AcceptedBlock(blocks.StructBlock):
    """An answer that is accepted."""

    text = TranslatedTextBlock(
        label=gettext_lazy("Accepted answer"),
        help_text=gettext_lazy(
            "Other spellings on lines of their own. Case, accents and the forms of Arabic letters do not matter."
        ),
    )
    weight = worth_block()
    feedback = feedback_block()

    class Meta:
        label = gettext_lazy("Accepted answer")
        label_format = "{text}"


class ShortAnswerBlock(QuestionBlock):
    """A question and what is accepted."""

    text = TranslatedTextBlock(label=gettext_lazy("Question"))
    choices = Items(AcceptedBlock(), label=gettext_lazy("Accepted answers"), begins_with=1)
    explanation = explanation_block()

    class Meta:
        icon = "edit"
        label = gettext_lazy("Short answer, typed")
        label_format = "{text}"


class ShortAnswer(Kind):
    """The best accepted answer that fits counts."""

    name = "short_answer"
    block_class = ShortAnswerBlock
    form_class = ShortAnswerForm

    def content_from(self, value: Any) -> dict[str, Any]:
        items = value["choices"].bound_blocks
        return question_content(value, [choice_content(item, **worth_of(item.value["weight"])) for item in items])

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        problems = text_problems(content, _("Write the question in English."))
        if problem := accepted_problem(content["choices"]):
            problems.append(Problem("choices", problem))
        return problems

    def stored_value(self, content: Content) -> dict[str, Any]:
        choices = [
            stored_item(
                choice.get("key"),
                {
                    "text": dict(choice.get("text") or {}),
                    "weight": stored_worth(choice),
                    "feedback": dict(choice.get("feedback") or {}),
                },
            )
            for choice in content["choices"]
        ]
        return stored_question(content, choices=choices)
