"""The questions part of the quiz editor: one block per kind of question."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from wagtail import blocks

from quizzes.kinds.registry import KINDS


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


def _is_uuid(text: str | None) -> bool:
    try:
        return text is not None and str(UUID(text)) == text
    except ValueError:
        return False
