"""The forms of learners around certificates; questions bring their own (`quizzes/kinds`)."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class CertificateLanguageForm(forms.Form):
    """In which language a certificate is wanted."""

    language = forms.ChoiceField(
        label=_("Language of the certificate"),
        choices=settings.LANGUAGES,
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("There is no certificate in that language. Choose one from the list."),
        },
    )


class CertificateCodeForm(forms.Form):
    """The code on a certificate."""

    code = forms.CharField(
        label=_("Certificate code"),
        help_text=_("28 letters and numbers. Spaces and hyphens do not matter."),
        max_length=200,
        error_messages={"required": _("Enter the code that is on the certificate.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        ),
    )

    def clean_code(self) -> str:
        code = "".join(char for char in self.cleaned_data["code"] if char.isalnum())
        if not code:
            raise forms.ValidationError(self.fields["code"].error_messages["required"])
        return code
