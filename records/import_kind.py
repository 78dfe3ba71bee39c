"""Files of completions from elsewhere, as one more kind of file that leads bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from organisations.import_kinds import ImportKind, Question, register_import_kind
from records.actions.completion_files import save_completions
from records.rules.completion_files import COLUMNS, Column, Why, missing_columns
from records.selectors.completion_files import (
    LEAVES_OUT,
    examples_of_completions,
    hints_of_completions,
    planned_completions,
)

FIELDS: dict[str, Any] = {
    Column.COURSE: _("Module"),
    Column.EDITION: _("Edition"),
    Column.COMPLETED_ON: _("Completed on"),
    Column.REFERENCE: _("Reference"),
}

REASONS: dict[str, Any] = {
    Why.NO_PERSON: _("There is no e-mail address and no staff number. One of them is needed."),
    Why.UNKNOWN_PERSON: _("Nobody of your organisation has this. Bring your people first."),
    Why.SEVERAL_PEOPLE: _("This leads to several people, or address and staff number lead to two."),
    Why.OWN: _("This is about you. Another lead must record it."),
    Why.NOT_HERE: _("This person has left, and did not work here on that day."),
    Why.NO_COURSE: _("There is no module and no course."),
    Why.UNKNOWN_COURSE: _("There is no module of this name. If it is a course elsewhere, say what it equals."),
    Why.SEVERAL_MODULES: _("Several modules have this name. Write the last part of the module’s address instead."),
    Why.NEEDS_QUIZ: _("Training elsewhere does not complete this module. It asks for its quiz."),
    Why.UNKNOWN_EDITION: _("The module has no edition of this number."),
    Why.DAY_TO_COME: _("This day is still to come."),
    Why.STRUCK_OUT: _("This was taken off the record. If it is right after all, record it on the person’s page."),
}


def register() -> None:
    """Called once, when the app is ready."""
    register_import_kind(
        ImportKind(
            name="completions",
            title=_("Import training from elsewhere"),
            columns=COLUMNS,
            missing=_missing,
            plan=planned_completions,
            save=save_completions,
            examples=examples_of_completions,
            namespace="records",
            list_page="records:completions",
            field_words=FIELDS,
            reason_words=REASONS,
            questions={
                LEAVES_OUT: Question(
                    _("Leave out rows of courses that nobody has said anything about"),
                    _("For example fire safety. They are counted, and nothing else happens with them."),
                )
            },
            hints=hints_of_completions,
        )
    )


def _missing(columns: Mapping[str, int], has_default_role: bool) -> list[str]:
    return missing_columns(columns)
