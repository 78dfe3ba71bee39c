"""Which first attempts the figures are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.clock import LONDON
from records.rules.days import add_months

#: Whole months only: two periods that differ by a day would tell what one person answered.
PERIODS = [("", _("since the beginning")), ("12", _("the last 12 months")), ("3", _("the last 3 months"))]


class AnswersFilterForm(forms.Form):
    """When and in which module; what cannot be read is left out."""

    period = forms.ChoiceField(label=_("When"), choices=PERIODS, required=False)

    def __init__(self, data: Mapping[str, Any], *, modules: Sequence[tuple[UUID, str]], today: date) -> None:
        super().__init__(data)
        self._today = today
        if len(modules) > 1:
            choices = [("", _("every module")), *((str(key), title) for key, title in modules)]
            self.fields["module"] = forms.ChoiceField(label=_("Module"), choices=choices, required=False)
        self.is_valid()

    @property
    def asked(self) -> dict[str, Any]:
        """What the selector takes."""
        months = int(self.cleaned_data.get("period") or 0)
        module = self.cleaned_data.get("module")
        return {"module_key": UUID(module) if module else None, "since": self._since(months)}

    def _since(self, months: int) -> datetime | None:
        if not months:
            return None
        first = add_months(self._today.replace(day=1), -months)
        return datetime(first.year, first.month, first.day, tzinfo=LONDON)
