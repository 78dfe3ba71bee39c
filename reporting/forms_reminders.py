"""What a lead writes to the people of a list."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from records.rules.reminders import LONGEST_WORDS


class RemindForm(forms.Form):
    """The lead's own words, and the key of this sending."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Your own words"),
        help_text=_(
            "They stand in the letter as you write them, above what is asked of the person. Name nobody, write "
            "nothing about a case, and put no address of a page in."
        ),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write a few words. They say who reminds and why."),
            "max_length": _("Say it in at most 500 signs."),
        },
    )
