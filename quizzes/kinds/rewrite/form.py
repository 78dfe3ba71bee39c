"""A group of wordings for each marked phrase."""

from __future__ import annotations

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, PartForm
from quizzes.questions import Part


class RewriteForm(PartForm):
    """The passage with its phrases marked and numbered, then radio buttons for each phrase."""

    template = "quizzes/kinds/rewrite/form.html"
    field_name = "phrase"
    hint = _("Choose the better wording for each marked phrase.")

    def part_field(self, number: int, part: Part, given: str) -> forms.Field:
        return forms.ChoiceField(
            label=format_html("{}. {}", number, self.words(part.text)),
            choices=[(choice.key, self.words(choice.text)) for choice in part.choices],
            initial=given,
            widget=forms.RadioSelect(attrs={"class": "choices"}),
            error_messages={
                "required": _("Choose a wording for each phrase. If you are not sure, choose what seems closest."),
                "invalid_choice": UNREADABLE,
            },
        )

    def given(self, part: Part, value: str) -> str:
        return value
