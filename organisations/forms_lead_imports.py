"""What leads fill in about a file. Forms check; actions write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, RoleField, limit_day
from organisations.import_kinds import kind_of
from organisations.imports.reading import MOST_BYTES
from organisations.imports.words import FAULTS
from organisations.models import ImportRun


class FileForm(forms.Form):
    """A file from the lead's own computer."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel workbook (.xlsx) or a CSV file, up to 10 MB. The first row holds the headings."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": _("Choose a file."), "empty": _("There is nothing in this file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(str(FAULTS["too_large"]))
        return file


class ColumnsForm(forms.Form):
    """What stands in which column."""

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.kind = run, kind_of(run.kind)
        choices = [("", _("Not in the file")), *((place, self._told(place)) for place in range(len(run.header)))]
        for name in self.kind.columns:
            self.fields[name] = forms.TypedChoiceField(
                label=self.kind.name_of(name), choices=choices, required=False, coerce=int, empty_value=None
            )
            self.fields[name].initial = run.columns.get(name)
        if run.kind == ImportRun.Kind.PEOPLE:
            self.fields["default_role"] = RoleField(
                label=_("Role of people of whom the file says none"),
                empty_label=_("Refuse their rows"),
                required=False,
            )
            self.fields["default_role"].initial = run.default_role_id
        for name, asked in self.kind.questions_of(run).items():
            initial = run.options.get(name, asked.is_ticked)
            self.fields[name] = forms.BooleanField(
                label=asked.label, help_text=asked.help_text, required=False, initial=initial
            )

    def _told(self, place: int) -> str:
        sample = next((row[place] for row in self.run.samples if place < len(row) and row[place]), "")
        heading = self.run.header[place] or str(place + 1)
        return f"{heading[:40]} ({sample[:30]})" if sample else heading[:40]

    def columns(self) -> dict[str, int]:
        """The column of each field that has one."""
        names = self.kind.columns
        return {name: place for name in names if (place := self.cleaned_data.get(name)) is not None}

    def options(self) -> dict[str, bool]:
        """The answers to what the kind asks."""
        return {name: self.cleaned_data[name] for name in self.kind.questions_of(self.run)}


class ApplyForm(forms.Form):
    """How the rows are saved."""

    mode = forms.ChoiceField(
        label=_("Some rows are not taken. What shall we do?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to do.")},
    )
    missing = forms.ChoiceField(
        label=_("Some people here are not in the file. What about them?"),
        choices=[("stay", _("They stay as they are")), ("end", _("They have left"))],
        initial="stay",
        widget=forms.RadioSelect,
    )
    missing_end_on = DayField(label=_("Their last day"), help_text=_("Only if they have left."), required=False)
    sends_invitations = forms.BooleanField(
        label=_("Send new people an e-mail that invites them to sign in"), required=False
    )

    def __init__(self, *args: Any, run: ImportRun, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if run.refused:
            self.fields["mode"].choices = ImportRun.Mode.choices  # type: ignore[attr-defined]
        else:
            del self.fields["mode"]
        if run.planned.get("missing"):
            limit_day(self, "missing_end_on", latest=today + timedelta(days=366))
        else:
            del self.fields["missing"], self.fields["missing_end_on"]
        if run.kind != ImportRun.Kind.PEOPLE or not run.planned.get("new"):
            del self.fields["sends_invitations"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("missing") == "end"
            and not cleaned.get("missing_end_on")
            and "missing_end_on" not in self.errors
        ):
            self.add_error("missing_end_on", _("Enter their last day."))
        return cleaned

    def decision(self) -> dict[str, Any]:
        """What was decided, as arguments of `start_applying`."""
        values = self.cleaned_data
        return {
            "mode": values.get("mode") or ImportRun.Mode.ALL,
            "missing_end_on": values.get("missing_end_on") if values.get("missing") == "end" else None,
            "sends_invitations": values.get("sends_invitations", False),
        }
