"""A field in each gap of a passage."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, PartForm, numbered_options, place_of
from quizzes.questions import Part
from quizzes.typed import LONGEST


class GapsForm(PartForm):
    """Each gap is a list or an input, and has a name of its own."""

    template = "quizzes/kinds/gaps/form.html"
    field_name = "gap"
    hint = _("Fill in what is missing.")

    def part_field(self, number: int, part: Part, given: str) -> forms.Field:
        label = gettext("Gap %(number)s") % {"number": number}
        missing = _("Fill each gap. If you are not sure, choose what seems closest.")
        messages = {"required": f"{label}: {missing}"}
        attrs = {"lang": self.language, "dir": "auto" if part.is_typed else "rtl" if self.is_rtl else "ltr"}
        if part.is_typed:
            return forms.CharField(
                label=label,
                max_length=LONGEST,
                initial=given,
                widget=forms.TextInput(attrs={**attrs, "autocomplete": "off", "spellcheck": "false"}),
                error_messages=messages,
            )
        return forms.ChoiceField(
            label=label,
            choices=numbered_options(self, part.choices),
            initial=place_of(part.choices, given),
            widget=forms.Select(attrs=attrs),
            error_messages={**messages, "invalid_choice": UNREADABLE},
        )

    def given(self, part: Part, value: str) -> str:
        return value if part.is_typed else part.choices[int(value) - 1].key
