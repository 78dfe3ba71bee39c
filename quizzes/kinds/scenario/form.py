"""The path so far, and the choices of the step that somebody stands before."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.kinds.base_form import UNREADABLE, QuestionForm
from quizzes.kinds.choice_form import NOTHING_CHOSEN
from quizzes.kinds.scenario.rules import RULES, Way


class ScenarioForm(QuestionForm):
    """Only the next choice is sent: those before it are kept and stay as they are."""

    template = "quizzes/kinds/scenario/form.html"
    has_steps = True
    hint = _(
        "You take this case step by step. After each choice you read what comes of it. "
        "You cannot change a choice once you have read that."
    )

    @property
    def way(self) -> Way:
        """How far somebody has come."""
        return RULES.way(self.question, self.before)

    @property
    def is_over(self) -> bool:
        return self.way.now is None

    def add_fields(self) -> None:
        if (step := self.way.now) is None:
            return
        self.fields["answer"] = forms.ChoiceField(
            label=self.words(step.text),
            choices=[(choice.key, self.words(choice.text)) for choice in step.choices],
            initial=self.shown[len(self.before)] if len(self.shown) > len(self.before) else "",
            widget=forms.RadioSelect(attrs={"class": "choices"}),
            error_messages={"required": NOTHING_CHOSEN, "invalid_choice": UNREADABLE},
        )

    def read(self) -> Sequence[str]:
        return [*self.before, *filter(None, [self.cleaned_data.get("answer")])]
