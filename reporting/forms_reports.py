"""What leads fill in about reports. Forms check; actions write."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.actions.partnerships import LEAST, MOST
from organisations.forms_leads import DayField, limit_day

DAYS = {"required": _("Enter a day.")}


class ReportForm(forms.Form):
    """Of which day and which period a report is."""

    day = DayField(label=_("Coverage on"))
    delivery_from = DayField(label=_("Delivery from"))
    delivery_to = DayField(label=_("Delivery to, this day included"))
    #: What was chosen on the page of coverage.
    scope = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("day", "delivery_from", "delivery_to"):
            limit_day(self, name, latest=today)


class CommentForm(forms.Form):
    """What an organisation says about its row."""

    text = forms.CharField(
        label=_("Comment, printed beside your row"),
        help_text=_("Write about the numbers. Name no person and no case. Leave it empty to print nothing."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class WithdrawForm(forms.Form):
    """Why a report is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Everybody who may open the report reads it."),
        max_length=300,
        error_messages={"required": _("Say why.")},
    )


class SmallCountsForm(forms.Form):
    """Which counts are hidden in what is published."""

    below = forms.IntegerField(
        label=_("Hide counts below"),
        help_text=_("0 hides nothing. Otherwise from %(least)s to %(most)s; 5 is usual.")
        % {"least": LEAST, "most": MOST},
        min_value=0,
        max_value=MOST,
        error_messages={
            "required": _("Enter a number."),
            "invalid": _("Enter a whole number."),
            "min_value": _("Enter 0 or more."),
            "max_value": _("Enter %(limit_value)s or less."),
        },
    )
