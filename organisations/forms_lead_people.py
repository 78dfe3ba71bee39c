"""What leads fill in about people: lists, memberships and invitations. Forms check; actions write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.fields import as_in_a_file
from organisations.forms_leads import DayField, RoleField, kind_field, limit_day, offer
from organisations.imports.values import LONGEST_NUMBER, clean_name, clean_text
from organisations.models import Away, Membership, Role, Unit
from organisations.parts import Part
from organisations.selectors_leads import PeopleFilter

#: More addresses than this at once belong in a spreadsheet.
MOST_ADDRESSES = 200
#: As long as an address is kept.
LONGEST_ADDRESS = 254


def unit_field() -> forms.ModelChoiceField[Unit]:
    """Where in the organisation."""
    return forms.ModelChoiceField(
        label=_("Station, ward or team (if you want)"),
        queryset=Unit.objects.none(),
        empty_label=_("None in particular"),
        required=False,
    )


def offer_units(form: forms.Form, part: Part) -> None:
    """The units into which people may be put; of an organisation without any nothing is asked.

    Who leads units says in which of them: without one the person would not be theirs.
    """
    if part.is_whole and not part.places.exists():
        del form.fields["unit"]
        return
    offer(form, "unit", part.places)
    if not part.is_whole:
        field = cast("forms.ModelChoiceField[Unit]", form.fields["unit"])
        field.label, field.required = _("Station, ward or team"), True
        field.empty_label = _("Choose one") if part.places.count() > 1 else None
        field.error_messages["required"] = _("Choose a station, ward or team.")


class PeopleFilterForm(forms.Form):
    """Which people to list; the name never goes into an address or a log."""

    name = forms.CharField(
        label=_("Name, work address or staff number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Enter fewer letters.")},
    )
    role = forms.TypedChoiceField(label=_("Role"), coerce=int, empty_value=None, required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Everybody")), ("unconfirmed", _("Role not confirmed")), ("away", _("Away today"))],
        required=False,
    )

    def __init__(self, *args: Any, roles: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = [("", _("Every role")), *roles]

    def chosen(self) -> PeopleFilter:
        """The filter, ignoring what makes no sense."""
        if not self.is_bound:
            return PeopleFilter()
        self.is_valid()
        values = self.cleaned_data
        return PeopleFilter(
            name=values.get("name", ""), role_id=values.get("role") or None, show=values.get("show", "")
        )


class FindPersonForm(forms.Form):
    """Whom to look for; the name never goes into an address or a log."""

    name = forms.CharField(
        label=_("Name, work address or staff number"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name."), "max_length": _("Enter fewer letters.")},
    )


class PersonWithoutEmailForm(forms.Form):
    """Somebody known by staff number."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As it should stand on a certificate."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the name.")},
    )
    staff_number = forms.CharField(
        label=_("Staff number"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the staff number.")},
    )
    role = RoleField()
    kind = kind_field(initial=Membership.Kind.EMPLOYEE)
    unit = unit_field()
    started_on = DayField(label=_("From"))

    def __init__(self, *args: Any, part: Part, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, part)
        limit_day(self, "started_on", latest=today, initial=today)

    def clean_name(self) -> str:
        return as_in_a_file(clean_name, self.cleaned_data["name"])

    def clean_staff_number(self) -> str:
        return as_in_a_file(lambda text: clean_text(text, LONGEST_NUMBER), self.cleaned_data["staff_number"])


class MoveForm(forms.Form):
    """Another role, unit or kind from a day on."""

    role = RoleField(label=_("Role"))
    kind = kind_field(required=False)
    unit = unit_field()
    on = DayField(label=_("From"), help_text=_("The first day on which this is so."))

    def __init__(self, *args: Any, membership: Membership, part: Part, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        offer(self, "role", Role.objects.filter(Q(is_active=True) | Q(pk=membership.role_id)))
        offer_units(self, part)
        here = {"role": membership.role_id, "kind": membership.kind, "unit": membership.unit_id}
        self.initial = {**self.initial, **here}
        limit_day(self, "on", earliest=membership.started_on, latest=today, initial=today)

    def place(self) -> dict[str, Any]:
        """Where they work from then on, as arguments of `move_member`."""
        values = self.cleaned_data
        return {
            "role": values["role"],
            "kind": values["kind"] or self.membership.kind,
            "unit": values.get("unit"),
            "on": values["on"],
        }


class EndMembershipForm(forms.Form):
    """The last day in the organisation."""

    on = DayField(label=_("Last day"), help_text=_("The last day on which this person works here in this role."))

    def __init__(self, *args: Any, membership: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = membership.started_on
        limit_day(self, "on", earliest=first, latest=today + timedelta(days=366), initial=max(today, first))


class AwayForm(forms.Form):
    """Days away; nobody is asked why."""

    started_on = DayField(label=_("First day away"))
    ended_on = DayField(
        label=_("Last day away"), help_text=_("Leave this empty if you do not know it yet."), required=False
    )

    def __init__(self, *args: Any, membership: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = membership.ended_on or today + timedelta(days=3 * 366)
        for name in self.fields:
            limit_day(self, name, earliest=membership.started_on, latest=latest)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ended_on") and cleaned.get("started_on") and cleaned["ended_on"] < cleaned["started_on"]:
            self.add_error("ended_on", _("The last day cannot come before the first day."))
        return cleaned


class EndAwayForm(forms.Form):
    """The first day back."""

    on = DayField(label=_("First day back"))

    def __init__(self, *args: Any, away: Away, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = away.started_on
        limit_day(self, "on", earliest=first, latest=today + timedelta(days=3 * 366), initial=max(today, first))

    def last_day(self) -> date:
        """The last day away, which is the day before."""
        return self.cleaned_data["on"] - timedelta(days=1)


# --- invitations ----------------------------------------------------------------------------------
class PlaceForm(forms.Form):
    """The place in the organisation that an invitation offers."""

    role = RoleField()
    kind = kind_field()
    unit = unit_field()
    language = forms.ChoiceField(label=_("Language of the e-mail"), choices=settings.LANGUAGES, initial="en")

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, part)

    def place(self) -> dict[str, Any]:
        """What to offer, as arguments of `invite_person`."""
        values = self.cleaned_data
        return {
            "role": values["role"],
            "kind": values["kind"],
            "unit": values.get("unit"),
            "language": values["language"],
        }


class InvitationForm(PlaceForm):
    """One invitation."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their work address. Only the person who reads mail at this address can use the invitation."),
        max_length=LONGEST_ADDRESS,
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    is_for_lead = forms.BooleanField(
        label=_("This person is going to lead the organisation"),
        help_text=_("As soon as they join, they see the people here by name and can help them."),
        required=False,
    )
    field_order = ("email", "role", "kind", "unit", "language", "is_for_lead")

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, part=part, **kwargs)
        if not part.is_whole:
            # Who leads units gives nobody more than a place in them.
            del self.fields["is_for_lead"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


@dataclass(frozen=True)
class AddressLine:
    """One line of a list of addresses: what was typed, the address found in it, or why it is refused."""

    number: int
    text: str
    email: str = ""
    problem: str = ""

    def refused(self, problem: str) -> AddressLine:
        """The same line, refused for a reason."""
        return AddressLine(self.number, self.text, problem=problem)


class SeveralInvitationsForm(PlaceForm):
    """Many invitations to the same place."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One on each line. You see which ones are good before anything is sent."),
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        max_length=40_000,
        error_messages={"required": _("Enter at least one e-mail address.")},
    )
    field_order = ("addresses", "role", "kind", "unit", "language")

    def clean_addresses(self) -> list[AddressLine]:
        lines = read_addresses(self.cleaned_data["addresses"])
        if len(lines) > MOST_ADDRESSES:
            raise ValidationError(
                _("Enter %(most)d addresses or fewer at a time. You entered %(count)d."),
                params={"most": MOST_ADDRESSES, "count": len(lines)},
            )
        return lines


def read_addresses(text: str) -> list[AddressLine]:
    """One line of the result for each line that is not empty; `Name <address>` gives the address."""
    lines: list[AddressLine] = []
    seen: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().rstrip(",;").strip()
        if not line:
            continue
        bracketed = re.search(r"<([^<>]+)>$", line)
        email = (bracketed[1] if bracketed else line).strip().lower()
        try:
            MaxLengthValidator(LONGEST_ADDRESS)(email)
            validate_email(email)
        except ValidationError:
            lines.append(AddressLine(number, line, problem=str(_("This is not an e-mail address."))))
            continue
        if email in seen:
            lines.append(AddressLine(number, line, problem=str(_("This address is in the list twice."))))
            continue
        seen.add(email)
        lines.append(AddressLine(number, line, email=email))
    return lines
