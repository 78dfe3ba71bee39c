"""What the people who are current have shown: on which edition, and how they came to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, IntegerField, Max, Min, Q, When

from organisations.models import User
from records.models import Completion
from records.rules.standing import SEVERITY, State
from reporting.filters import Chosen
from reporting.selectors.counting import severity_on, standing_of
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


#: Only completions of the people who stand there are read, whichever of their entries holds them.
_QUERY = f"""WITH stood (module, person) AS (SELECT module_key, person_id FROM ({{standing}}) AS required),
theirs (person) AS (SELECT DISTINCT person FROM stood),
entries (entry, person) AS (
    SELECT person, person FROM theirs
    UNION ALL SELECT merged.id, theirs.person
    FROM theirs JOIN {User._meta.db_table} AS merged ON merged.merged_into_id = theirs.person
),
done (module, person, source, live, completed_on, pk) AS (
    SELECT made.module_key, entries.person, made.source, made.live, made.completed_on, made.id
    FROM entries JOIN ({{completions}}) AS made ON made.person_id = entries.entry
),
placed AS (
    SELECT module, person, source, MAX(live) OVER (PARTITION BY module, person) AS live,
        ROW_NUMBER() OVER (PARTITION BY module, person ORDER BY completed_on DESC, pk DESC) AS place
    FROM done
)
SELECT stood.module, COUNT(*), COALESCE(SUM(placed.live), 0), {{sources}}
FROM stood LEFT JOIN placed ON placed.module = stood.module AND placed.person = stood.person AND placed.place = 1
GROUP BY stood.module
"""  # noqa: S608 - nothing in it comes from outside
_SOURCES = ", ".join(f"COUNT(*) FILTER (WHERE placed.source = '{source}')" for source in Source.values)


def evidence_on(
    organisation_ids: Sequence[int], day: date, chosen: Chosen, modules: Sequence[Module]
) -> list[Evidence]:
    """The people current on the day in each module, each once: one query, none without organisation or module."""
    if not organisation_ids or not modules:
        return []
    standing, standing_values = (
        standing_of(organisation_ids, day, chosen)
        .values("module_key", "person_id")
        .annotate(worst=Max(severity_on(day)), since=Min("satisfied_from"))
        .filter(worst__lte=SEVERITY[State.EXPIRING])
        .query.sql_with_params()
    )
    was_live = Q(edition__published_at__date__lte=day) & (
        Q(edition__ended_at__isnull=True) | Q(edition__ended_at__date__gt=day)
    )
    completions, completion_values = (
        Completion.objects.filter(
            voided_at__isnull=True, completed_on__lte=day, module_key__in=[module.key for module in modules]
        )
        .order_by()
        .annotate(live=Case(When(was_live, then=1), default=0, output_field=IntegerField()))
        .values("module_key", "person_id", "source", "live", "completed_on", "id")
        .query.sql_with_params()
    )
    found: dict[uuid.UUID, tuple[int, ...]] = {}
    with connection.cursor() as cursor:
        query = _QUERY.format(standing=standing, completions=completions, sources=_SOURCES)
        cursor.execute(query, [*standing_values, *completion_values])
        for module, *numbers in cursor:
            found[uuid.UUID(str(module))] = tuple(numbers)
    return [Evidence(module, *found.get(module.key, ())) for module in modules]
