"""What people without e-mail fill in to sign in."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import use_sign_in_code
from organisations.clock import today
from organisations.forms import SharedComputerMixin
from organisations.limits import Tries
from organisations.models import User
from organisations.selectors import member_by_staff_number

PLAIN = {"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
TOO_OFTEN = _("There were many tries in a short time. Wait five minutes, then try again.")


class StaffForm(SharedComputerMixin):
    """Organisation and staff number, with a limit on tries for each pair."""

    organisation = forms.CharField(
        label=_("Short name of your organisation"),
        help_text=_("It stands on the slip from your lead, for example riverside-council."),
        max_length=60,
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "organization"}),
        error_messages={"required": _("Enter the short name of your organisation.")},
    )
    staff_number = forms.CharField(
        label=_("Staff number"),
        max_length=50,
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "username"}),
        error_messages={"required": _("Enter your staff number.")},
    )
    wrong = _("These do not fit together. Check each of them, or ask your lead for a new code.")
    #: Whom the form lets in, once it is valid.
    person: User

    def find(self) -> User | None:
        """The person whom the entries let in."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        key = f"staff:{cleaned['organisation'].lower()}:{cleaned['staff_number'].lower()}"
        tries = Tries(context.request, key)
        if not tries.is_allowed:
            raise ValidationError(TOO_OFTEN, code="too_often")
        person = self.find()
        if person is None:
            raise ValidationError(self.wrong, code="wrong")
        tries.rollback()
        self.person = person
        return cleaned


class StaffSignInForm(StaffForm):
    """Organisation, staff number and password."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password.")},
    )
    field_order = ("organisation", "staff_number", "password", "is_shared_computer")

    def find(self) -> User | None:
        values = self.cleaned_data
        membership = member_by_staff_number(values["organisation"], values["staff_number"], today())
        if membership is None:
            # As much work as for somebody who is known.
            User().set_password(values["password"])
            return None
        return membership.person if membership.person.check_password(values["password"]) else None


class StaffCodeForm(StaffForm):
    """Organisation, staff number, the code from a lead, and the password to have from now on."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Ten letters and digits from the slip. It works once."),
        max_length=20,
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "off", "class": "govuk-input--width-10"}),
        error_messages={"required": _("Enter the code from the slip.")},
    )
    password = forms.CharField(
        label=_("Your own password"),
        help_text=_("At least 12 characters. Three words that do not belong together are good."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )
    field_order = ("organisation", "staff_number", "code", "password", "is_shared_computer")

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def find(self) -> User | None:
        values = self.cleaned_data
        # To check a code and to use it up are one step: it works once.
        return use_sign_in_code(
            short_name=values["organisation"],
            staff_number=values["staff_number"],
            code=values["code"],
            password=values["password"],
            at=timezone.now(),
        )
