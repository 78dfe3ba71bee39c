"""What a lead chooses about a report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, limit_day
from organisations.models import Organisation
from records.rules.days import add_months
from reporting.filters import Chosen
from reporting.selectors.choices import LABELS, Choices


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


class OneOrganisationForm(forms.Form):
    """One organisation, or all of those that may be looked at."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("All of them together"),
        required=False,
        error_messages={"invalid_choice": _("There is no such organisation to look at. Choose one from the list.")},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = organisations.order_by("name", "pk")  # type: ignore[attr-defined]
        #: Whether there is more than one.
        self.has_choice = len(field.queryset) > 1  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Organisation | None:
        """The one asked for; none for all of them."""
        return self.cleaned_data.get("organisation") if self.is_valid() else None


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


#: What an address asks for that is not there, or no more; what it was is not said again.
NO_CHOICE = {"invalid_choice": _("There is no such choice, so all are counted. Choose one from the list.")}


def _number(name: str) -> forms.TypedChoiceField:
    """A choice known by a number; what it can be is set by the form."""
    return forms.TypedChoiceField(
        label=LABELS[name], required=False, coerce=int, empty_value=None, error_messages=NO_CHOICE
    )


def _word(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=LABELS[name], required=False, error_messages=NO_CHOICE)


class FilterForm(DayForm):
    """The day, and of whom and of what to count. All of it stands in the address."""

    role = _number("role")
    kind = _word("kind")
    sort = _word("sort")
    area = _number("area")
    unit = _word("unit")
    course = _number("course")
    requirement = _number("requirement")

    def __init__(self, *args: Any, choices: Choices, is_of_one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        offered = choices.offered(is_of_one=is_of_one)
        for name in LABELS:
            if name in offered:
                self.fields[name].choices = [("", _("All")), *offered[name].items()]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    @property
    def chosen(self) -> Chosen:
        """What was chosen of what there is; what there is not counts as not chosen, and the form says so."""
        self.full_clean()
        return self.choices.chosen(self.cleaned_data)
