"""Everything that a coverage table counts from people, in one query: each person once, by the worst of their states.

Counting distinct people per column would sort every row once for each number. Here each row is read once, people are
brought together once for each grouping, and each grouping starts from the smaller one before.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from organisations.models import Away, Membership
from records.models import Standing, Waiver
from records.rules.standing import EXPIRING_DAYS, SEVERITY, State
from records.selectors.standing import standing_on
from reporting.filters import Chosen
from reporting.rules import Counts


@dataclass(frozen=True)
class Counted:
    """Numbers of people by what they are numbers of."""

    #: By organisation and module; None stands for all of them.
    standing: dict[tuple[int | None, uuid.UUID | None], Counts] = field(default_factory=dict)
    #: By organisation, then by role and kind; (None, kind) and (None, "") are distinct people of all roles.
    registered: defaultdict[int, dict[tuple[int | None, str], int]] = field(default_factory=lambda: defaultdict(dict))
    away: dict[int, int] = field(default_factory=dict)
    #: People of whom a module is waived.
    waived: dict[int, int] = field(default_factory=dict)


def late_on(day: date) -> Q:
    """Standing that is not current on the day."""
    return Q(satisfied_from__isnull=True) | Q(satisfied_from__gt=day) | Q(satisfied_to__lt=day)


def severity_on(day: date) -> Case:
    """How badly a row of standing stands on a day of its stretch, as a number: see records.rules.standing."""
    late, soon = late_on(day), Q(satisfied_to__lte=day + timedelta(days=EXPIRING_DAYS))
    return Case(
        When(late & Q(due_on__lt=day), then=Value(SEVERITY[State.OVERDUE])),
        When(late, then=Value(SEVERITY[State.DUE])),
        When(soon, then=Value(SEVERITY[State.EXPIRING])),
        default=Value(SEVERITY[State.CURRENT]),
        output_field=IntegerField(),
    )


def counts_of(states: Sequence[int]) -> Counts:
    """People in each state, the best first, as counts."""
    current, expiring, due, overdue = states
    return Counts(required=sum(states), current=current + expiring, expiring=expiring, due=due, overdue=overdue)


#: People in each state of a grouping, the best first.
STATE_COUNTS = ", ".join(f"COUNT(*) FILTER (WHERE worst = {SEVERITY[state]})" for state in State)
_NO_STATES = ", ".join("0" for _state in State)
_NO_MODULE, _NO_NUMBER = "CAST(NULL AS uuid)", "CAST(NULL AS bigint)"
_QUERY = f"""WITH stood (organisation, module, person, worst) AS ({{standing}}),
stood_module AS (SELECT module, person, MAX(worst) AS worst FROM stood GROUP BY module, person),
stood_person AS (SELECT person, MAX(worst) AS worst FROM stood_module GROUP BY person),
works (organisation, job, kind, person, away, waived) AS ({{memberships}}),
works_kind AS (
    SELECT organisation, kind, person, MAX(away) AS away, MAX(waived) AS waived
    FROM works GROUP BY organisation, kind, person
),
works_there AS (
    SELECT organisation, person, MAX(away) AS away, MAX(waived) AS waived FROM works_kind GROUP BY organisation, person
)
SELECT 1, organisation, module, {_NO_NUMBER}, '', COUNT(*), 0, 0, {STATE_COUNTS}
    FROM stood GROUP BY organisation, module
UNION ALL SELECT 1, {_NO_NUMBER}, module, {_NO_NUMBER}, '', COUNT(*), 0, 0, {STATE_COUNTS}
    FROM stood_module GROUP BY module
UNION ALL SELECT 1, {_NO_NUMBER}, {_NO_MODULE}, {_NO_NUMBER}, '', COUNT(*), 0, 0, {STATE_COUNTS} FROM stood_person
UNION ALL SELECT 0, organisation, {_NO_MODULE}, job, kind, COUNT(*), 0, 0, {_NO_STATES}
    FROM works GROUP BY organisation, job, kind
UNION ALL SELECT 0, organisation, {_NO_MODULE}, {_NO_NUMBER}, kind, COUNT(*), 0, 0, {_NO_STATES}
    FROM works_kind GROUP BY organisation, kind
UNION ALL SELECT 0, organisation, {_NO_MODULE}, {_NO_NUMBER}, '', COUNT(*),
    COALESCE(SUM(away), 0), COALESCE(SUM(waived), 0), {_NO_STATES} FROM works_there GROUP BY organisation
"""  # noqa: S608 - nothing in it comes from outside


def counted_on(organisation_ids: Sequence[int], day: date, chosen: Chosen) -> Counted:
    """The numbers of these organisations on the day: one query, none where there is no organisation."""
    counted = Counted()
    if not organisation_ids:
        return counted
    standing, standing_values = _sql(
        standing_of(organisation_ids, day, chosen)
        .values("organisation_id", "module_key", "person_id")
        .annotate(worst=Max(severity_on(day)))
    )
    memberships, membership_values = _sql(
        Membership.objects.active_on(day)
        .filter(chosen.memberships, organisation__in=organisation_ids)
        .order_by()
        .annotate(human=Coalesce("person__merged_into_id", "person_id"))
        .values("organisation_id", "role_id", "kind", "human")
        .annotate(
            of_them_away=_any(Away.objects.active_on(day)),
            of_them_waived=_any(Waiver.objects.active_on(day)),
        )
    )
    with connection.cursor() as cursor:
        # Both parts are put together by Django, and what was asked for goes in as values.
        query = _QUERY.format(standing=standing, memberships=memberships)
        cursor.execute(query, [*standing_values, *membership_values])
        for is_standing, organisation, module, role, kind, people, away, waived, *states in cursor:
            if is_standing:
                key = uuid.UUID(str(module)) if module else None
                counted.standing[organisation, key] = counts_of(states)
            else:
                counted.registered[organisation][role, kind] = people
                if role is None and not kind:
                    counted.away[organisation], counted.waived[organisation] = away, waived
    return counted


def standing_of(organisation_ids: Sequence[int], day: date, chosen: Chosen) -> QuerySet[Standing]:
    """The standing of these organisations that holds on the day, of what was chosen."""
    return Standing.objects.filter(standing_on(day), chosen.standing, organisation__in=organisation_ids).order_by()


def _any(rows: QuerySet) -> Max:
    """1 where a row is about one of the memberships, else 0."""
    is_there = When(Exists(rows.filter(membership=OuterRef("pk"))), then=1)
    return Max(Case(is_there, default=0, output_field=IntegerField()))


def _sql(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    """A query set as text and values, its columns in the order in which they were named."""
    return rows.query.sql_with_params()
