"""What people who are current have shown, on which edition and how: in numbers, and who they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Max, Q, Value, When

from organisations.bulk import Among, Slot
from organisations.models import User
from organisations.prepared import Composed, composed
from records.models import Completion
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.selectors.counting import DAY, severity_on, standing_of, with_keys
from reporting.tables import Cell, Coverage, Evidence, Module

Source = Completion.Source


#: Only completions of the people who stand there are read, whichever of their entries holds them. The newest of each
#: is the largest number made of its day, its own number and its source: to put them in order would cost twice as much.
_DONE = f"""WITH required (organisation, module, person, worst) AS ({{standing}}),
here (organisation, module, person) AS (
    SELECT organisation, module, person FROM required WHERE worst <= {SEVERITY[State.EXPIRING]}
),
stood (module, person) AS (
    SELECT module, person FROM required GROUP BY module, person HAVING MAX(worst) <= {SEVERITY[State.EXPIRING]}
),
theirs (person) AS (SELECT DISTINCT person FROM here),
entries (entry, person) AS (
    SELECT person, person FROM theirs
    UNION ALL SELECT merged.id, theirs.person
    FROM theirs JOIN {User._meta.db_table} AS merged ON merged.merged_into_id = theirs.person
),
done (module, person, newest, live) AS (
    SELECT made.module_key, entries.person, MAX(made.place), MAX(made.live)
    FROM entries JOIN ({{completions}}) AS made ON made.person_id = entries.entry
    GROUP BY made.module_key, entries.person
)
"""  # noqa: S608 - nothing in it comes from outside
_BESIDE = "LEFT JOIN done ON done.module = them.module AND done.person = them.person"
#: Each number beside "current", by its name in Evidence: of whom it is.
SHOWN = {
    "on_live_edition": "done.live = 1",
    **{source.value: f"done.newest %% {len(Source)} = {number}" for number, source in enumerate(Source)},
}
_NUMBERS = ", ".join(f"COUNT(*) FILTER (WHERE {condition})" for condition in SHOWN.values())
_COUNTED = f"""{_DONE}
SELECT them.organisation, them.module, COUNT(*), {_NUMBERS} FROM here AS them {_BESIDE}
    GROUP BY them.organisation, them.module
UNION ALL SELECT CAST(NULL AS bigint), them.module, COUNT(*), {_NUMBERS} FROM stood AS them {_BESIDE}
    GROUP BY them.module
"""  # noqa: S608 - as above
_WHO = f"{_DONE} SELECT them.person FROM stood AS them {_BESIDE}"  # noqa: S608 - as above
#: More than there will ever be completions.
_MOST = 2**40


class _DayNumber(Func):
    """Days since a day long ago, as a whole number."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:
        """The number, on PostgreSQL."""
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '1970-01-01')::bigint")

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:
        """The number, on SQLite."""
        return self.as_sql(compiler, connection, template="CAST(julianday(%(expressions)s) - 2440587 AS INTEGER)")


def evidence_on(
    organisation_ids: Sequence[int], day: date, chosen: Chosen, modules: Sequence[Module]
) -> list[Evidence]:
    """The people current on the day in each module, each once: one query, none without organisation or module."""
    found = _found(organisation_ids, day, chosen, modules)
    return [found.get((None, module.key), Evidence(module)) for module in modules]


def with_evidence(coverage: Coverage, chosen: Chosen) -> Coverage:
    """The table with how people came to be current in each of its cells: one query, none where it has none."""
    places = [row.organisation_id for row in coverage.rows]
    found = _found(places, coverage.day, chosen, coverage.modules)

    def told(place: int | None, cells: Iterable[Cell]) -> list[Cell]:
        return [replace(cell, evidence=found.get((place, cell.module.key)) or Evidence(cell.module)) for cell in cells]

    rows = [replace(row, cells=told(row.organisation_id, row.cells)) for row in coverage.rows]
    return replace(coverage, rows=rows, totals=told(None, coverage.totals))


def _found(
    organisation_ids: Sequence[int], day: date, chosen: Chosen, modules: Sequence[Module]
) -> dict[tuple[int | None, uuid.UUID], Evidence]:
    """By organisation, or None for all of them together, and module; where somebody is current."""
    if not organisation_ids or not modules:
        return {}
    module_of = {module.key: module for module in modules}
    rows = with_keys(_counted(connection.vendor, chosen.alone).rows(day, organisation_ids, module_of), 1)
    return {(place, key): Evidence(module_of[key], *numbers) for place, key, *numbers in rows}


def people_who_have(organisation_id: int, day: date, chosen: Chosen, module_key: uuid.UUID, shown: str) -> list[int]:
    """Who is behind one of these numbers, by its name, in one organisation: 1 query."""
    query = _named(connection.vendor, chosen.alone, shown)
    return [person for (person,) in query.rows(day, [organisation_id], [module_key])]


@lru_cache(maxsize=64)
def _counted(_vendor: str, chosen: Chosen) -> Composed:
    return _prepared(_COUNTED, chosen)


@lru_cache(maxsize=64)
def _named(_vendor: str, chosen: Chosen, shown: str) -> Composed:
    return _prepared(f"{_WHO} WHERE {SHOWN[shown]}", chosen)


def _prepared(query: str, chosen: Chosen) -> Composed:
    standing = (
        standing_of(Slot(0), DAY, chosen)
        .filter(Among("module_key", Slot(1)))
        .values("organisation_id", "module_key", "person_id")
        .annotate(worst=Max(severity_on(DAY)))
    )
    was_live = Q(edition__published_at__date__lte=DAY) & (
        Q(edition__ended_at__isnull=True) | Q(edition__ended_at__date__gt=DAY)
    )
    sources = [When(source=source, then=Value(number)) for number, source in enumerate(Source)]
    completions = (
        Completion.objects.filter(Among("module_key", Slot(1)), voided_at__isnull=True, completed_on__lte=DAY)
        .order_by()
        .annotate(
            live=Case(When(was_live, then=1), default=0, output_field=IntegerField()),
            place=(_DayNumber("completed_on") * Value(_MOST) + F("pk")) * Value(len(Source))
            + Case(*sources, output_field=IntegerField()),
        )
        .values_list("module_key", "person_id", "live", "place")
    )
    return composed(query, standing=standing, completions=completions)
