"""A module to choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import ModulePage
from organisations.forms_leads import MOST_DIGITS


class ModuleField(forms.ModelChoiceField):
    """A module that is in use, by title."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Choose a module."), "invalid_choice": _("Choose a module from the list.")}
        modules = ModulePage.objects.filter(editions__is_live=True).distinct().order_by("title")
        super().__init__(queryset=modules, empty_label=_("Choose a module"), error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> ModulePage | None:
        """Refuses a number that no database can look for, which nobody chose from the list."""
        if len(str(value or "")) > MOST_DIGITS:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)
