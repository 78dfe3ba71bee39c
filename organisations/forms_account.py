"""What people fill in about themselves and about joining."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from organisations.fields import OwnNameField
from organisations.models import Role


class DetailsForm(forms.Form):
    """A person's name and language."""

    name = OwnNameField(
        help_text=_(
            "As it should stand on your certificates. If you change it, each certificate you have is replaced by one "
            "with the new name. Who checks an old code then sees that it was replaced, and no name."
        )
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("For pages and e-mails. Nobody at your work sees which one you choose."),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )


class RoleForm(forms.Form):
    """The job a person does."""

    role: forms.ModelChoiceField[Role] = forms.ModelChoiceField(
        label=_("Which of these is closest to your job?"),
        help_text=_("It decides which training you are asked to do. A lead of the organisation will check it."),
        queryset=Role.objects.filter(is_active=True),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose the job that is closest to yours.")},
    )


class OtherAccountForm(forms.Form):
    """The address of a person's other account."""

    email = forms.EmailField(
        label=_("E-mail address of your other account"),
        help_text=_("We send a link to it. That shows that both accounts are yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter the e-mail address."),
            "invalid": _("Enter an e-mail address, like name@example.gov.uk."),
        },
    )
