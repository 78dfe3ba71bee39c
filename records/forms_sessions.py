"""What trainers and leads fill in about briefings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.clock import LONDON
from organisations.forms_leads import LIMITS, DayField, SeveralField, offer
from organisations.models import Organisation, Partnership, User
from records.actions.sessions import SessionValues
from records.forms_modules import ModuleField
from records.models import Session, SessionInvitation


class TimeField(forms.TimeField):
    """A time of day; `missing` says what to enter."""

    def __init__(self, *, missing: Any, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-5"})
        kwargs["error_messages"] = {
            "required": missing,
            "invalid": _("Enter a time of day, such as 09:30."),
        }
        super().__init__(**kwargs)


class SessionForm(forms.Form):
    """Where and when a briefing is, for how many, and who delivers it. Times are times in London."""

    place = forms.CharField(
        label=_("Where is it?"),
        help_text=_("Only organisations that say they come are told. Write nothing about a case."),
        max_length=300,
        error_messages={"required": _("Say where it is.")},
    )
    day = DayField(label=_("On which day?"))
    starts = TimeField(label=_("Starts at"), help_text=_("Time in London."), missing=_("Enter when it starts."))
    ends = TimeField(label=_("Ends at"), missing=_("Enter when it ends."))
    capacity = forms.IntegerField(
        label=_("How many places? (optional)"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        error_messages={"invalid": _("Enter a whole number."), **LIMITS},
    )
    host: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Which organisation is the host? (optional)"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    trainers: forms.ModelMultipleChoiceField = SeveralField(
        label=_("Who delivers it?"),
        help_text=_("They see who was there and confirm it."),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, *args: Any, hosts: QuerySet[Organisation], deliverers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "host", hosts)
        offer(self, "trainers", deliverers)

    def values(self) -> SessionValues:
        """What was filled in, as the actions take it."""
        data = self.cleaned_data
        return {
            "place": data["place"],
            "starts_at": datetime.combine(data["day"], data["starts"], LONDON),
            "ends_at": datetime.combine(data["day"], data["ends"], LONDON),
            "capacity": data["capacity"],
            "host": data["host"],
            "trainers": list(data["trainers"]),
        }


def initial_of(session: Session) -> dict[str, Any]:
    """A session as the values of the form."""
    starts, ends = session.starts_at.astimezone(LONDON), session.ends_at.astimezone(LONDON)
    return {
        "place": session.place,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "capacity": session.capacity,
        "host": session.host_id,
        "trainers": list(session.trainers.values_list("pk", flat=True)),
    }


class NewSessionForm(SessionForm):
    """The same for a new briefing, with its module."""

    module = ModuleField(label=_("On which module?"))
    field_order = ["module"]


class InviteForm(forms.Form):
    """Which organisations are asked."""

    organisations: forms.ModelMultipleChoiceField = SeveralField(
        label=_("Which organisations do you invite?"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one organisation.")},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisations", organisations)


class SeenForm(forms.Form):
    """When the list that somebody ticks on was made: what has changed since they cannot have told."""

    seen = forms.DateTimeField()


class ReasonForm(forms.Form):
    """Why something is cancelled or struck out."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("One sentence. Those it is about can read it. Write nothing about a case."),
        max_length=300,
        error_messages={"required": _("Say why.")},
    )


class AnswerForm(forms.Form):
    """Whether an organisation's people come, and how many."""

    answer = forms.ChoiceField(choices=SessionInvitation.Answer.choices)
    people = forms.IntegerField(
        label=_("How many people? (optional)"),
        required=False,
        min_value=1,
        max_value=1000,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Your answer is not saved. Enter the number of people as a whole number, such as 12."),
        ),
    )


class AskForm(forms.Form):
    """Which partnership is asked, what the organisation would like a briefing on, for how many, and when."""

    partnership: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Which partnership do you ask?"),
        queryset=Partnership.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a partnership."), "invalid_choice": _("Choose from the list.")},
    )
    module = ModuleField(label=_("On which module?"))
    people = forms.IntegerField(
        label=_("For how many people?"),
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        error_messages={"required": _("Enter a number."), "invalid": _("Enter a whole number."), **LIMITS},
    )
    when = forms.CharField(
        label=_("When does it suit you? (optional)"),
        help_text=_("Days and times, such as Tuesday mornings. Write nothing about a case."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, partnerships: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = partnerships[0] if len(partnerships) == 1 else None
        if self.only is None:
            offer(self, "partnership", partnerships)
        else:
            del self.fields["partnership"]

    def clean(self) -> dict[str, Any]:
        """With the partnership where there is no other to choose."""
        return {"partnership": self.only, **(super().clean() or {})} if self.only else super().clean() or {}
