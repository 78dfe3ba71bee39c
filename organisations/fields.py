"""Fields that several forms of people share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from organisations.imports.values import LONGEST_NAME, Refused, Why, clean_name, clean_text
from organisations.imports.words import REASONS


def as_in_a_file(read: Callable[[str], str], text: str) -> str:
    """What was typed, as a file would be read; refused for the same reasons."""
    try:
        return read(text)
    except Refused as refusal:
        raise ValidationError(str(REASONS[refusal.why])) from refusal


class PlaceNameField(forms.CharField):
    """What an organisation, a unit, an area or a role is called: files name it too, by what people see."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.longest = max_length

    def clean(self, value: Any) -> str:
        """The name in one form and with single spaces."""
        return as_in_a_file(lambda text: clean_text(text, self.longest), super().clean(value))


class OwnNameField(forms.CharField):
    """What a person says they are called, taken as a file of people would be: it stands on their certificates."""

    def __init__(self, *, help_text: Any) -> None:
        super().__init__(
            label=_("Your name"),
            help_text=help_text,
            max_length=LONGEST_NAME,
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            error_messages={"required": _("Enter your name.")},
        )

    def clean(self, value: Any) -> str:
        """The name in one form and with single spaces."""
        name = super().clean(value)
        try:
            return clean_name(name)
        except Refused as refusal:
            if refusal.why in (Why.NO_NAME, Why.NAME_WITHOUT_LETTERS):
                raise ValidationError(self.error_messages["required"], code="required") from refusal
            words = _("This name holds a character that nobody can see. Type it in instead of copying it.")
            raise ValidationError(words, code="hidden") from refusal
