"""What people fill in about their second factor."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms import SharedComputerMixin


class CodeMixin(forms.Form):
    """Six digits from an app, or a backup code."""

    help_text = _("Six digits from your app, or one of your backup codes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.help_text = self.help_text
        code.error_messages["required"] = _("Enter the code.")
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs.update({"inputmode": "numeric", "class": "govuk-input--width-10", "dir": "ltr"})


class CodeForm(CodeMixin, base_forms.AuthenticateForm):
    """The code at sign-in."""


class CodeAgainForm(CodeMixin, base_forms.ReauthenticateForm):
    """The code once more, by somebody already signed in."""


class ActivateAppForm(CodeMixin, totp_forms.ActivateTOTPForm):
    """The first code of a new app, which shows that it works."""

    help_text = _("Six digits from your app.")


class PasskeySignInForm(SharedComputerMixin, webauthn_forms.LoginWebAuthnForm):
    """A passkey instead of address and password."""


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A new passkey: always one that asks its owner for a finger, a face or a PIN."""

    passwordless = None

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return super().clean()


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you can tell your passkeys apart. For example, “My phone”."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name.")},
    )
