"""A statement that is true or false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_kind import Kind, PlainChoice, Problem, QuestionBlock, Texts
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
    feedback_true = TranslatedTextBlock(label=gettext_lazy("Feedback for “True”"))
    feedback_false = TranslatedTextBlock(label=gettext_lazy("Feedback for “False”"))
    explanation = TranslatedTextBlock(
        label=gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("Read by everyone after the quiz, whatever they chose."),
    )

    class Meta:
        icon = "check"
        label = gettext_lazy("True or false")
        label_format = "{text}"


class TrueFalse(Kind):
    """Two fixed choices, always in the same order."""

    name = "true_false"
    block_class = TrueFalseBlock

    def content_from(self, value: Any) -> dict[str, Any]:
        return {
            "text": texts_of(value["text"]),
            "choices": [
                {
                    "key": key,
                    "text": words,
                    "is_correct": value["right_answer"] == key,
                    "feedback": texts_of(value[f"feedback_{key}"]),
                }
                for key, words in WORDS.items()
            ],
            "explanation": texts_of(value["explanation"]),
        }

    def problems(self, value: Any) -> list[Problem]:
        problems = []
        if not texts_of(value["text"]).get(DEFAULT):
            problems.append(Problem("text", _("Write the statement in English.")))
        if value["right_answer"] not in WORDS:
            problems.append(Problem("right_answer", _("Choose whether the statement is true or false.")))
        problems += [
            Problem(f"feedback_{key}", _("Write feedback for every choice."))
            for key in WORDS
            if not texts_of(value[f"feedback_{key}"]).get(DEFAULT)
        ]
        return problems

    def stored_value(self, text: Texts, choices: Sequence[PlainChoice], explanation: Texts) -> dict[str, Any]:
        by_word = {choice.text.get(DEFAULT, "").casefold(): choice for choice in choices}
        right = next((key for key in WORDS if key in by_word and by_word[key].is_correct), "")
        feedback = {f"feedback_{key}": by_word[key].feedback if key in by_word else {} for key in WORDS}
        return {"text": text, "right_answer": right, **feedback, "explanation": explanation}
