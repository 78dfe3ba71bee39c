"""What leads and operators fill in about privacy. Forms check; actions write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.forms_leads import DayField, limit_day
from organisations.models import User
from privacy.kinds import CHOICES, KINDS
from privacy.models import ErasureRequest
from privacy.rules import Setting
from privacy.selectors.erasure import is_known_by
from privacy.selectors.notice import months_in_words

#: What a form sends for a period without end, and for the period of the partnership.
WITHOUT_END, AS_ABOVE = "none", ""


class SureForm(forms.Form):
    """A box to tick before something that cannot be undone."""

    is_sure = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Nothing is changed. Tick the box to go on.")},
    )


class LetterForm(forms.Form):
    """Whose letter it is."""

    known_by = forms.CharField(
        label=_("E-mail address or staff number in the letter"),
        help_text=_("Check first that the letter is really from this person."),
        max_length=254,
        error_messages={"required": _("Enter an e-mail address or a staff number.")},
    )


class CarryOutForm(SureForm):
    """Proof that whoever decides knows who asked, without the page naming them."""

    known_by = forms.CharField(
        label=_("Their e-mail address or staff number"),
        help_text=_("To be sure that this is the right person. The page does not show it."),
        max_length=254,
        error_messages={"required": _("Enter an e-mail address or a staff number.")},
    )

    field_order = ["known_by", "is_sure"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_known_by(self) -> str:
        """Refuses what the person is not known by."""
        text: str = self.cleaned_data["known_by"]
        if not is_known_by(self.person, text):
            raise forms.ValidationError(_("This request is not from a person who is known by that."))
        return text


class RefuseForm(forms.Form):
    """Why a request is refused."""

    why = forms.ChoiceField(
        label=_("Why is this refused?"),
        choices=ErasureRequest.Refusal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why."), "invalid_choice": _("Choose why.")},
    )


class NoticeForm(forms.Form):
    """What a partnership says of itself."""

    controller = forms.CharField(
        label=_("Who is responsible"),
        help_text=_("The organisation that answers for this site, such as the council that hosts it."),
        max_length=200,
        error_messages={"required": _("Say who is responsible.")},
    )
    contact = forms.CharField(
        label=_("How to reach them"),
        help_text=_("A postal address, an e-mail address or a telephone number. Everybody can read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how to reach them.")},
    )
    more = forms.CharField(
        label=_("Anything to add"),
        help_text=_("For example the name of your data protection officer. No personal stories, no case details."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class LookedOnForm(forms.Form):
    """The day of which to see looks at names; no day: all of them."""

    on = DayField(label=_("Only this day"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "on", latest=today)

    @property
    def day(self) -> date | None:
        """The day asked for, if it is one."""
        return self.cleaned_data["on"] if self.is_valid() else None


class PeriodsForm(forms.Form):
    """How long each kind of record is kept in one place."""

    def __init__(
        self,
        *args: Any,
        in_force: Mapping[str, int | None],
        own: Mapping[str, Setting] | None = None,
        above: Mapping[str, int | None] | None = None,
        **kwargs: Any,
    ) -> None:
        """`own` and `above` for an organisation: what it has set, and what holds where it has set nothing."""
        super().__init__(*args, **kwargs)
        self.in_force, self.own, self.above = in_force, own, above
        for kind in KINDS:
            name = kind.record_type.value
            if own is not None and not kind.is_of_organisations:
                continue
            choices = [(str(months), months_in_words(months)) for months in CHOICES]
            choices.append((WITHOUT_END, gettext("without end")))
            initial = WITHOUT_END if in_force[name] is None else str(in_force[name])
            if own is not None and above is not None:
                inherited = gettext("without end") if above[name] is None else months_in_words(above[name])
                choices.insert(0, (AS_ABOVE, gettext("as the partnership: %(period)s") % {"period": inherited}))
                initial = initial if name in own else AS_ABOVE
            self.fields[name] = forms.ChoiceField(
                label=kind.label,
                help_text=gettext("Then: %(what)s.") % {"what": kind.then},
                choices=choices,
                initial=initial,
                required=own is None,
                error_messages={"required": _("Choose one of the periods.")},
            )

    def changes(self) -> dict[str, str]:
        """The fields that say something else than before."""
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data[name] != self[name].initial}
