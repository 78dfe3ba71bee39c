"""What a lead fills in about somebody's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, limit_day
from records.selectors.waivers import AskedModule


class StrikeOutForm(forms.Form):
    """Why a completion is taken off a record."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_(
            "One sentence. The person reads it on their record. Write nothing about a case or about anybody's health."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Say why. The person has a right to know."),
            "max_length": _("Say it in at most 300 signs."),
        },
    )


class WaiverForm(forms.Form):
    """Which module is left out, why, and until when."""

    module = forms.ChoiceField(
        label=_("Module"), error_messages={"required": _("Choose a module."), "invalid_choice": _("Choose a module.")}
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_(
            "One sentence, for example “Teaches this module herself”. The person reads it in their data. Write "
            "nothing about a case or about anybody’s health."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Say why. The person has a right to know."),
            "max_length": _("Say it in at most 300 signs."),
        },
    )
    until = DayField(
        label=_("Last day (optional)"),
        help_text=_("After it the module is asked again. Leave it empty if it has no end."),
        required=False,
    )

    def __init__(self, *args: Any, asked: Sequence[AskedModule], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {str(each.key): each for each in asked}
        choices = [("", _("Choose a module")), *((key, each.title) for key, each in self.asked.items())]
        cast(forms.ChoiceField, self.fields["module"]).choices = choices
        limit_day(self, "until", earliest=today)

    @property
    def chosen_module(self) -> AskedModule:
        """The module that was chosen."""
        return self.asked[self.cleaned_data["module"]]
