"""Reads of what people say of modules: whether they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.models import Completion, Evaluation
from records.rules.evaluations import moment_on

#: How true a sentence is for somebody, from the first step to the fifth.
HOW_TRUE: Mapping[int, str | Promise] = {
    1: _("Not true for me"),
    2: _("A little true"),
    3: _("Partly true"),
    4: _("Mostly true"),
    5: _("Very true"),
}


def open_moment(completion: Completion, day: date) -> str | None:
    """Which of the two times it is on the day; None for what is not asked about: training elsewhere, struck out."""
    if completion.voided_at is not None or completion.source == Completion.Source.RECOGNISED:
        return None
    return moment_on(completion.completed_on, day)


def is_asked(completion: Completion, day: date) -> bool:
    """Whether the two questions are open on the day and not answered yet; one query at most."""
    moment = open_moment(completion, day)
    return moment is not None and not Evaluation.objects.filter(completion=completion, moment=moment).exists()
