"""What people fill in when they check in to a briefing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import offer
from organisations.models import Organisation, User
from records.actions.check_in import Given
from records.rules.sessions import normalise_session_code

NO_CASE = _("Write nothing about a case or about another person.")
CODE_ERROR = _("No briefing has this code now. Look again, or ask the trainer.")


class SessionCodeForm(forms.Form):
    """The code that stands on the screen."""

    code = forms.CharField(
        label=_("Code of the briefing"),
        help_text=_("The trainer shows it: eight letters and numbers."),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "govuk-input--width-10"}
        ),
        error_messages={"required": CODE_ERROR, "max_length": CODE_ERROR},
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        if code := normalise_session_code(self.cleaned_data["code"]):
            return code
        raise forms.ValidationError(CODE_ERROR)


class OnePressForm(forms.Form):
    """For who is signed in: nothing to fill in."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class CheckInForm(OnePressForm):
    """For who has no account: a name, or none, and an organisation."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=NO_CASE,
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address, if you want this on your record"),
        help_text=_(
            "If you have an account with this address, or make one later, the briefing is put on your record."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Enter an e-mail address, like name@example.gov.uk.")},
    )
    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Your organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("My organisation is not listed"),
    )
    organisation_text = forms.CharField(
        label=_("Name of your organisation, if it is not listed"),
        help_text=NO_CASE,
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_unnamed = forms.BooleanField(
        label=_("Count me without my name"),
        help_text=_("You are counted, and your name is not kept. The briefing cannot be put on your record later."),
        required=False,
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)

    def given(self, person: User | None = None) -> Given:
        """What was filled in."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return Given(**values, person=person)
