"""The editor of a statement that is true or false."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.choice_form import OneChoiceForm
from quizzes.kinds.editor_blocks import (
    explanation_block,
    question_content,
    stored_question,
    text_problems,
    unexplained,
)
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of

#: The two choices in every language; a frozen version carries them, so a catalogue cannot change it later.
WORDS = {
    "true": {
        "en": "True", "ar": "صحيح", "fa": "درست", "fr": "Vrai", "pt": "Verdadeiro", "so": "Run", "es": "Verdadero",
    },
    "false": {
        "en": "False", "ar": "خطأ", "fa": "نادرست", "fr": "Faux", "pt": "Falso", "so": "Been", "es": "Falso",
    },
}  # fmt: skip


class TrueFalseBlock(QuestionBlock):
    """A statement and which of the two answers is right."""

    text = TranslatedTextBlock(label=gettext_lazy("Statement"))
    right_answer = blocks.ChoiceBlock(
        choices=[("true", gettext_lazy("True")), ("false", gettext_lazy("False"))],
        label=gettext_lazy("The right answer is"),
    )
    feedback_true = TranslatedTextBlock(label=gettext_lazy("Feedback for “True”"), required=False)
    feedback_false = TranslatedTextBlock(label=gettext_lazy("Feedback for “False”"), required=False)
    explanation = explanation_block()

    class Meta:
        icon = "check"
        label = gettext_lazy("True or false")
        label_format = "{text}"


class TrueFalse(Kind):
    """Two fixed choices, always in the same order."""

    name = "true_false"
    block_class = TrueFalseBlock
    form_class = OneChoiceForm

    def content_from(self, value: Any) -> dict[str, Any]:
        choices = [
            {
                "key": key,
                "text": words,
                "is_correct": value["right_answer"] == key,
                "feedback": texts_of(value[f"feedback_{key}"]),
            }
            for key, words in WORDS.items()
        ]
        return question_content(value, choices)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        problems = text_problems(content, _("Write the statement in English."))
        if value["right_answer"] not in WORDS:
            problems.append(Problem("right_answer", _("Choose whether the statement is true or false.")))
        problems += [
            Problem(f"feedback_{choice['key']}", unexplained(content, [choice]))
            for choice in content["choices"]
            if unexplained(content, [choice])
        ]
        return problems

    def stored_value(self, content: Content) -> dict[str, Any]:
        by_key = {_word(choice): choice for choice in content["choices"]}
        right = next((key for key in WORDS if by_key.get(key, {}).get("is_correct")), "")
        feedback = {f"feedback_{key}": dict(by_key.get(key, {}).get("feedback") or {}) for key in WORDS}
        return stored_question(content, right_answer=right, **feedback)


def _word(choice: Content) -> str:
    """Which of the two a choice is: files name it by its English."""
    return choice["key"] if choice.get("key") in WORDS else choice["text"].get(DEFAULT, "").casefold()
