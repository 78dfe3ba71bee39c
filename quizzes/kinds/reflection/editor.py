"""The editor of something to think about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import question_content, stored_question, text_problems
from quizzes.kinds.reflection.form import ReflectionForm
from quizzes.text_blocks import TranslatedTextBlock


class ReflectionBlock(QuestionBlock):
    """A question that only the learner answers, for themselves."""

    text = TranslatedTextBlock(
        label=gettext_lazy("Something to think about"),
        help_text=gettext_lazy(
            "Never marked, never sent. Do not ask about cases or about what somebody lived through."
        ),
    )
    explanation = TranslatedTextBlock(
        label=gettext_lazy("To compare one's thoughts with"),
        required=False,
        help_text=gettext_lazy("Read by everyone after the quiz."),
    )

    class Meta:
        icon = "comment"
        label = gettext_lazy("Reflection, never marked")
        label_format = "{text}"


class Reflection(Kind):
    """Nothing is right or not quite."""

    name = "reflection"
    block_class = ReflectionBlock
    form_class = ReflectionForm

    def content_from(self, value: Any) -> dict[str, Any]:
        return question_content(value)

    def problems(self, value: Any) -> list[Problem]:
        return text_problems(self.content_from(value), _("Write the question in English."))

    def stored_value(self, content: Content) -> dict[str, Any]:
        return stored_question(content)
