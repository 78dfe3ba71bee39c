"""A list of meanings for each term."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, PartForm, numbered_options, place_of
from quizzes.questions import Part


class MatchingForm(PartForm):
    """The meanings stand numbered above; each term has a list to choose from."""

    template = "quizzes/kinds/matching/form.html"
    hint = _("Choose what belongs to each.")

    def part_field(self, number: int, part: Part, given: str) -> forms.Field:
        return forms.ChoiceField(
            label=self.words(part.text),
            choices=[
                (value, f"{value}. {label}" if value else label)
                for value, label in numbered_options(self, self.question.choices)
            ],
            initial=place_of(self.question.choices, given),
            widget=forms.Select(attrs={"lang": self.language, "dir": "rtl" if self.is_rtl else "ltr"}),
            error_messages={
                "required": _("Choose something for each line. If you are not sure, choose what seems closest."),
                "invalid_choice": UNREADABLE,
            },
        )

    def given(self, part: Part, value: str) -> str:
        return self.question.choices[int(value) - 1].key
