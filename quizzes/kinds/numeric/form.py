"""A number to type in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.short_answer.form import ShortAnswerForm
from quizzes.typed import LONGEST_NUMBER, number_in


class NumericForm(ShortAnswerForm):
    """Digits, with a decimal point or comma."""

    hint = _("Type a number, such as 12 or 12.5.")
    missing = _("Type a number. If you are not sure, type what seems closest.")
    attrs = {"inputmode": "decimal", "dir": "ltr", "class": "govuk-input--width-10"}
    longest = LONGEST_NUMBER

    def clean_answer(self) -> str:
        answer = self.cleaned_data["answer"]
        if number_in(answer) is None:
            raise forms.ValidationError(_("We could not read that as a number. Type digits only, such as 12 or 12.5."))
        return answer
