"""What people fill in to sign in."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from organisations import sessions
from organisations.fields import OwnNameField
from organisations.models import Invitation

EMAIL_ERRORS = {
    "required": _("Enter your e-mail address."),
    "invalid": _("Enter an e-mail address, like name@example.gov.uk."),
}


def invited_email(request: HttpRequest) -> str:
    """The address of the invitation to which the person is on the way: it stands in no link and so in no log."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    try:
        match = resolve(target.split("?")[0])
    except Resolver404:
        return ""
    if match.view_name != "organisations:invitation":
        return ""
    invitation = Invitation.objects.filter(token=match.kwargs["token"]).first()
    return invitation.email if invitation else ""


class SharedComputerMixin(forms.Form):
    """Asks whether others use this computer, and keeps the answer for the session to come."""

    is_shared_computer = forms.BooleanField(
        label=_("This is a shared computer"),
        help_text=_("We then sign you out after 20 minutes in which nothing happens, and when the browser closes."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            # Kept here because allauth's views hand the request to some of its forms only.
            context.request.session[sessions.IS_SHARED] = self.cleaned_data["is_shared_computer"]
        return cleaned if cleaned is not None else self.cleaned_data


def _plain_email(field: forms.Field, request: HttpRequest) -> None:
    field.label = _("E-mail address")
    field.error_messages.update(EMAIL_ERRORS)
    field.widget.attrs.pop("placeholder", None)
    if email := invited_email(request):
        field.initial = email


class SignInForm(SharedComputerMixin, allauth_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_email(self.fields["login"], context.request)
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = _("Enter your password, or ask for a code instead.")
        self.order_fields(["login", "password", "is_shared_computer"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url)
        if self.cleaned_data["is_shared_computer"]:
            # allauth has just given the session its full length.
            request.session.set_expiry(0)
        return response


class RequestCodeForm(SharedComputerMixin, allauth_forms.RequestLoginCodeForm):
    """An address to send a code to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_email(self.fields["email"], context.request)
        self.order_fields(["email", "is_shared_computer"])


class SignUpForm(SharedComputerMixin, allauth_forms.SignupForm):
    """A new account: it opens nothing until its owner belongs somewhere."""

    name = OwnNameField(help_text=_("As it should stand on a certificate."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_email(self.fields["email"], context.request)
        password = self.fields["password1"]
        password.label = _("Password, if you want one")
        password.help_text = _(
            "Leave it empty to sign in with a code each time. If you choose one: at least 12 characters. "
            "Three words that do not belong together are good."
        )
        password.widget.attrs.pop("placeholder", None)
        self.order_fields(["name", "email", "password1", "is_shared_computer"])


class CodeMixin(forms.Form):
    """Six digits from an e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        code.help_text = _("Six digits from the e-mail.")
        code.error_messages["required"] = _("Enter the code from the e-mail.")
        code.widget.attrs.pop("placeholder", None)
        code.widget.attrs.update({"inputmode": "numeric", "class": "govuk-input--width-5"})


class SignInCodeForm(CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    """The code for signing in."""


class ProveAddressForm(CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that shows an address to be one's own."""


class ResetCodeForm(CodeMixin, allauth_forms.ConfirmPasswordResetCodeForm):
    """The code for choosing a new password."""


class AddAddressForm(allauth_forms.AddEmailForm):
    """One more address of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_email(self.fields["email"], context.request)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """An address to send a code to, for choosing a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_email(self.fields["email"], context.request)
