"""What trainers and reviewers fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.states import LessonState


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

    def __init__(self, *args: Any, states: Sequence[LessonState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.states = states
        lessons = cast(forms.MultipleChoiceField, self.fields["lessons"])
        lessons.choices = [(str(each.lesson.lesson_key), each.lesson.title) for each in states]
        lessons.initial = [str(each.lesson.lesson_key) for each in states if each.is_wanted]

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


class ReturnForm(forms.Form):
    """Why a submission goes back."""

    reason = forms.CharField(
        label=_("What should change"),
        help_text=_("The trainers read this. Write nothing about a real case."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say what should change, so that the trainers can go on.")},
    )
