"""What a learner fills in where choices are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, QuestionForm

NOTHING_CHOSEN = _("Choose an answer. If you are not sure, choose the one that seems closest.")


class RadioList(forms.RadioSelect):
    """Radio buttons that read every value sent, so that two from a changed form are noticed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name)


class ManyChoicesForm(QuestionForm):
    """All choices that apply."""

    template = "quizzes/kinds/choices/form.html"
    hint = _("Choose all that are right.")
    widget: type[forms.Widget] = forms.CheckboxSelectMultiple

    def add_fields(self) -> None:
        messages = {"required": NOTHING_CHOSEN, "invalid_choice": UNREADABLE, "invalid_list": UNREADABLE}
        field = forms.MultipleChoiceField(
            widget=self.widget, error_messages=messages, initial=list(self.shown), label=""
        )
        cast(Any, field).choices = [(choice.key, self.words(choice.text)) for choice in self.question.choices]
        self.fields["answer"] = field

    def read(self) -> Sequence[str]:
        return self.cleaned_data["answer"]


class OneChoiceForm(ManyChoicesForm):
    """One choice."""

    hint = _("Choose one answer.")
    widget = RadioList

    def clean_answer(self) -> list[str]:
        answer = self.cleaned_data["answer"]
        if len(answer) > 1:
            raise forms.ValidationError(_("Choose one answer only."))
        return answer
