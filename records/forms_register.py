"""A register of a briefing: names from a list on paper, typed in or in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import offer
from organisations.imports.columns import SYNONYMS, Field, match_columns
from organisations.imports.reading import MOST_BYTES, Unreadable, read_table
from organisations.imports.words import FAULTS
from organisations.models import Organisation
from records.actions.check_in import Given
from records.rules.sessions import tidy

#: People of a register that are entered at once.
MOST_LINES = 200
#: Between a name and its address: as people type it, and as spreadsheets and letters write it.
BETWEEN = re.compile(r"[,;\t\u060c]")
COLUMNS: dict[str, Sequence[str]] = {
    field: SYNONYMS[field] for field in (Field.NAME, Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAIL)
}

#: A line and what stands in it: its number, a name and an address.
Entry = tuple[int, str, str]


class RegisterForm(forms.Form):
    """Who was there, of one organisation: one a line, or a file with a row for each."""

    lines = forms.CharField(
        label=_("Who was there?"),
        help_text=_("One person a line: the name, then a comma and the e-mail address if you have it."),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        help_text=_(
            "An Excel workbook (.xlsx) or a CSV file. Its first row holds the headings: name and, if you have it, "
            "e-mail address."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        required=False,
        error_messages={"empty": _("There is nothing in this file.")},
    )
    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Of which organisation?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Not listed"),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)

    def clean_lines(self) -> list[Entry]:
        """Names with addresses; refuses an address that is none, and too many lines."""
        filled = [line for line in self.cleaned_data["lines"].splitlines() if tidy(line)]
        parts = [(*BETWEEN.split(line, maxsplit=1), "") for line in filled]
        return _checked((number, name, address) for number, (name, address, *_rest) in enumerate(parts, start=1))

    def clean_file(self) -> list[Entry]:
        """The same out of a file; refuses one that is no table, or has no column of names."""
        file = self.cleaned_data["file"]
        if not file:
            return []
        if file.size > MOST_BYTES:
            raise ValidationError(str(FAULTS["too_large"]))
        try:
            table = read_table(file.read())
        except Unreadable as unreadable:
            raise ValidationError(str(FAULTS[unreadable.fault])) from unreadable
        places = match_columns(table.header, COLUMNS)
        if not places.keys() & {Field.NAME, Field.FAMILY_NAME}:
            raise ValidationError(_("No column is headed “Name”. Write it above the names and choose the file again."))
        names = (Field.NAME, Field.GIVEN_NAME, Field.FAMILY_NAME)
        return _checked(
            (line.number, " ".join(line.cell(places.get(each)) for each in names), line.cell(places.get(Field.EMAIL)))
            for line in table.lines
        )

    def clean(self) -> dict[str, Any]:
        """Names must come in one of the two ways."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not data["lines"] and not data["file"]:
            self.add_error("lines", _("Enter at least one name, or choose a file."))
        return data

    def given(self) -> list[Given]:
        """What stands in the register."""
        organisation = self.cleaned_data["organisation"]
        entries = [*self.cleaned_data["lines"], *self.cleaned_data["file"]]
        return [Given(name=name, email=email, organisation=organisation) for _number, name, email in entries]


def _checked(entries: Iterable[Entry]) -> list[Entry]:
    found = [(number, tidy(name), address.strip()) for number, name, address in entries]
    if len(found) > MOST_LINES:
        raise ValidationError(_("Enter at most 200 people at once."))
    email = forms.EmailField(required=False)
    for number, name, address in found:
        try:
            email.clean(address)
        except ValidationError as error:
            message = _("Line %(number)s: “%(text)s” is not an e-mail address.")
            raise ValidationError(message % {"number": number, "text": address[:80]}) from error
        if "@" in name:
            message = _("Line %(number)s: keep the name and the e-mail address apart, with a comma or in two columns.")
            raise ValidationError(message % {"number": number})
        if not name or len(name) > 150:
            raise ValidationError(_("Line %(number)s: enter a name.") % {"number": number})
    return found
