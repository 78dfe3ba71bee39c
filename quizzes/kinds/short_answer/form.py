"""One line to type in."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import QuestionForm
from quizzes.typed import LONGEST


class ShortAnswerForm(QuestionForm):
    """A word or a few."""

    template = "quizzes/kinds/typed/form.html"
    hint = _("Type a word or a few words. Capital letters and accents do not matter.")
    missing = _("Type an answer. If you are not sure, type what seems closest.")
    attrs = {"spellcheck": "false", "dir": "auto"}
    longest = LONGEST

    def add_fields(self) -> None:
        self.fields["answer"] = forms.CharField(
            label="",
            help_text=str(self.hint),
            max_length=self.longest,
            initial=self.shown[0] if self.shown else "",
            widget=forms.TextInput(attrs={"autocomplete": "off", **self.attrs}),
            error_messages={"required": self.missing},
        )

    def read(self) -> Sequence[str]:
        return [self.cleaned_data["answer"]]
