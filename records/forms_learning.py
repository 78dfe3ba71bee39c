"""The forms of learners around modules and certificates; questions bring their own (`quizzes/kinds`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from records.selectors.before_after import CONFIDENCE
from records.selectors.evaluations import HOW_TRUE


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


class ConfidenceForm(forms.Form):
    """How sure somebody is, at the end of the questions before and after a module; they need not say."""

    confidence = forms.TypedChoiceField(
        label=_("How sure are you that you would know what to do if you met someone who may be a victim?"),
        help_text=_("You can leave this out. Others see only totals of 20 people or more."),
        choices=CONFIDENCE.items(),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class EvaluationForm(forms.Form):
    """What somebody says of a module: how true two sentences are for them; one of them is enough."""

    helps = forms.TypedChoiceField(
        label=_("This module helps me in my work."),
        choices=HOW_TRUE.items(),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the five answers.")},
    )
    knows_next = forms.TypedChoiceField(
        label=_("If I met someone who may be a victim, I would know what to do next and whom to ask."),
        choices=HOW_TRUE.items(),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the five answers.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Choose an answer to send. You can also leave both questions out."))
        return cleaned


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
