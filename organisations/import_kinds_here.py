"""The kinds of files that this app knows: people, and headcounts of one organisation or of those of a partnership."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from organisations.actions.imports_apply import save_headcounts, save_people
from organisations.import_kinds import ImportKind, Question, register_import_kind
from organisations.imports.columns import (
    HEADCOUNT_COLUMNS,
    HEADCOUNT_FIELDS,
    HEADCOUNT_OF_MANY_COLUMNS,
    HEADCOUNT_OF_MANY_FIELDS,
    PEOPLE_COLUMNS,
    PEOPLE_FIELDS,
    Field,
    missing_columns,
)
from organisations.models import ImportRun
from organisations.selectors_import_plans import (
    MAKES_UNITS,
    examples_of_headcounts,
    examples_of_people,
    hints_of_many,
    hints_of_names,
    hints_of_people,
    planned_headcounts,
    planned_people,
)


def register() -> None:
    """Called once, when the app is ready."""
    register_import_kind(
        ImportKind(
            name=ImportRun.Kind.PEOPLE.value,
            title=_("Import people from a file"),
            columns=PEOPLE_COLUMNS,
            missing=_missing_of_people,
            plan=planned_people,
            save=save_people,
            examples=examples_of_people,
            namespace="organisations",
            list_page="organisations:people",
            questions={
                MAKES_UNITS: Question(
                    _("Make stations, wards and teams that are not there yet"),
                    _("You see their names before anything is saved. “North / Team A” is Team A in North."),
                    is_ticked=True,
                    is_of_whole=True,
                )
            },
            hints=hints_of_people,
            template=tuple(name for name in PEOPLE_FIELDS if name not in (Field.GIVEN_NAME, Field.FAMILY_NAME)),
        )
    )
    register_import_kind(
        ImportKind(
            name=ImportRun.Kind.HEADCOUNTS.value,
            title=_("Import headcounts from a file"),
            columns=HEADCOUNT_COLUMNS,
            missing=_missing_of_headcounts,
            plan=planned_headcounts,
            save=save_headcounts,
            examples=examples_of_headcounts,
            namespace="organisations",
            list_page="organisations:headcounts",
            hints=hints_of_names,
        )
    )
    register_import_kind(
        ImportKind(
            name=ImportRun.Kind.HEADCOUNTS_OF_MANY.value,
            title=_("Import headcounts of organisations"),
            columns=HEADCOUNT_OF_MANY_COLUMNS,
            missing=_missing_of_headcounts_of_many,
            plan=planned_headcounts,
            save=save_headcounts,
            examples=examples_of_headcounts,
            namespace="organisations",
            list_page="organisations:organisations",
            hints=hints_of_many,
            is_of_partnership=True,
        )
    )


def _missing_of_people(columns: Mapping[str, int], has_default_role: bool) -> list[str]:
    return [*missing_columns(columns, PEOPLE_FIELDS, has_default_role=has_default_role)]


def _missing_of_headcounts(columns: Mapping[str, int], has_default_role: bool) -> list[str]:
    return [*missing_columns(columns, HEADCOUNT_FIELDS, has_default_role=has_default_role)]


def _missing_of_headcounts_of_many(columns: Mapping[str, int], has_default_role: bool) -> list[str]:
    return [*missing_columns(columns, HEADCOUNT_OF_MANY_FIELDS, has_default_role=has_default_role)]
