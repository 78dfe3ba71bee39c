"""The questions part of the quiz editor: one block per kind of question."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from quizzes.kinds.registry import KINDS
from quizzes.kinds.rules import MARKED

#: The lines of a quiz that hold no question of their own: one names a question of the bank, the other draws some.
FROM_BANK = "bank"
DRAW = "draw"
#: As many as one line may draw for an attempt.
MOST_DRAWN = 50


def tags_to_draw() -> list[tuple[str, str]]:
    """The tags of the bank, each with how many questions it has that may be drawn."""
    tags = apps.get_model("quizzes", "Tag").objects.annotate(
        ready=Count("questions", filter=Q(questions__status="ready", questions__kind__in=MARKED))
    )
    words = gettext("%(tag)s (%(count)s ready)")
    return [(tag.folded, words % {"tag": tag.name, "count": tag.ready}) for tag in tags]


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a quiz; the block's own id is the question's key for ever."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        kinds = [(kind.name, kind.block) for kind in KINDS.values()]
        super().__init__(local_blocks or kinds, **kwargs)

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> blocks.StreamValue:
        try:
            return super().value_from_datadict(data, files, prefix)
        except (KeyError, ValueError):
            # A form that no editor of ours would send: as if no question had been written.
            return self.empty_value()

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        cleaned = super().clean(value)
        seen: set[str] = set()
        children = []
        for child in cleaned:
            # The form names the ids: one that is missing, foreign or used twice gets a new one.
            key = child.id if _is_uuid(child.id) and child.id not in seen else str(uuid4())
            seen.add(key)
            children.append((child.block_type, child.value, key))
        return blocks.StreamValue(self, children)

    class Meta:
        # A quiz of ten questions opens as ten lines.
        collapsed = True


class FromBankBlock(blocks.StructBlock):
    """One question of the bank, asked in every attempt."""

    question = SnippetChooserBlock(
        "quizzes.Question", label=_("Question"), help_text=_("Only questions that are ready can be asked.")
    )

    class Meta:
        icon = "list-ul"
        label = _("From the bank")
        label_format = "{question}"
        group = _("From the question bank")


class TagBlock(blocks.ChoiceBlock):
    """One of the bank's tags."""

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        # A migration needs the shape of the data, not today's tags.
        return "wagtail.blocks.CharBlock", (), {}


class DrawBlock(blocks.StructBlock):
    """Some of the bank's ready questions with a tag: each attempt asks others, while they last."""

    count = blocks.IntegerBlock(min_value=1, max_value=MOST_DRAWN, label=_("How many"))
    tag = TagBlock(choices=tags_to_draw, label=_("About"))

    class Meta:
        icon = "rotate"
        label = _("Draw from the bank")
        label_format = "{count} · {tag}"
        group = _("From the question bank")


class QuizLinesBlock(QuestionsBlock):
    """The lines of a quiz: questions of its own, questions of the bank, and draws."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        own = [(kind.name, kind.block_in_quiz) for kind in KINDS.values()]
        super().__init__(local_blocks or [*own, (FROM_BANK, FromBankBlock()), (DRAW, DrawBlock())], **kwargs)


def _is_uuid(text: str | None) -> bool:
    try:
        return text is not None and str(UUID(text)) == text
    except ValueError:
        return False
