"""Correcting what is right in a question that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.blocks.base import BlockField

from quizzes.blocks import QuestionsBlock
from quizzes.kinds.registry import KINDS

REASON = {"required": _("Write a reason."), "max_length": _("Say it in at most 500 signs.")}


class CorrectionForm(forms.Form):
    """The question in the editor of its kind, filled with what holds now."""

    def __init__(self, *args: Any, kind: str, key: str, content: Mapping[str, Any], **kwargs: Any) -> None:
        block = QuestionsBlock(min_num=1, max_num=1, collapsed=False)
        block.set_name("question")
        value = block.to_python([{"type": kind, "value": KINDS[kind].stored_value(content), "id": key}])
        super().__init__(*args, **kwargs)
        self.initial["question"] = value
        self.kind = kind
        self.fields["question"] = BlockField(block=block, label=_("The question"))

    @property
    def content(self) -> Mapping[str, Any] | None:
        """What was written, as a version keeps it; None for a question of another kind."""
        for child in self.cleaned_data["question"]:
            if child.block_type == self.kind:
                return KINDS[self.kind].content_from(child.value)
        return None


class ReasonForm(forms.Form):
    """Why something is proposed or returned."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Nobody is named. Write nothing about a case."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=REASON,
    )
