"""A place for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, QuestionForm


class OrderingForm(QuestionForm):
    """Each step has a list of places; every place is taken once."""

    template = "quizzes/kinds/ordering/form.html"
    script = "js/ordering.js"
    hint = _("Give each line its place: 1 comes first.")

    def add_fields(self) -> None:
        places = [(str(place), str(place)) for place in range(1, len(self.question.choices) + 1)]
        for number, choice in enumerate(self.question.choices, 1):
            self.fields[f"place-{number}"] = forms.ChoiceField(
                label=self.words(choice.text),
                choices=[("", _("Place")), *places],
                initial=str(self.shown.index(choice.key) + 1) if choice.key in self.shown else "",
                error_messages={
                    "required": _("Give each line a place. If you are not sure, choose what seems closest."),
                    "invalid_choice": UNREADABLE,
                },
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        taken: set[str] = set()
        for name in [field.name for field in self.parts]:
            place = cleaned.get(name)
            if place in taken:
                words = _("Two lines have place %(place)s. Give each line a place of its own.")
                self.add_error(name, forms.ValidationError(words, params={"place": place}))
            elif place:
                taken.add(place)
        return cleaned

    def read(self) -> Sequence[str]:
        places = [(int(self.cleaned_data[field.name]), number) for number, field in enumerate(self.parts)]
        return [self.question.choices[number].key for _place, number in sorted(places)]

    @property
    def parts(self) -> Iterator[Any]:
        """The fields, a line each."""
        return (self[f"place-{number}"] for number in range(1, len(self.question.choices) + 1))
