"""What people who are current have shown, on which edition and how: in numbers, and who they are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
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
from reporting.tables import Module

Source = Completion.Source


@dataclass(frozen=True)
class Evidence:
    """The people current in one module: of them on the live edition, and each by the newest completion they have."""

    module: Module
    current: int = 0
    on_live_edition: int = 0
    assessed: int = 0
    attended: int = 0
    recognised: int = 0

    @property
    def title(self) -> str:
        """The module's title."""
        return self.module.title


#: Only completions of the people who stand there are read, whichever of their entries holds them. The newest of each
#: is the largest number made of its day, its own number and its source: to put them in order would cost twice as much.
_DONE = f"""WITH stood (module, person) AS (SELECT module_key, person_id FROM ({{standing}}) AS required),
theirs (person) AS (SELECT DISTINCT person FROM stood),
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
_BESIDE = "FROM stood LEFT JOIN done ON done.module = stood.module AND done.person = stood.person"
#: Each number beside "current", by its name in Evidence: of whom it is.
SHOWN = {
    "on_live_edition": "done.live = 1",
    **{source.value: f"done.newest %% {len(Source)} = {number}" for number, source in enumerate(Source)},
}
_NUMBERS = ", ".join(f"COUNT(*) FILTER (WHERE {condition})" for condition in SHOWN.values())
_COUNTED = f"{_DONE} SELECT stood.module, COUNT(*), {_NUMBERS} {_BESIDE} GROUP BY stood.module"
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
    if not organisation_ids or not modules:
        return []
    rows = with_keys(_counted(connection.vendor, chosen.alone).rows(day, organisation_ids, _keys(modules)), 0)
    found = {module: numbers for module, *numbers in rows}
    return [Evidence(module, *found.get(module.key, ())) for module in modules]


def people_who_have(organisation_id: int, day: date, chosen: Chosen, module_key: uuid.UUID, shown: str) -> list[int]:
    """Who is behind one of these numbers, by its name, in one organisation: 1 query."""
    query = _named(connection.vendor, chosen.alone, shown)
    return [person for (person,) in query.rows(day, [organisation_id], [module_key])]


def _keys(modules: Sequence[Module]) -> list[uuid.UUID]:
    return [module.key for module in modules]


@lru_cache(maxsize=64)
def _counted(_vendor: str, chosen: Chosen) -> Composed:
    return _prepared(_COUNTED, chosen)


@lru_cache(maxsize=64)
def _named(_vendor: str, chosen: Chosen, shown: str) -> Composed:
    return _prepared(f"{_DONE} SELECT stood.person {_BESIDE} WHERE {SHOWN[shown]}", chosen)


def _prepared(query: str, chosen: Chosen) -> Composed:
    standing = (
        standing_of(Slot(0), DAY, chosen)
        .filter(Among("module_key", Slot(1)))
        .values("module_key", "person_id")
        .annotate(worst=Max(severity_on(DAY)))
        .filter(worst__lte=SEVERITY[State.EXPIRING])
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
