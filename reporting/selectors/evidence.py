"""What people who are current have shown, on which edition and how: in numbers, and who they are.

A row of standing says it for its days from the newest completion on, which is nearly always: only of days before that
are the completions asked.

Whoever is current is counted as current, as everywhere else. Where standing is wrong and no completion says how (what
`rebuild_standing --check` reports), nothing is said of it: the ways then add up to fewer people than are current.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import add
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, Count, F, Func, IntegerField, Max, Q, QuerySet, Value, When

from courses.models import Edition
from organisations.bulk import Among, Slot
from organisations.models import User
from organisations.prepared import Composed, composed
from records.models import Completion
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.selectors.counting import DAY, Doubt, current_on, in_doubt, severity_on, standing_of, with_keys
from reporting.tables import Evidence, Module

Source = Completion.Source
#: Each number beside "current", by its name in Evidence.
LIVE = "on_live_edition"
SHOWN = (LIVE, *Source.values)


def _sum(people: str, condition: str) -> str:
    return f"CAST(COALESCE(SUM({people}) FILTER (WHERE {condition}), 0) AS bigint)"


def _numbers(people: str, source: str, edition: str, *, said: str) -> str:
    """The columns of Evidence, of rows that are said."""
    conditions = (said, f"{edition} >= live.number", *(f"{source} = '{each}'" for each in Source))
    return ", ".join(_sum(people, condition) for condition in conditions)


#: Who is current by all that is required of them, in each place and anywhere, with what their rows say of how: nothing
#: where that came after the day.
_CURRENT = f"""live (module, number) AS ({{live}}),
required (organisation, module, person, worst, source, edition) AS MATERIALIZED ({{required}}),
here (organisation, module, person, source, edition) AS (
    SELECT organisation, module, person, source, edition FROM required WHERE worst <= {SEVERITY[State.EXPIRING]}
),
stood (module, person, source, edition) AS (
    SELECT module, person, MAX(source), MAX(edition) FROM required
    GROUP BY module, person HAVING MAX(worst) <= {SEVERITY[State.EXPIRING]}
)"""  # noqa: S608 - nothing in it comes from outside
#: Nearly everybody has one entry and one place, and one row of standing for a module: these rows are counted as they
#: are. Rows of anybody else, and of modules that are required twice somewhere, are put together by person first.
_COUNTED = f"""WITH {_CURRENT},
alone (organisation, module, source, edition, people) AS ({{alone}}),
counted (is_alone, organisation, module, source, edition, people) AS (
    SELECT 1, organisation, module, source, edition, people FROM alone
    UNION ALL SELECT 0, organisation, module, source, edition, 1 FROM here
    UNION ALL SELECT 0, CAST(NULL AS bigint), module, source, edition, 1 FROM stood
)
SELECT is_alone, organisation, counted.module, {_numbers("people", "source", "edition", said="source IS NOT NULL")},
    {_sum("people", "source IS NULL")}
FROM counted LEFT JOIN live ON live.module = counted.module GROUP BY 1, 2, 3
"""  # noqa: S608 - as above
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
_LOOKED_UP = f"""WITH {_CURRENT},
alone (organisation, module, person) AS ({{alone}}),
unknown (is_alone, organisation, module, person) AS MATERIALIZED (
    SELECT 1, organisation, module, person FROM alone
    UNION ALL SELECT 0, organisation, module, person FROM here WHERE source IS NULL
    UNION ALL SELECT 0, CAST(NULL AS bigint), module, person FROM stood WHERE source IS NULL
), {_DONE}
SELECT is_alone, organisation, unknown.module, {_numbers("1", _NEWEST, "done.edition", said="TRUE")}, 0 FROM unknown
LEFT JOIN done ON done.module = unknown.module AND done.person = unknown.person
LEFT JOIN live ON live.module = unknown.module GROUP BY 1, 2, 3
"""  # noqa: S608 - as above
_WHO = f"""WITH {_CURRENT},
unknown (module, person) AS (SELECT module, person FROM stood WHERE source IS NULL), {_DONE}
SELECT stood.person, COALESCE(source, {_NEWEST}),
    CASE WHEN COALESCE(stood.edition, done.edition) >= live.number THEN 1 ELSE 0 END
FROM stood LEFT JOIN done ON done.module = stood.module AND done.person = stood.person
LEFT JOIN live ON live.module = stood.module
"""  # noqa: S608 - as above
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
    organisation_ids: Sequence[int], day: date, chosen: Chosen, modules: Sequence[Module], doubt: Doubt
) -> dict[tuple[int | None, uuid.UUID], Evidence]:
    """By organisation, or None for all of them together, and module how people came to be current, where somebody is:
    one query, none without organisation or module, and a second one where somebody has completed one since the day.
    """
    if not organisation_ids or not modules:
        return {}
    # By their place in the list: keys are slow to look up.
    number_of = {module.key: number for number, module in enumerate(modules)}
    sums: dict[tuple[int | None, int], list[int]] = {}
    given = (organisation_ids, number_of, *doubt)
    rows = _counted(connection.vendor, chosen.alone, is_of_people=doubt.is_of_people).rows(day, *given)
    if any(row[-1] for row in rows):
        rows += _looked_up(connection.vendor, chosen.alone, is_of_people=doubt.is_of_people).rows(day, *given)
    for is_alone, place, key, *numbers, _unknown in with_keys(rows, 2):
        # Of everything that is required, for the database counts that sooner than what is in the table alone.
        if (module := number_of.get(key)) is None:
            continue
        for cell in ((place, module), (None, module)) if is_alone else ((place, module),):
            before = sums.get(cell)
            sums[cell] = [*map(add, before, numbers)] if before else numbers
    return {(place, modules[each].key): Evidence(modules[each], *numbers) for (place, each), numbers in sums.items()}


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
def _counted(_vendor: str, chosen: Chosen, *, is_of_people: bool) -> Composed:
    doubtful = _doubtful(is_of_people=is_of_people)
    alone = (
        _alone(chosen, doubtful)
        .values("organisation_id", "module_key", "source", "edition")
        .annotate(people=Count("*"))
    )
    return composed(
        _COUNTED,
        live=_live(),
        required=_required(_standing(chosen).filter(doubtful)),
        alone=alone.values_list("organisation_id", "module_key", "source", "edition", "people"),
    )


@lru_cache(maxsize=64)
def _looked_up(_vendor: str, chosen: Chosen, *, is_of_people: bool) -> Composed:
    doubtful = _doubtful(is_of_people=is_of_people)
    alone = _alone(chosen, doubtful).filter(shown_on__gt=DAY)
    return composed(
        _LOOKED_UP,
        live=_live(),
        required=_required(_standing(chosen).filter(doubtful)),
        alone=alone.values_list("organisation_id", "module_key", "person_id"),
        completions=_completions(),
    )


@lru_cache(maxsize=64)
def _who(_vendor: str, chosen: Chosen) -> Composed:
    rows = _standing(chosen).filter(Among("module_key", Slot(1)))
    return composed(_WHO, live=_live(), required=_required(rows), completions=_completions())


def _standing(chosen: Chosen) -> QuerySet[Any, Any]:
    """Standing of the day, with what each row shows on it."""
    is_said = When(shown_on__lte=DAY, then=F("shown_source"))
    return standing_of(Slot(0), DAY, chosen).annotate(
        source=Case(is_said), edition=Case(When(shown_on__lte=DAY, then=F("shown_edition")))
    )


def _doubtful(*, is_of_people: bool) -> Q:
    return in_doubt(Slot(2), Slot(3), Slot(4), is_of_people=is_of_people)


def _alone(chosen: Chosen, doubtful: Q) -> QuerySet[Any, Any]:
    """Rows that are current and nobody's second."""
    return _standing(chosen).filter(current_on(DAY), ~doubtful)


def _required(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """How each person stands in each place with each module, by the worst of it."""
    grouped = rows.values("organisation_id", "module_key", "person_id")
    return grouped.annotate(
        worst=Max(severity_on(DAY)), any_source=Max("source"), newest_edition=Max("edition")
    ).values_list("organisation_id", "module_key", "person_id", "worst", "any_source", "newest_edition")


def _live() -> QuerySet[Any, Any]:
    """The number of the edition of each module that was live on the day."""
    rows = Edition.objects.filter(Among("module_key", Slot(1)), published_at__date__lte=DAY).filter(
        Q(ended_at__isnull=True) | Q(ended_at__date__gt=DAY)
    )
    return rows.order_by().values("module_key").annotate(newest=Max("number")).values_list("module_key", "newest")


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
