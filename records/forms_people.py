"""What a lead fills in about somebody's record."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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
