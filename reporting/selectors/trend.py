"""How coverage went, month by month, in seven queries whatever the number of people, organisations and months.

A day of its own for each month would read all standing thirteen times. Here each row is read once and says how it
stands on each of the days; people are brought together once for all days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from courses.learning_again import to_be_learned_again
from organisations.models import Headcount, Membership, Organisation, PartnershipMembership
from organisations.querysets import human_of, named_on
from organisations.rules import Figure, Known, Place, everybody, together
from records.models import RequirementVersion, Standing
from records.rules.standing import EXPIRING_DAYS, SEVERITY, State
from reporting.filters import EVERYTHING, Chosen
from reporting.rules import EVERYBODY, Counts, known_people
from reporting.selectors.counting import counts_of
from reporting.selectors.delivery import Scope
from reporting.trend import Change, Changed, Month, Trend, month_ends

#: An organisation's days in the report: (organisation, first day, last day).
Run = tuple[int, date, date]


def trend_of(scope: Scope, last: date, chosen: Chosen = EVERYTHING) -> Trend:
    """A year of coverage up to a day, month by month, as known now, with what changed whom it counts."""
    days = month_ends(last)
    names, runs = _runs(scope, days, chosen)
    if not runs:
        return Trend(tuple(Month(day) for day in days))
    counted, asked = _required(runs, days, chosen)
    registered, moved = _registered(runs, days, chosen)
    known = _known(runs, days, chosen, registered)
    changes = _changes(runs, names, days, chosen)
    return Trend(
        tuple(
            Month(
                day=day,
                people=counted[number],
                everybody=known[number],
                organisations=sum(first <= day <= until for _pk, first, until in runs),
                newly_required=asked[number][0],
                no_longer_required=asked[number][1],
                joined=moved[number][0],
                left=moved[number][1],
                changes=tuple(changes[number]),
            )
            for number, day in enumerate(days)
        )
    )


def _runs(scope: Scope, days: Sequence[date], chosen: Chosen) -> tuple[dict[int, str], list[Run]]:
    """The organisations by name, and from when to when each belongs to the report: 2 queries."""
    held: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = PartnershipMembership.objects.filter(partnership__in=scope.partnership_ids, started_on__lte=days[-1])
    for pk, first, until in rows.values_list("organisation_id", "started_on", "ended_on"):
        held[pk].append((first, until or date.max))
    for pk in scope.organisation_ids:
        held[pk] = [(date.min, date.max)]
    found = named_on(Organisation.objects.filter(chosen.organisations, pk__in=held), days[-1]).order_by("pk")
    names: dict[int, str] = {}
    runs: list[Run] = []
    for pk, name, closed_on in found.values_list("pk", "name_then", "closed_on"):
        names[pk] = name
        for first, until in _merged(held[pk]):
            until = min(until, closed_on or date.max)
            if first <= until and until >= days[0]:
                runs.append((pk, first, until))
    return names, runs


def _merged(runs: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Days in several partnerships as one run, so that nobody is counted twice."""
    found: list[tuple[date, date]] = []
    for first, until in sorted(runs):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((first, until))
    return found


def _places(runs: Sequence[Run], days: Sequence[date]) -> tuple[str, list[Any]]:
    """The days and the runs as the beginning of a query."""
    columns = ", ".join(f"%s AS d{number}, %s AS s{number}" for number in range(len(days)))
    values: list[Any] = []
    for day in days:
        values += [day, day + timedelta(days=EXPIRING_DAYS)]
    # Ends that lie outside the days asked for say nothing; so the values stay within what every database knows.
    first, last = days[0], days[-1]
    rows = ", ".join(["(%s, %s, %s)"] * len(runs))
    for pk, begins, ends in runs:
        values += [pk, max(begins, first), min(ends, last)]
    return f"days AS (SELECT {columns}), places (organisation, first, last) AS (VALUES {rows})", values


def _required(runs: Sequence[Run], days: Sequence[date], chosen: Chosen) -> tuple[list[Counts], list[tuple[int, int]]]:
    """People by their worst state on each day, and how many are newly or no longer required: 1 query."""
    standing, standing_values = _sql(
        Standing.objects.filter(
            Q(required_to__isnull=True) | Q(required_to__gte=days[0]),
            chosen.standing,
            organisation__in={pk for pk, _first, _last in runs},
            required_from__lte=days[-1],
        )
        .order_by()
        .values_list(
            "organisation_id", "person_id", "required_from", "required_to", "due_on", "satisfied_from", "satisfied_to"
        )
    )
    begin, values = _places(runs, days)
    each = ", ".join(_worst_on(number) for number in range(len(days)))
    counts = ", ".join(
        [
            *(
                f"COUNT(*) FILTER (WHERE m{number} = {SEVERITY[state]})"
                for number in range(len(days))
                for state in State
            ),
            *_moves(len(days), "IS NOT NULL", "IS NULL"),
        ]
    )
    query = f"""WITH {begin},
    stood (organisation, person, required_from, required_to, due_on, satisfied_from, satisfied_to) AS ({standing}),
    people AS (SELECT person, {each} FROM stood JOIN places ON places.organisation = stood.organisation CROSS JOIN days
    GROUP BY person)
    SELECT {counts} FROM people"""  # noqa: S608 - nothing in it comes from outside
    numbers = _row(query, [*values, *standing_values])
    kinds = len(State)
    counted = [counts_of(numbers[kinds * number : kinds * (number + 1)]) for number in range(len(days))]
    return counted, _pairs(numbers[kinds * len(days) :])


def _worst_on(number: int) -> str:
    """How badly a person stands on one of the days; nothing where nothing is required. As `severity_on` says it."""
    day, soon = f"d{number}", f"s{number}"
    return f"""MAX(CASE
    WHEN required_from > {day} OR required_to < {day} OR first > {day} OR last < {day} THEN NULL
    WHEN satisfied_from <= {day} AND (satisfied_to IS NULL OR satisfied_to > {soon}) THEN {SEVERITY[State.CURRENT]}
    WHEN satisfied_from <= {day} AND satisfied_to >= {day} THEN {SEVERITY[State.EXPIRING]}
    WHEN due_on >= {day} THEN {SEVERITY[State.DUE]} ELSE {SEVERITY[State.OVERDUE]} END) AS m{number}"""


def _moves(length: int, there: str, gone: str) -> list[str]:
    """Who is there on a day and was not on the day before, and the other way round."""
    found = []
    for before, after in pairwise(range(length)):
        found.append(f"COUNT(*) FILTER (WHERE m{after} {there} AND m{before} {gone})")
        found.append(f"COUNT(*) FILTER (WHERE m{after} {gone} AND m{before} {there})")
    return found


def _pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Two numbers for each day; the first day has none before it."""
    return [(0, 0), *zip(numbers[::2], numbers[1::2], strict=True)]


@dataclass
class _There:
    """People registered in one organisation, by role and kind, on each day."""

    by_day: list[dict[tuple[int | None, str], int]] = field(default_factory=list)


def _registered(
    runs: Sequence[Run], days: Sequence[date], chosen: Chosen
) -> tuple[dict[int, _There], list[tuple[int, int]]]:
    """People registered on each day by organisation, role and kind, and who came and left: 1 query."""
    members, member_values = _sql(
        Membership.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=days[0]),
            chosen.memberships,
            organisation__in={pk for pk, _first, _last in runs},
            started_on__lte=days[-1],
        )
        .order_by()
        .annotate(human=human_of())
        .values_list("organisation_id", "role_id", "kind", "human", "started_on", "ended_on")
    )
    begin, values = _places(runs, days)
    each = ", ".join(
        f"MAX(CASE WHEN started_on > d{n} OR ended_on < d{n} OR first > d{n} OR last < d{n} THEN 0 ELSE 1 END) AS m{n}"
        for n in range(len(days))
    )
    again = ", ".join(f"MAX(m{number}) AS m{number}" for number in range(len(days)))
    sums = ", ".join(f"SUM(m{number})" for number in range(len(days)))
    moves = ", ".join(_moves(len(days), "= 1", "= 0"))
    # As many numbers as the others have, so that all of them are one answer.
    spare = "".join(", 0" for _number in range(2 * (len(days) - 1) - len(days)))
    none = "CAST(NULL AS bigint)"
    query = f"""WITH {begin}, works (organisation, job, kind, person, started_on, ended_on) AS ({members}),
    by_job AS (SELECT works.organisation, job, kind, person, {each}
        FROM works JOIN places ON places.organisation = works.organisation CROSS JOIN days
        GROUP BY works.organisation, job, kind, person),
    by_kind AS (SELECT organisation, kind, person, {again} FROM by_job GROUP BY organisation, kind, person),
    by_place AS (SELECT organisation, person, {again} FROM by_kind GROUP BY organisation, person),
    people AS (SELECT person, {again} FROM by_place GROUP BY person)
    SELECT organisation, job, kind, {sums}{spare} FROM by_job GROUP BY organisation, job, kind
    UNION ALL SELECT organisation, {none}, kind, {sums}{spare} FROM by_kind GROUP BY organisation, kind
    UNION ALL SELECT organisation, {none}, '', {sums}{spare} FROM by_place GROUP BY organisation
    UNION ALL SELECT {none}, {none}, '', {moves} FROM people"""  # noqa: S608 - nothing in it comes from outside
    found: dict[int, _There] = defaultdict(lambda: _There([{} for _day in days]))
    moved: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, *member_values])
        for organisation, role, kind, *numbers in cursor:
            if organisation is None:
                moved = _pairs(numbers)
                continue
            for by_key, people in zip(found[organisation].by_day, numbers, strict=False):
                by_key[role, kind] = people
    return found, moved


def _known(runs: Sequence[Run], days: Sequence[date], chosen: Chosen, registered: dict[int, _There]) -> list[Known]:
    """Everybody there is on each day, by the headcounts known up to it: 1 query."""
    figures: dict[int, list[tuple[date, tuple[int | None, str], Figure]]] = defaultdict(list)
    if not chosen.is_by_unit:
        rows = Headcount.objects.filter(
            organisation__in={pk for pk, _first, _last in runs}, counted_on__lte=days[-1]
        ).order_by("counted_on", "pk")
        for pk, role, kind, people, day in rows.values_list(
            "organisation_id", "role_id", "kind", "people", "counted_on"
        ):
            figures[pk].append((day, (role, kind), Figure(people, day)))
    found = []
    for number, day in enumerate(days):
        parts = []
        for pk, first, until in runs:
            if first <= day <= until:
                newest = {key: figure for counted_on, key, figure in figures[pk] if counted_on <= day}
                there = registered[pk].by_day[number] if pk in registered else {}
                place = Place(newest, there)
                parts.append(everybody(place) if chosen.whom == EVERYBODY else known_people([chosen.whom], place))
        found.append(together(parts))
    return found


def _changes(runs: Sequence[Run], names: dict[int, str], days: Sequence[date], chosen: Chosen) -> list[list[Change]]:
    """What else changed whom the numbers are about, month by month: 2 queries."""
    found: list[list[Change]] = [[] for _day in days]
    first, last = days[0], days[-1]

    def note(day: date, changed: Changed, about: str) -> None:
        if first < day <= last:
            found[next(number for number, end in enumerate(days) if day <= end)].append(Change(day, changed, about))

    for pk, begins, ends in runs:
        note(begins, Changed.CAME, names[pk])
        if ends < last:
            note(ends + timedelta(days=1), Changed.WENT, names[pk])
    rows = RequirementVersion.objects.filter(
        chosen.versions,
        Q(requirement__organisation__in=names)
        | Q(requirement__partnership__organisation_memberships__organisation__in=names),
        effective_from__lte=last,
    )
    columns = ("requirement_id", "number", "effective_from", "effective_to", "requirement__module_title")
    versions = sorted(set(rows.values_list(*columns)))
    again = to_be_learned_again().filter(module_key__in=rows.order_by().values("requirement__module_key"))
    for title, day in again.filter(refresh_on__lte=last).values_list("title", "refresh_on"):
        if day:
            note(day + timedelta(days=1), Changed.AGAIN, title)
    for number, (requirement, version, begins, ends, title) in enumerate(versions):
        note(begins, Changed.BEGAN if version == 1 else Changed.CHANGED, title)
        follows = number + 1 < len(versions) and versions[number + 1][0] == requirement
        if ends and not follows:
            note(ends + timedelta(days=1), Changed.ENDED, title)
    for changes in found:
        changes.sort(key=lambda change: (change.day, change.changed, change.about))
    return found


def _sql(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    return rows.query.sql_with_params()


def _row(query: str, values: Sequence[Any]) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()
