"""The forms of learners and of those who check a certificate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from quizzes.marking import Question, in_language
from quizzes.templatetags.quiz_texts import in_english


class RadioList(forms.RadioSelect):
    """Radio buttons that read every value sent, so that two from a changed form are noticed."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name)


class AnswerForm(forms.Form):
    """The answer to one question, with the answer that the page showed when it was opened."""

    answer = forms.MultipleChoiceField(
        required=True,
        error_messages={
            "required": _("Choose an answer. If you are not sure, choose the one that seems closest."),
            "invalid_choice": _("We could not read that answer, so we did not save it. Please choose again."),
            "invalid_list": _("We could not read that answer, so we did not save it. Please choose again."),
        },
    )
    #: What was stored when the page was opened, so that a second window does not overwrite unseen.
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        question: Question,
        language: str,
        english: Collection[str] = (),
        stored: Sequence[str],
        chosen: Sequence[str] | None = None,
    ) -> None:
        super().__init__(data, initial={"answer": stored if chosen is None else chosen, "seen": " ".join(stored)})
        self.question = question
        field = cast(forms.MultipleChoiceField, self.fields["answer"])
        field.widget = RadioList() if question.takes_one else forms.CheckboxSelectMultiple()
        field.choices = [
            (choice.key, format_html("{}{}", in_language(choice.text, language), in_english(choice.text, english)))
            for choice in question.choices
        ]

    def clean_answer(self) -> list[str]:
        answer = self.cleaned_data["answer"]
        if self.question.takes_one and len(answer) > 1:
            raise forms.ValidationError(_("Choose one answer only."))
        return answer

    @property
    def seen_keys(self) -> list[str]:
        """The choices that were stored when the page was opened."""
        return self.cleaned_data["seen"].split()


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
