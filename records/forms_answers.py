"""Which first attempts the figures are about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.rules.answer_groups import OTHERS
from records.selectors.answers import EDITION, MODULE, QuizAnswers

#: Whole months only: two periods that differ by a day would tell what one person answered.
PERIODS = {"12": _("the last 12 months"), "3": _("the last 3 months")}


class AnswersFilterForm(forms.Form):
    """When, and of which edition or module: what can be chosen without telling of few people."""

    period = forms.ChoiceField(label=_("When"), required=False)
    editions = forms.ChoiceField(label=_("Edition"), required=False)

    def __init__(self, told: QuizAnswers) -> None:
        super().__init__(told.asked._asdict())
        choices: dict[str, list[tuple[str, Any]]] = {
            "period": [("", _("since the beginning")), *((name, PERIODS[name]) for name in told.choices.periods)],
            "editions": [("", _("every edition")), *editions_in(told)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
            if len(offered) == 1:
                del self.fields[name]


def editions_in(told: QuizAnswers) -> list[tuple[str, str]]:
    """The choices of editions with their words."""
    titles = {f"{MODULE}{each.module_key}": each.title for each in reversed(told.editions)}
    words = _("Edition %(number)s") if len(titles) == 1 else _("%(title)s, edition %(number)s")
    numbers = {f"{EDITION}{each.pk}": words % each._asdict() for each in told.editions}
    said = {**titles, **numbers, OTHERS: _("Other editions")}
    return [(name, str(said[name])) for name in told.choices.editions]
