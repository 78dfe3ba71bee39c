"""The editor of terms and their meanings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.kinds.base_editor import Content, Kind, Problem, QuestionBlock
from quizzes.kinds.editor_blocks import (
    Items,
    explanation_block,
    feedback_block,
    part_content,
    question_content,
    stored_item,
    stored_question,
    text_problems,
)
from quizzes.kinds.matching.form import MatchingForm
from quizzes.text_blocks import DEFAULT, TranslatedTextBlock, texts_of


class PairBlock(blocks.StructBlock):
    """A term and its meaning."""

    term = TranslatedTextBlock(label=gettext_lazy("Term"))
    meaning = TranslatedTextBlock(label=gettext_lazy("Its meaning"))
    feedback = feedback_block()

    class Meta:
        label = gettext_lazy("Pair")
        label_format = "{term}"


class MatchingBlock(QuestionBlock):
    """Pairs, and further meanings that belong to no term."""

    text = TranslatedTextBlock(
        label=gettext_lazy("Question"), help_text=gettext_lazy("Such as: “Match each word with what it means.”")
    )
    pairs = Items(PairBlock(), label=gettext_lazy("Pairs"), begins_with=3)
    others = Items(
        TranslatedTextBlock(label=gettext_lazy("Meaning")),
        label=gettext_lazy("Further meanings that belong to no term"),
        begins_with=0,
        min_num=0,
    )
    explanation = explanation_block()

    class Meta:
        icon = "link"
        label = gettext_lazy("Match terms with meanings")
        label_format = "{text}"


class Matching(Kind):
    """Every learner sees the meanings in another order, beside each term."""

    name = "matching"
    block_class = MatchingBlock
    form_class = MatchingForm

    def content_from(self, value: Any) -> dict[str, Any]:
        meanings: dict[str, dict[str, Any]] = {}
        parts = []
        for item in value["pairs"].bound_blocks:
            texts = texts_of(item.value["meaning"])
            # Two terms may have the same meaning: it is offered once.
            meaning = meanings.setdefault(texts.get(DEFAULT, "").casefold(), _meaning(item.id, texts, True))
            term, feedback = texts_of(item.value["term"]), texts_of(item.value["feedback"])
            parts.append(part_content(item, text=term, right=meaning["key"], feedback=feedback))
        others = [_meaning(item.id, texts_of(item.value), False) for item in value["others"].bound_blocks]
        return question_content(value, [*meanings.values(), *others], parts=parts)

    def problems(self, value: Any) -> list[Problem]:
        content = self.content_from(value)
        parts, said = content.get("parts", []), [choice["text"].get(DEFAULT, "") for choice in content["choices"]]
        problems = text_problems(content, _("Write the question in English."))
        if len(parts) < 2:
            problems.append(Problem("pairs", _("Give at least two pairs.")))
        if len({part.get("text", {}).get(DEFAULT, "").casefold() for part in parts}) < len(parts):
            problems.append(Problem("pairs", _("Two terms say the same. Change or remove one.")))
        if not all(said) or not all(part.get("text", {}).get(DEFAULT) for part in parts):
            problems.append(Problem("pairs", _("Write each term and each meaning in English.")))
        if len({text.casefold() for text in said}) < len(said):
            problems.append(Problem("others", _("Two meanings say the same. Change or remove one.")))
        return problems

    def stored_value(self, content: Content) -> dict[str, Any]:
        meanings = {choice["key"]: dict(choice["text"]) for choice in content["choices"]}
        parts = content.get("parts") or []
        used = {part.get("right") for part in parts}
        pairs = [
            stored_item(
                part.get("key"),
                {
                    "term": dict(part.get("text") or {}),
                    "meaning": meanings.get(part.get("right"), {}),
                    "feedback": dict(part.get("feedback") or {}),
                },
            )
            for part in parts
        ]
        others = [stored_item(key, texts) for key, texts in meanings.items() if key not in used]
        return stored_question(content, pairs=pairs, others=others)


def _meaning(key: str, texts: dict[str, str], is_correct: bool) -> dict[str, Any]:
    return {"key": key, "text": texts, "is_correct": is_correct, "feedback": {}}
