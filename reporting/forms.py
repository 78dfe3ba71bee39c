"""What a lead chooses about a report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, labels, limit_day
from organisations.models import Membership, Organisation
from records.rules.days import add_months
from reporting.filters import Chosen, Said
from reporting.selectors.choices import Choices


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
        self.full_clean()
        return self.cleaned_data.get("on") or self.today


class PeriodForm(forms.Form):
    """From which day to which: the past year where nothing, or nothing that can be read, is asked for."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To, this day included"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in self.fields:
            limit_day(self, name, latest=today)

    def clean(self) -> dict[str, Any]:
        """Refuses a period that ends before it begins."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day is before the first. Choose a later one."))
        return data

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        self.full_clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if self.errors:
            first = last = None
        last = last or self.today
        return min(first or year_before(last), last), last


def year_before(day: date) -> date:
    """The first day of the year that ends with the day."""
    return add_months(day, -12) + timedelta(days=1)


def _number(label: Any) -> forms.TypedChoiceField:
    """A choice known by a number; what it can be is set by the form."""
    return forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None)


def _word(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class FilterForm(DayForm):
    """The day, and of whom and of what to count. All of it stands in the address."""

    role = _number(_("Role"))
    kind = _word(_("Works there as"))
    sort = _word(_("Kind of organisation"))
    area = _number(_("Area"))
    unit = _number(_("Unit, with all units below it"))
    course = _number(_("Course"))
    requirement = _number(_("Requirement"))

    def __init__(self, *args: Any, choices: Choices, is_of_one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        offered: dict[str, Iterable[tuple[Any, str]]] = {
            "role": choices.roles.items(),
            "kind": labels(Membership.Kind),
            "sort": () if is_of_one else labels(Organisation.Kind),
            "area": choices.areas.items(),
            "unit": [(unit.pk, unit.label) for unit in choices.units.values()],
            "course": [(pk, course.title) for pk, course in choices.courses.items()],
            "requirement": choices.requirements.items(),
        }
        for name, pairs in offered.items():
            if pairs:
                self.fields[name].choices = [("", _("All")), *pairs]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    @property
    def chosen(self) -> Chosen:
        """What was chosen of what there is; what there is not counts as not chosen, and the form says so."""
        self.full_clean()
        values = {name: value for name, value in self.cleaned_data.items() if name != "on" and value}
        said = [Said(self.fields[name].label or "", self._words_of(name, value)) for name, value in values.items()]
        unit, course = values.get("unit"), values.get("course")
        return Chosen(
            role_id=values.get("role"),
            kind=values.get("kind", ""),
            sort=values.get("sort", ""),
            area_id=values.get("area"),
            unit_ids=self.choices.with_those_below(unit) if unit else frozenset(),
            module_keys=self.choices.courses[course].module_keys if course else None,
            requirement_id=values.get("requirement"),
            said=tuple(said),
            query=urlencode(values),
        )

    def _words_of(self, name: str, value: Any) -> str:
        words = dict(self.fields[name].choices)[value]  # type: ignore[attr-defined]
        return capfirst(str(words).lstrip("– "))
