"""The editor of a passage with phrases to put better."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    WordingBlock,
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
    unexplained,
    wording_contents,
    wordings_problem,
)
from quizzes.kinds.rewrite.form import RewriteForm
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of


class PhraseBlock(blocks.StructBlock):
    """A phrase as it stands, and wordings to choose from."""

    text = TranslatedTextBlock(label=gettext_lazy("The phrase as it stands in the passage"))
    choices = Items(WordingBlock(), label=gettext_lazy("Wordings, one of them better"))

    class Meta:
        label = gettext_lazy("Phrase")
        label_format = "{text}"


class RewriteBlock(QuestionBlock):
    """A passage and its phrases."""

    text = passage_block(
        gettext_lazy("Write [[1]] where the first phrase stands, [[2]] for the second, in every language.")
    )
    phrases = Items(PhraseBlock(), label=gettext_lazy("Phrases"), begins_with=1)
    explanation = explanation_block()

    class Meta:
        icon = "doc-full"
        label = gettext_lazy("Choose the better wording")
        label_format = "{text}"


class Rewrite(Kind):
    """Phrases are numbered in the order of their list."""

    name = "rewrite"
    block_class = RewriteBlock
    form_class = RewriteForm

    def content_from(self, value: Any) -> dict[str, Any]:
        parts = [
            part_content(item, text=texts_of(item.value["text"]), choices=wording_contents(item.value["choices"]))
            for item in value["phrases"].bound_blocks
        ]
        return question_content(value, parts=parts)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        parts = content.get("parts", [])
        problems = text_problems(content, _("Write the passage in English."))
        problems += passage_problems(content, len(parts))
        wrong = []
        for number, part in enumerate(parts, 1):
            choices = part.get("choices", [])
            if not part.get("text", {}).get(DEFAULT):
                wrong.append((number, _("Write the phrase in English.")))
            else:
                wrong.append((number, unexplained(content, choices) or wordings_problem(choices)))
        return problems + numbered("phrases", wrong)

    def stored_value(self, content: Content) -> dict[str, Any]:
        phrases = [
            stored_item(
                part.get("key"),
                {"text": dict(part.get("text") or {}), "choices": stored_wordings(part.get("choices") or [])},
            )
            for part in content.get("parts") or []
        ]
        return stored_question(content, phrases=phrases)
