"""What trainers and reviewers fill in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.learning_again import LONGEST, SHORTEST, LearnAgain
from courses.models import Effect
from courses.states import LessonState
from organisations.clock import LONDON
from organisations.forms_leads import DayField, limit_day
from organisations.models import Role


class HandInForm(forms.Form):
    """Which lessons go along, and what changed."""

    lessons = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    what_changed = forms.CharField(
        label=_("What changed, and why"),
        help_text=_("The reviewer reads this first. Write nothing about a real case."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say what changed and why, so that the reviewer knows where to look.")},
    )

    effect = forms.ChoiceField(
        label=_("People in the middle of the module"),
        help_text=_("The reviewer sees what you chose. Lessons whose words and quiz stay the same stay done."),
        choices=Effect.choices,
        initial=Effect.KEEPS,
        widget=forms.RadioSelect,
        required=False,
    )

    again = forms.ChoiceField(
        label=_("People who have completed it"),
        help_text=_(
            "What they completed holds until the day by which they must have learned it again. Who is in the middle "
            "then moves to this version, too. Nobody is sent a letter about it: My learning says so."
        ),
        choices=[
            ("", _("They need not learn it again")),
            ("everyone", _("Everyone must learn it again")),
            ("roles", _("People in these roles must learn it again")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    roles: Any = forms.ModelMultipleChoiceField(
        Role.objects.filter(is_active=True), label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    days = forms.IntegerField(
        label=_("Within how many days after it goes live?"),
        help_text=_("Between %(least)s and %(most)s days.") % {"least": SHORTEST, "most": LONGEST},
        initial=90,
        min_value=SHORTEST,
        max_value=LONGEST,
        required=False,
    )

    def __init__(self, *args: Any, states: Sequence[LessonState], is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            for name in ("again", "roles", "days"):
                del self.fields[name]
        self.states = states
        lessons = cast(forms.MultipleChoiceField, self.fields["lessons"])
        lessons.choices = [(str(each.lesson.lesson_key), each.lesson.title) for each in states]
        lessons.initial = [str(each.lesson.lesson_key) for each in states if each.is_wanted]

    def clean_effect(self) -> str:
        return self.cleaned_data["effect"] or Effect.KEEPS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("again"):
            return cleaned
        if cleaned["again"] == "roles" and not cleaned.get("roles"):
            self.add_error("again", _("Choose the roles, or everyone."))
        if "days" not in self.errors and not cleaned.get("days"):
            self.add_error("days", _("Say within how many days."))
        # Who is in the middle would complete what others must learn anew.
        cleaned["effect"] = Effect.STEPS_FORWARD
        return cleaned

    @property
    def learn_again(self) -> LearnAgain | None:
        """Who must learn it again, if anybody."""
        chosen = self.cleaned_data.get("again")
        if not chosen:
            return None
        return LearnAgain(self.cleaned_data["days"], tuple(self.cleaned_data["roles"]) if chosen == "roles" else ())

    @property
    def rows(self) -> list[tuple[LessonState, bool]]:
        """Each lesson with whether its box is ticked."""
        ticked = self["lessons"].value() or []
        return [(each, str(each.lesson.lesson_key) in ticked) for each in self.states]

    @property
    def left_out(self) -> set[UUID]:
        """The keys of the lessons that are not handed in."""
        chosen = self.cleaned_data["lessons"]
        return {each.lesson.lesson_key for each in self.states if str(each.lesson.lesson_key) not in chosen}


class DayOfReadingForm(forms.Form):
    """On which day to look at what learners had."""

    on = DayField(label=_("As on"), help_text=_("Facts say what they said on that day."))

    def __init__(self, *args: Any, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "on", earliest=first, latest=last, initial=last)


class ApproveForm(forms.Form):
    """When an approved submission goes live."""

    day = DayField(
        label=_("Day on which it goes live (optional)"),
        help_text=_("Leave this empty to put it in front of learners at once."),
        required=False,
    )
    time = forms.TimeField(
        label=_("Time on that day"),
        help_text=_("London time."),
        initial=time(9, 0),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Enter a time such as 09:00.")},
    )

    @property
    def goes_live_at(self) -> datetime | None:
        """The moment that the reviewer chose; none means at once."""
        day = self.cleaned_data.get("day")
        return datetime.combine(day, self.cleaned_data.get("time") or time(9, 0), LONDON) if day else None

    def refuse(self, error: ValidationError) -> bool:
        """Shows a refusal at its fields; False when it concerns something else."""
        if not hasattr(error, "error_dict") or not set(error.error_dict) <= set(self.fields):
            return False
        self.add_error(None, error)
        return True


class ReasonForm(forms.Form):
    """Why a module goes out of use, or comes back."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("It stands in the history of the module. Write nothing about a real case."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": _("Say why, so that others know later.")},
    )


class CommentForm(forms.Form):
    """A remark on a part of a submission, or an answer."""

    part = forms.CharField(max_length=40, required=False)
    language = forms.CharField(max_length=10, required=False)
    answers = forms.IntegerField(required=False)
    text = forms.CharField(
        max_length=2000,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("This is too long. Use 2,000 letters at most, or write two comments."),
        },
    )


class ReturnForm(forms.Form):
    """Why a submission goes back."""

    reason = forms.CharField(
        label=_("What should change"),
        help_text=_("The trainers read this. Write nothing about a real case."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say what should change, so that the trainers can go on.")},
    )


class SignOffForm(forms.Form):
    """In whose name a translation is signed off, and which words were read."""

    shown_name = forms.CharField(
        label=_("Signed off by"),
        help_text=_(
            "Trainers and leads see this name beside the translation. Write the name of your organisation instead "
            "if you do not want to be named."
        ),
        max_length=150,
        error_messages={"required": _("Write in whose name the translation is signed off.")},
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
