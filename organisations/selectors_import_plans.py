"""What files of people and of headcounts would change; reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.access_imports import part_of_import
from organisations.clock import day_of, today
from organisations.import_kinds import Hint, Staged
from organisations.imports.columns import folded
from organisations.imports.headcounts import plan_headcounts
from organisations.imports.planning import Known, Outcome, make_plan
from organisations.imports.reading import Line, Table
from organisations.imports.rows import (
    HeadcountRow,
    PersonRow,
    Refusal,
    RefusedRow,
    Vocabulary,
    read_headcount,
    read_person,
)
from organisations.imports.values import Why
from organisations.isolating import isolated
from organisations.models import ImportRow, ImportRun, Membership, Organisation, Role
from organisations.selectors_imports import (
    belonging_of,
    known_headcounts,
    known_people,
    names_of,
    places_of,
    role_names,
    vocabulary_of,
)

#: The answer that lets a file make units.
MAKES_UNITS = "makes_units"
#: Beside what a row says: the last day of who comes back.
LEFT_ON = "left_on"
#: New units that are named before they are made.
NAMES_SHOWN = 60


def planned_people(run: ImportRun, table: Table, at: datetime) -> list[Staged]:
    """What would become of each row of a file of people, and of people who stand in none."""
    day, columns = day_of(at), run.columns
    makes_units = run.options.get(MAKES_UNITS, False)
    part = part_of_import(run)
    words = vocabulary_of(part, run.default_role_id, makes_units=makes_units)
    read = [read_person(line, columns, words, day) for line in table.lines]
    lines = {line.number: line for line in table.lines}
    good = [row for row in read if isinstance(row, PersonRow)]
    known = known_people(part, (row.email for row in good))
    plan, last_days = make_plan(good, known, day), _last_days_in(known)
    rows = [refused_row(run, lines[row.number], row.refusals) for row in read if isinstance(row, RefusedRow)]
    for step in plan.steps:
        if step.outcome == Outcome.REFUSED:
            rows.append(refused_row(run, lines[step.row.number], step.refusals))
        else:
            values = as_values(step.row)
            if step.outcome == Outcome.BACK and step.person is not None:
                values[LEFT_ON] = last_days[step.person].isoformat()
            rows.append((run.pk, step.row.number, step.outcome, values, [], [], step.membership))
    if not any(row[2] == Outcome.REFUSED for row in rows):
        # Only a file that was understood as a whole says who is not in it; whoever brings it does not leave by it.
        own = run.started_by_id
        rows += [(run.pk, 0, Outcome.MISSING, {}, [], [], each.pk) for each in plan.missing if each.person != own]
    return rows


def _last_days_in(known: Known) -> dict[int, date]:
    """The last day of everybody here, as far as the file may know, who has one."""
    places = [each for each in known.here if known.within is None or known.within.holds(each.unit)]
    found: dict[int, date] = {}
    for each in places:
        if each.ended_on is not None:
            found[each.person] = max(each.ended_on, found.get(each.person, each.ended_on))
    return found


def planned_headcounts(run: ImportRun, table: Table, at: datetime) -> list[Staged]:
    """What would become of each row of a file of headcounts, of one organisation or of those of a partnership."""
    columns = run.columns
    belonging = belonging_of(run, day_of(at))
    words = Vocabulary(role_names(), places=None if belonging is None else places_of(belonging))
    read = [read_headcount(line, columns, words, day_of(at)) for line in table.lines]
    lines = {line.number: line for line in table.lines}
    good = [row for row in read if isinstance(row, HeadcountRow)]
    rows = [refused_row(run, lines[row.number], row.refusals) for row in read if isinstance(row, RefusedRow)]
    for step in plan_headcounts(good, known_headcounts(run, belonging), belonging):
        if step.outcome == Outcome.REFUSED:
            rows.append(refused_row(run, lines[step.row.number], step.refusals))
        else:
            rows.append((run.pk, step.row.number, step.outcome, as_values(step.row), [], [], None))
    return rows


def refused_row(run: ImportRun, line: Line, refusals: Sequence[Refusal]) -> Staged:
    """A row that is not taken, with its cells for the file of errors."""
    told = [each.as_kept() for each in refusals]
    return run.pk, line.number, Outcome.REFUSED, {}, told, list(line.cells), None


def as_values(row: Any) -> dict[str, Any]:
    """A row, which is a dataclass, as it is kept: days as text, nothing that the file does not say."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name in _names(type(row))
        if (value := getattr(row, name)) not in ("", None)
    }


def _names(row_type: type) -> tuple[str, ...]:
    if row_type not in _NAMES:
        _NAMES[row_type] = tuple(each.name for each in fields(row_type) if each.name != "number")
    return _NAMES[row_type]


_NAMES: dict[type, tuple[str, ...]] = {}


def day_in(values: Mapping[str, Any], name: str) -> date | None:
    """A day that a kept row names."""
    return date.fromisoformat(values[name]) if values.get(name) else None


def person_row(number: int, values: Mapping[str, Any]) -> PersonRow:
    """A kept row as it was read."""
    return PersonRow(
        number,
        values["name"],
        values.get("email", ""),
        values.get("staff_number", ""),
        values["role"],
        values.get("unit"),
        values.get("kind", ""),
        day_in(values, "started_on"),
        day_in(values, "ended_on"),
        values.get("new_unit", ""),
    )


def headcount_row(number: int, values: Mapping[str, Any]) -> HeadcountRow:
    """A kept row as it was read."""
    day = date.fromisoformat(values["counted_on"])
    kind, source = values.get("kind", ""), values.get("source", "")
    return HeadcountRow(number, values.get("role"), kind, values["people"], day, source, values.get("organisation"))


def examples_of_people(rows: list[ImportRow]) -> list[str]:
    """Whom each staged row is about."""
    return [_person_in(row) for row in rows]


def _person_in(row: ImportRow) -> str:
    if row.membership is not None and not row.values:
        return str(row.membership.person)
    left_on = day_in(row.values, LEFT_ON)
    if left_on is None:
        return str(row.values["name"])
    words = _("%(name)s, who left on %(day)s")
    return words % {"name": isolated(row.values["name"]), "day": date_format(left_on)}


def examples_of_headcounts(rows: list[ImportRow]) -> list[str]:
    """Whose people were counted, where the file is about several organisations, who and how many: up to 2 queries."""
    named = {row.values["organisation"] for row in rows if "organisation" in row.values}
    places = names_of(Organisation, named) if named else {}
    roles = names_of(Role, (row.values.get("role") for row in rows))
    return [
        ", ".join(
            [
                *([isolated(places[row.values["organisation"]])] if named else []),
                roles.get(row.values.get("role", 0)) or _("Everybody"),
                *([str(Membership.Kind(row.values["kind"]).label)] if row.values.get("kind") else []),
                str(row.values["people"]),
            ]
        )
        for row in rows
    ]


def hints_of_people(run: ImportRun) -> list[Hint]:
    """Which stations, wards and teams would be made, and which names there are where one was not known."""
    return [*_units_to_make(run), *hints_of_names(run)]


def hints_of_many(run: ImportRun) -> list[Hint]:
    """The organisations and roles that there are, where a row names one that there is not."""
    reasons = _reasons_in(run)
    found = hints_of_names(run)
    if reasons & {Why.UNKNOWN_ORGANISATION, Why.AMBIGUOUS_ORGANISATION}:
        belonging = belonging_of(run, today()) or ()
        names = Organisation.objects.filter(pk__in=belonging).order_by("name").values_list("name", flat=True)
        found.append(Hint(_("Organisations of your partnership: %(names)s.") % {"names": _shown([*names])}))
    return found


def _reasons_in(run: ImportRun) -> set[str]:
    refused = run.rows.filter(outcome=Outcome.REFUSED).values_list("refusals", flat=True)
    return {why for told in refused.iterator(chunk_size=2_000) for _field, why, *_more in told}


def hints_of_names(run: ImportRun) -> list[Hint]:
    """The roles, and the units of the organisation, where a row names one that there is not: up to three queries."""
    reasons = _reasons_in(run)
    found = []
    if Why.UNKNOWN_ROLE in reasons:
        names = [role.name for role in Role.objects.filter(is_active=True)]
        found.append(Hint(_("The roles that there are: %(names)s.") % {"names": _shown(names)}))
    if run.is_of_units and reasons & {Why.OTHER_UNIT, Why.AMBIGUOUS_UNIT}:
        names = [unit.name for unit in part_of_import(run).places.order_by("name")]
        found.append(Hint(_("Your stations, wards and teams: %(names)s.") % {"names": _shown(names)}))
    elif reasons & {Why.UNKNOWN_UNIT, Why.AMBIGUOUS_UNIT}:
        names = [unit.name for unit in run.of_one.units.order_by("name")]
        text = _("The stations, wards and teams that there are: %(names)s.") % {"names": _shown(names)}
        if not names:
            text = _("There are no stations, wards and teams yet. You can add them, or let the file make them.")
        found.append(Hint(text, reverse("organisations:units", args=[run.of_one.slug])))
    return found


def _shown(names: Sequence[str]) -> str:
    """Names in a sentence, not more of them than anybody reads."""
    return ", ".join(isolated(name) for name in names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")


def _units_to_make(run: ImportRun) -> list[Hint]:
    named = run.rows.filter(values__has_key="new_unit").exclude(outcome=Outcome.REFUSED).order_by("number")
    found: dict[str, str] = {}
    for name in named.values_list("values__new_unit", flat=True):
        found.setdefault(folded(name), name)
    if not found:
        return []
    shown = _shown([*found.values()])
    words = ngettext(
        "%(count)d station, ward or team is new and will be made: %(names)s.",
        "%(count)d stations, wards or teams are new and will be made: %(names)s.",
        len(found),
    )
    return [Hint(words % {"count": len(found), "names": shown})]
