"""What a lead chooses about a report."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, limit_day


class DayForm(forms.Form):
    """The day of which to count: today or an earlier one, as nobody knows yet who will complete what."""

    on = DayField(label=_("Show the coverage of"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        limit_day(self, "on", latest=today)

    @property
    def day(self) -> date:
        """The day asked for, or today."""
        return (self.is_valid() and self.cleaned_data["on"]) or self.today
