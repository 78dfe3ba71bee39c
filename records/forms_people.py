"""What a lead fills in about somebody's record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from organisations.forms_leads import DayField, limit_day
from records.actions.recognition import Training
from records.selectors.waivers import AskedModule


class ReasonField(forms.CharField):
    """Why a lead changes something in somebody's record, in a sentence that the person reads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Why?"))
        kwargs.setdefault(
            "help_text",
            _(
                "One sentence. The person reads it on their record. Write nothing about a case or about anybody's "
                "health."
            ),
        )
        errors = {
            "required": _("Say why. The person has a right to know."),
            "max_length": _("Say it in at most 300 signs."),
        }
        super().__init__(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=errors, **kwargs)


class StrikeOutForm(forms.Form):
    """Why a completion is taken off a record."""

    reason = ReasonField()


class WaiverForm(forms.Form):
    """Which module is left out, why, and until when."""

    module = forms.ChoiceField(
        label=_("Module"), error_messages={"required": _("Choose a module."), "invalid_choice": _("Choose a module.")}
    )
    reason = ReasonField(
        help_text=_(
            "One sentence, for example “Teaches this module herself”. The person reads it in their data. Write "
            "nothing about a case or about anybody’s health."
        )
    )
    until = DayField(
        label=_("Last day (optional)"),
        help_text=_("After it the module is asked again. Leave it empty if it has no end."),
        required=False,
    )

    def __init__(self, *args: Any, asked: Sequence[AskedModule], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {str(each.key): each for each in asked}
        choices = [("", _("Choose a module")), *((key, each.title) for key, each in self.asked.items())]
        cast(forms.ChoiceField, self.fields["module"]).choices = choices
        limit_day(self, "until", earliest=today)

    @property
    def chosen_module(self) -> AskedModule:
        """The module that was chosen."""
        return self.asked[self.cleaned_data["module"]]


class EditionField(forms.ChoiceField):
    """An edition of a module, the newest of each first."""

    def __init__(self, **kwargs: Any) -> None:
        required = _("Choose a module and its edition.")
        super().__init__(error_messages={"required": required, "invalid_choice": required}, **kwargs)

    def offer(self, editions: Iterable[Edition]) -> None:
        """Sets what can be chosen."""
        self.editions = {str(edition.pk): edition for edition in editions}
        rows = sorted(self.editions.values(), key=lambda edition: (edition.title.casefold(), -edition.number))
        self.choices = [("", _("Choose a module")), *((edition.pk, edition_words(edition)) for edition in rows)]

    def clean(self, value: Any) -> Any:
        return self.editions.get(super().clean(value))


def edition_words(edition: Edition) -> str:
    """A module's edition in a list: its title, its number, and whether learners have it now."""
    words = _("%(title)s, edition %(number)s (live now)") if edition.is_live else _("%(title)s, edition %(number)s")
    return words % {"title": edition.title, "number": edition.number}


class RecognitionForm(forms.Form):
    """What somebody learned elsewhere, and what shows it."""

    edition = EditionField(
        label=_("Which module does it equal?"),
        help_text=_("Choose the edition that says the same. If the training is older, choose an older edition."),
    )
    course = forms.CharField(
        label=_("What was the training called?"),
        max_length=200,
        error_messages={
            "required": _("Write the name of the training."),
            "max_length": _("Say it in at most 200 signs."),
        },
    )
    completed_on = DayField(label=_("On which day was it completed?"))
    reference = forms.CharField(
        label=_("What shows it?"),
        help_text=_("For example the number of a certificate, or where the paper is kept."),
        max_length=200,
        error_messages={"required": _("Say what shows it."), "max_length": _("Say it in at most 200 signs.")},
    )
    reason = ReasonField(label=_("Why does it count?"))

    def __init__(self, *args: Any, editions: Iterable[Edition], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(EditionField, self.fields["edition"]).offer(editions)
        limit_day(self, "completed_on", latest=today)

    @property
    def has_choice(self) -> bool:
        """Whether there is any module that training elsewhere completes."""
        return bool(cast(EditionField, self.fields["edition"]).editions)

    def training(self) -> Training:
        """What was filled in."""
        names = ("edition", "completed_on", "course", "reference", "reason")
        return Training(**{name: self.cleaned_data[name] for name in names})


class OutsideCourseForm(forms.Form):
    """What a course elsewhere equals."""

    name = forms.CharField(
        label=_("Name of the course, as it stands in your files"),
        help_text=_("Capital letters, commas and the like make no difference."),
        max_length=200,
        error_messages={
            "required": _("Write the name of the course."),
            "max_length": _("Say it in at most 200 signs."),
        },
    )
    edition = EditionField(
        label=_("Which module does it equal?"),
        help_text=_("Choose the edition that says the same. If the training is older, choose an older edition."),
    )

    def __init__(self, *args: Any, editions: Iterable[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(EditionField, self.fields["edition"]).offer(editions)
