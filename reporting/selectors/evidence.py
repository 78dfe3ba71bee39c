"""What people who are current have shown, on which edition and how: in numbers, and who they are.

A row of standing says it for its days from the newest completion on, which is nearly always: only of days before that
are the completions asked.

Whoever is current is counted as current, as everywhere else. Where standing is wrong and no completion says how (what
`rebuild_standing --check` reports), nothing is said of it: the ways then add up to fewer people than are current.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Max, Min, QuerySet, Value, When

from organisations.bulk import Among, Slot
from organisations.models import User
from organisations.prepared import Composed, composed
from records.models import Completion
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.selectors.counting import (
    DAY,
    IS_CURRENT,
    LIVE,
    LIVE_BY_VERSION,
    SHOWN,
    Counted,
    current_on,
    in_doubt,
    live_on,
    severity_on,
    shown_of,
    shown_sums,
)
from reporting.tables import Module

Source = Completion.Source
#: Who is current by all that is required of them, in each place and anywhere, with what their rows say of how: nothing
#: where that came after the day.
_CURRENT = f"""required (organisation, module, version, person, worst, source, edition) AS MATERIALIZED ({{required}}),
here (organisation, module, version, person, source, edition) AS (
    SELECT organisation, module, version, person, source, edition FROM required WHERE {IS_CURRENT}
),
stood (module, version, person, source, edition) AS (
    SELECT module, MIN(version), person, MAX(source), MAX(edition) FROM required
    GROUP BY module, person HAVING MAX(worst) <= {SEVERITY[State.EXPIRING]}
)"""  # noqa: S608 - nothing in it comes from outside
#: What those completed by the day whose rows do not say it yet, whichever of their entries holds it. The newest
#: completion of each is the largest number made of its day, its own number and its source: to put them in order would
#: cost twice as much.
_DONE = f"""entries (entry, person) AS (
    SELECT DISTINCT person, person FROM unknown
    UNION SELECT merged.id, unknown.person
    FROM unknown JOIN {User._meta.db_table} AS merged ON merged.merged_into_id = unknown.person
),
made (module, person, edition, newest) AS NOT MATERIALIZED ({{completions}}),
done (module, person, edition, newest) AS (
    SELECT made.module, entries.person, MAX(made.edition), MAX(made.newest)
    FROM entries JOIN made ON made.person = entries.entry GROUP BY made.module, entries.person
)"""  # noqa: S608 - as above
_SOURCES = " ".join(f"WHEN {number} THEN '{source.value}'" for number, source in enumerate(Source))
_NEWEST = f"CASE done.newest %% {len(Source)} {_SOURCES} END"
#: Nearly everybody has one entry and one place, and one row of standing for a module: these rows are counted as they
#: are. Rows of anybody else, and of modules that are required twice somewhere, are put together by person first.
_LOOKED_UP = f"""WITH {LIVE_BY_VERSION}, {_CURRENT},
alone (organisation, module, version, person) AS ({{alone}}),
unknown (is_alone, organisation, module, version, person) AS MATERIALIZED (
    SELECT 1, organisation, module, version, person FROM alone
    UNION ALL SELECT 0, organisation, module, version, person FROM here WHERE source IS NULL
    UNION ALL SELECT 0, CAST(NULL AS bigint), module, version, person FROM stood WHERE source IS NULL
), {_DONE},
counted (is_alone, organisation, version, source, edition, people) AS (
    SELECT is_alone, organisation, version, {_NEWEST}, done.edition, COUNT(*)
    FROM unknown JOIN done ON done.module = unknown.module AND done.person = unknown.person GROUP BY 1, 2, 3, 4, 5
)
SELECT is_alone, organisation, counted.version, {shown_sums()}
FROM counted LEFT JOIN live ON live.version = counted.version GROUP BY 1, 2, 3
"""  # noqa: S608 - as above
_WHO = f"""WITH {LIVE_BY_VERSION}, {_CURRENT},
unknown (module, person) AS (SELECT module, person FROM stood WHERE source IS NULL), {_DONE}
SELECT stood.person, COALESCE(source, {_NEWEST}),
    CASE WHEN COALESCE(stood.edition, done.edition) >= live.number THEN 1 ELSE 0 END
FROM stood LEFT JOIN done ON done.module = stood.module AND done.person = stood.person
LEFT JOIN live ON live.version = stood.version
"""  # noqa: S608 - as above
#: What is looked up has been counted in its state.
_IN_NO_STATE = (0,) * len(State)
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


def look_up_shown(
    found: Counted,
    organisation_ids: Sequence[int],
    day: date,
    chosen: Chosen,
    module_of: Mapping[int, int],
    modules: Sequence[Module],
) -> None:
    """Adds what those have shown who completed a module anew since the day: one query, and none where nobody did."""
    if found.is_all_shown:
        return
    query = _looked_up(connection.vendor, chosen.alone, is_of_people=found.doubt.is_of_people)
    keys = [module.key for module in modules]
    for is_alone, organisation, version, *numbers in query.rows(day, organisation_ids, keys, *found.doubt):
        if (module := module_of.get(version)) is None:
            continue
        shown = [*_IN_NO_STATE, *numbers]
        found.add(organisation, module, shown)
        if is_alone:
            found.add(None, module, shown)


def people_by_evidence(organisation_id: int, day: date, chosen: Chosen, module_key: uuid.UUID) -> dict[str, list[int]]:
    """Who is behind each of these numbers, by its name, in one organisation and module: 1 query."""
    found: dict[str, list[int]] = {name: [] for name in SHOWN}
    for person, source, is_live in _who(connection.vendor, chosen.alone).rows(day, [organisation_id], [module_key]):
        if source:
            found[source].append(person)
        if is_live:
            found[LIVE].append(person)
    return found


@lru_cache(maxsize=64)
def _looked_up(_vendor: str, chosen: Chosen, *, is_of_people: bool) -> Composed:
    standing = shown_of(Slot(0), DAY, chosen)
    doubtful = in_doubt(Slot(2), Slot(3), Slot(4), is_of_people=is_of_people)
    alone = standing.filter(current_on(DAY), ~doubtful, shown_on__gt=DAY)
    return composed(
        _LOOKED_UP,
        live=live_on(DAY),
        required=_required(standing.filter(doubtful)),
        alone=alone.values_list("organisation_id", "module_key", "requirement_version_id", "person_id"),
        completions=_completions(),
    )


@lru_cache(maxsize=64)
def _who(_vendor: str, chosen: Chosen) -> Composed:
    rows = shown_of(Slot(0), DAY, chosen).filter(Among("module_key", Slot(1)))
    return composed(_WHO, live=live_on(DAY), required=_required(rows), completions=_completions())


def _required(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """How each person stands in each place with each module, by the worst of it."""
    grouped = rows.values("organisation_id", "module_key", "person_id")
    return grouped.annotate(
        version=Min("requirement_version_id"),
        worst=Max(severity_on(DAY)),
        any_source=Max("source"),
        newest_edition=Max("edition"),
    ).values_list("organisation_id", "module_key", "version", "person_id", "worst", "any_source", "newest_edition")


def _completions() -> QuerySet[Any, Any]:
    """What was completed by the day, each with its place in the order."""
    sources = [When(source=source, then=Value(number)) for number, source in enumerate(Source)]
    place = (_DayNumber("completed_on") * Value(_MOST) + F("pk")) * Value(len(Source))
    return (
        Completion.objects.filter(Among("module_key", Slot(1)), voided_at__isnull=True, completed_on__lte=DAY)
        .order_by()
        .annotate(place=place + Case(*sources, output_field=IntegerField()))
        .values_list("module_key", "person_id", "edition_number", "place")
    )
