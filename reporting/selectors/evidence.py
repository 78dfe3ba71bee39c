"""What people who are current have shown, on which edition and how: in numbers, and who they are."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import RawSQL

from courses.models import Edition
from organisations.bulk import Among, Slot
from organisations.models import User
from organisations.prepared import Composed, composed
from organisations.querysets import open_on
from records.models import Completion, RequirementVersion, Standing
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.selectors.counting import DAY, current_on, memberships_of, severity_on, standing_of, with_keys
from reporting.tables import Cell, Coverage, Evidence, Module

Source = Completion.Source


#: Who is current by all that is required of them, in each place and anywhere, and what they have completed, whichever
#: of their entries holds it.
_DONE = f"""here (organisation, module, person) AS (
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
made (module, person, live, newest) AS NOT MATERIALIZED ({{completions}}),
done (module, person, newest, live) AS (
    SELECT made.module, entries.person, MAX(made.newest), MAX(made.live)
    FROM entries JOIN made ON made.person = entries.entry
    GROUP BY made.module, entries.person
)
"""  # noqa: S608 - nothing in it comes from outside
_BESIDE = "LEFT JOIN done ON done.module = them.module AND done.person = them.person"
#: Each number beside "current", by its name in Evidence: of whom it is. The newest completion of each is the largest
#: number made of its day, its own number and its source: to put them in order would cost twice as much.
SHOWN = {
    "on_live_edition": "done.live = 1",
    **{source.value: f"done.newest %% {len(Source)} = {number}" for number, source in enumerate(Source)},
}
_NUMBERS = ", ".join(f"COUNT(*) FILTER (WHERE {condition})" for condition in SHOWN.values())
#: Nearly everybody has one entry and one place, and one row of standing for a module: these rows are counted as they
#: are. Rows of anybody else, and of modules that are required twice somewhere, are put together by person first.
_COUNTED = f"""WITH works (person) AS NOT MATERIALIZED ({{memberships}}),
twice (person) AS MATERIALIZED (
    SELECT person FROM works GROUP BY person HAVING COUNT(*) > 1
    UNION SELECT merged_into_id FROM {User._meta.db_table} WHERE merged_into_id IS NOT NULL
),
asked (organisation, module) AS ({{own}} UNION ALL {{shared}}),
again (organisation, module) AS MATERIALIZED (
    SELECT organisation, module FROM asked GROUP BY organisation, module HAVING COUNT(*) > 1
),
done_alone (module, person, live, newest) AS NOT MATERIALIZED ({{newest}}),
alone (organisation, module, person) AS NOT MATERIALIZED ({{current}}),
required (organisation, module, person, worst) AS MATERIALIZED ({{of_people}} UNION {{of_cells}}),
{_DONE}
SELECT 1, them.organisation, them.module, COUNT(*), {_NUMBERS}
    FROM alone AS them LEFT JOIN done_alone AS done ON done.module = them.module AND done.person = them.person
    WHERE them.person NOT IN (SELECT person FROM twice)
    AND (them.organisation, them.module) NOT IN (SELECT organisation, module FROM again)
    GROUP BY them.organisation, them.module
UNION ALL SELECT 0, them.organisation, them.module, COUNT(*), {_NUMBERS} FROM here AS them {_BESIDE}
    GROUP BY them.organisation, them.module
UNION ALL SELECT 0, CAST(NULL AS bigint), them.module, COUNT(*), {_NUMBERS} FROM stood AS them {_BESIDE}
    GROUP BY them.module
"""  # noqa: S608 - as above
_WHO = f"""WITH required (organisation, module, person, worst) AS ({{standing}}), {_DONE}
SELECT them.person FROM stood AS them {_BESIDE}"""  # noqa: S608 - as above
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
    sums: defaultdict[tuple[int | None, uuid.UUID], list[int]] = defaultdict(lambda: [0] * (1 + len(SHOWN)))
    rows = with_keys(_counted(connection.vendor, chosen.alone).rows(day, organisation_ids, module_of), 2)
    for is_alone, place, key, *numbers in rows:
        for cell in ((place, key), (None, key)) if is_alone else ((place, key),):
            sums[cell] = [sum(pair) for pair in zip(sums[cell], numbers, strict=True)]
    return {(place, key): Evidence(module_of[key], *numbers) for (place, key), numbers in sums.items()}


def people_who_have(organisation_id: int, day: date, chosen: Chosen, module_key: uuid.UUID, shown: str) -> list[int]:
    """Who is behind one of these numbers, by its name, in one organisation: 1 query."""
    query = _named(connection.vendor, chosen.alone, shown)
    return [person for (person,) in query.rows(day, [organisation_id], [module_key])]


@lru_cache(maxsize=64)
def _counted(_vendor: str, chosen: Chosen) -> Composed:
    memberships = memberships_of(Slot(0), DAY, chosen)
    versions = RequirementVersion.objects.order_by().filter(
        open_on(DAY, start="effective_from", end="effective_to"), Among("requirement__module_key", Slot(1))
    )
    own, partnership = "requirement__organisation_id", "requirement__partnership__organisation_memberships"
    shared = versions.filter(open_on(DAY, start=f"{partnership}__started_on", end=f"{partnership}__ended_on"))
    required, completions = _required(chosen), _completions()
    # Columns of the one table by its name: a choice may join others.
    table = Standing._meta.db_table
    twice = f"{table}.person_id IN (SELECT person FROM twice)"  # noqa: S608 - as above
    cell = f"({table}.organisation_id, {table}.module_key)"
    again = f"{cell} IN (SELECT organisation, module FROM again)"  # noqa: S608 - as above
    return composed(
        _COUNTED,
        memberships=memberships.values_list("person_id"),
        own=versions.filter(**{f"{own}__isnull": False}).values_list(own, "requirement__module_key"),
        shared=shared.values_list(f"{partnership}__organisation_id", "requirement__module_key"),
        newest=_newest(completions.filter(person__in=memberships.values("person"))),
        current=_standing(chosen).filter(current_on(DAY)).values_list("organisation_id", "module_key", "person_id"),
        of_people=required.filter(_said(twice)),
        of_cells=required.filter(_said(again)),
        completions=_each(completions.filter(Among("module_key", Slot(1)))),
    )


@lru_cache(maxsize=64)
def _named(_vendor: str, chosen: Chosen, shown: str) -> Composed:
    completions = _each(_completions().filter(Among("module_key", Slot(1))))
    return composed(f"{_WHO} WHERE {SHOWN[shown]}", standing=_required(chosen), completions=completions)


def _said(condition: str) -> RawSQL:
    return RawSQL(condition, (), output_field=BooleanField())  # noqa: S611 - nothing in it comes from outside


def _standing(chosen: Chosen) -> QuerySet[Standing]:
    return standing_of(Slot(0), DAY, chosen).filter(Among("module_key", Slot(1)))


def _required(chosen: Chosen) -> QuerySet[Any, Any]:
    """How each person stands in each place with each module, by the worst of it."""
    rows = _standing(chosen).values("organisation_id", "module_key", "person_id")
    return rows.annotate(worst=Max(severity_on(DAY)))


def _completions() -> QuerySet[Any, Any]:
    """What was completed by the day, with whether its edition was live on it and its place in the order."""
    live = Edition.objects.filter(published_at__date__lte=DAY).filter(
        Q(ended_at__isnull=True) | Q(ended_at__date__gt=DAY)
    )
    sources = [When(source=source, then=Value(number)) for number, source in enumerate(Source)]
    return (
        Completion.objects.filter(voided_at__isnull=True, completed_on__lte=DAY)
        .order_by()
        .annotate(
            live=Case(When(edition__in=live.values("pk"), then=1), default=0, output_field=IntegerField()),
            place=(_DayNumber("completed_on") * Value(_MOST) + F("pk")) * Value(len(Source))
            + Case(*sources, output_field=IntegerField()),
        )
    )


def _each(completions: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return completions.values_list("module_key", "person_id", "live", "place")


def _newest(completions: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The newest of each person and module, put together in the order in which the index holds them."""
    grouped = completions.values("person_id", "module_key")
    return grouped.annotate(on_live=Max("live"), newest=Max("place")).values_list(
        "module_key", "person_id", "on_live", "newest"
    )
