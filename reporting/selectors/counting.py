"""Everything that a coverage table counts from people: each person once, by the worst of their states.

Bringing the rows of each person together for each organisation and module costs many times what reading them does, and
nearly everybody has one place and, in it, one row for a module. So the rows of each member are put together as one
number, members who stand alike are counted together, and only those rows are brought together by person that may be of
somebody who was counted already.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from organisations.bulk import Among, AmongMany, Slot
from organisations.models import Away, Membership, User
from organisations.prepared import Composed, GivenDay, composed
from organisations.querysets import human_of
from records.models import Standing, Waiver
from records.rules.standing import EXPIRING_DAYS, SEVERITY, State
from records.selectors.standing import standing_on
from reporting.filters import Chosen
from reporting.rules import Counts
from reporting.selectors.packing import Packing, Unit, Version, unpacked

#: The day of queries that are put together once for each choice: to say them costs more than to answer them.
DAY = GivenDay()


class Doubt(NamedTuple):
    """Who may be counted twice: people with several places or entries, and what is required twice somewhere."""

    people: Collection[int] = ()
    organisations: Collection[int] = ()
    modules: Collection[uuid.UUID] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether nothing is required twice anywhere."""
        return not self.organisations


def in_doubt(people: Slot, places: Slot, modules: Slot, *, is_of_people: bool) -> Q:
    """Standing that may be counted twice; of people alone it is found by their index, without reading every row."""
    by_person = Q(Among("person_id", people))
    if is_of_people:
        return by_person
    return by_person | (Q(Among("organisation_id", places)) & Q(Among("module_key", modules)))


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
    doubt: Doubt = field(default_factory=Doubt)


def late_on(day: date | GivenDay) -> Q:
    """Standing that is not current on the day."""
    return Q(satisfied_from__isnull=True) | Q(satisfied_from__gt=day) | Q(satisfied_to__lt=day)


def current_on(day: date | GivenDay) -> Q:
    """Standing that is current on the day."""
    return Q(satisfied_from__lte=day) & (Q(satisfied_to__isnull=True) | Q(satisfied_to__gte=day))


def severity_on(day: date | GivenDay) -> Case:
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


_NO_MODULE, _NO_NUMBER = "CAST(NULL AS uuid)", "CAST(NULL AS bigint)"
_STOOD, _MEMBER, _WORKS, _TWICE, _AWAY, _WAIVED = range(6)
_QUERY = f"""WITH stood (organisation, membership, worst, {{names}}) AS NOT MATERIALIZED ({{standing}}),
members (organisation, {{names}}) AS (SELECT MIN(organisation), {{packed}} FROM stood GROUP BY membership),
alike (organisation, {{names}}, people) AS (SELECT organisation, {{names}}, COUNT(*) FROM members
    GROUP BY organisation, {{names}}),
apart (organisation, {{names}}, people, place, worst) AS (SELECT * FROM ({{places}}) AS every WHERE worst >= 0),
works (organisation, job, kind, person) AS NOT MATERIALIZED ({{memberships}}),
away (organisation, person) AS ({{away}}),
waived (organisation, person) AS ({{waived}})
SELECT {_STOOD}, organisation, place, '', {{states}} FROM apart GROUP BY organisation, place
UNION ALL SELECT {_MEMBER}, {_NO_NUMBER}, {_NO_NUMBER}, '', {{states}}
    FROM (SELECT MAX(people) AS people, MAX(worst) AS worst FROM apart GROUP BY organisation, {{names}}) AS each
UNION ALL SELECT {_WORKS}, organisation, job, kind, COUNT(*), 0, 0, 0 FROM works GROUP BY organisation, job, kind
UNION ALL SELECT {_TWICE}, {_NO_NUMBER}, {_NO_NUMBER}, '', person, person, 0, 0
    FROM works GROUP BY person HAVING COUNT(*) > 1
UNION ALL SELECT {_TWICE}, {_NO_NUMBER}, {_NO_NUMBER}, '', person, entry.merged_into_id, 0, 0
    FROM works JOIN {User._meta.db_table} AS entry ON entry.id = works.person WHERE entry.merged_into_id IS NOT NULL
UNION ALL SELECT {_AWAY}, organisation, {_NO_NUMBER}, '', COUNT(DISTINCT person), 0, 0, 0
    FROM away GROUP BY organisation
UNION ALL SELECT {_WAIVED}, organisation, {_NO_NUMBER}, '', COUNT(DISTINCT person), 0, 0, 0
    FROM waived GROUP BY organisation
"""  # noqa: S608 - nothing in it comes from outside
#: People in each state, the best first.
_STATES = ", ".join(
    f"CAST(COALESCE(SUM(people) FILTER (WHERE worst = {SEVERITY[state]}), 0) AS bigint)" for state in State
)

_ROWS, _IN_PLACE, _IN_MODULE, _MEMBERS, _PEOPLE, _IN_ROLE, _IN_KIND = range(7)
#: Of those who may have been counted twice: what was counted, what counts, and how many were counted too many.
_AGAIN = f"""WITH stood (organisation, module, membership, person, worst) AS ({{standing}}),
in_place AS (
    SELECT organisation, module, person, MAX(worst) AS worst FROM stood GROUP BY organisation, module, person
),
in_module AS (SELECT module, person, MAX(worst) AS worst FROM in_place GROUP BY module, person),
members AS (SELECT MAX(worst) AS worst FROM stood GROUP BY membership),
people AS (SELECT MAX(worst) AS worst FROM in_module GROUP BY person),
held (organisation, job, kind, entry) AS ({{memberships}}),
merged (entry, person) AS ({{merged}}),
works AS (
    SELECT organisation, job, kind, COALESCE(merged.person, held.entry) AS person
    FROM held LEFT JOIN merged ON merged.entry = held.entry
)
SELECT {_ROWS}, organisation, module, {_NO_NUMBER}, '', worst, COUNT(*) FROM stood GROUP BY organisation, module, worst
UNION ALL SELECT {_IN_PLACE}, organisation, module, {_NO_NUMBER}, '', worst, COUNT(*)
    FROM in_place GROUP BY organisation, module, worst
UNION ALL SELECT {_IN_MODULE}, {_NO_NUMBER}, module, {_NO_NUMBER}, '', worst, COUNT(*)
    FROM in_module GROUP BY module, worst
UNION ALL SELECT {_MEMBERS}, {_NO_NUMBER}, {_NO_MODULE}, {_NO_NUMBER}, '', worst, COUNT(*) FROM members GROUP BY worst
UNION ALL SELECT {_PEOPLE}, {_NO_NUMBER}, {_NO_MODULE}, {_NO_NUMBER}, '', worst, COUNT(*) FROM people GROUP BY worst
UNION ALL SELECT {_IN_ROLE}, organisation, {_NO_MODULE}, job, kind, 0, COUNT(*) - COUNT(DISTINCT person)
    FROM works GROUP BY organisation, job, kind
UNION ALL SELECT {_IN_KIND}, organisation, {_NO_MODULE}, {_NO_NUMBER}, kind, 0, COUNT(*) - COUNT(DISTINCT person)
    FROM works GROUP BY organisation, kind
UNION ALL SELECT {_IN_KIND}, organisation, {_NO_MODULE}, {_NO_NUMBER}, '', 0, COUNT(*) - COUNT(DISTINCT person)
    FROM works GROUP BY organisation
"""  # noqa: S608 - nothing in it comes from outside


@dataclass
class _Sums:
    """Numbers while they are put together; people in each state, the best first."""

    standing: defaultdict[tuple[int | None, uuid.UUID | None], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * len(State))
    )
    registered: defaultdict[int, defaultdict[tuple[int | None, str], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    away: dict[int, int] = field(default_factory=dict)
    waived: dict[int, int] = field(default_factory=dict)
    #: Who has several places or several entries.
    people: set[int] = field(default_factory=set)
    #: Organisations and modules that have standing under more than one version.
    cells: set[tuple[int, uuid.UUID]] = field(default_factory=set)

    @property
    def doubt(self) -> Doubt:
        """What may have been counted twice."""
        return Doubt(self.people, {place for place, _module in self.cells}, {module for _place, module in self.cells})


def counted_on(organisation_ids: Sequence[int], day: date, chosen: Chosen, versions: Iterable[Version]) -> Counted:
    """The numbers of these organisations on the day, of what these versions require: one query, none where there is no
    organisation, and a second one where somebody has two places or entries, or a module is required twice. Between the
    two others may write: what is kept is counted in a transaction that reads as of one moment.
    """
    if not organisation_ids:
        return Counted()
    packing = Packing.of(versions)
    sums = _summed(organisation_ids, day, chosen, packing)
    if sums.people or sums.cells:
        _count_again(sums, organisation_ids, day, chosen, packing)
    return Counted(
        {key: counts_of(states) for key, states in sums.standing.items() if any(states)},
        sums.registered,  # type: ignore[arg-type]
        sums.away,
        sums.waived,
        sums.doubt,
    )


def _summed(organisation_ids: Sequence[int], day: date, chosen: Chosen, packing: Packing) -> _Sums:
    """Every member once: all numbers as they are where nobody has two places and nothing is required twice."""
    sums = _Sums()
    rows = _all_rows(connection.vendor, chosen.alone, packing.numbers).rows(day, organisation_ids, *packing.lists)
    for what, organisation, key, kind, *numbers in rows:
        if what == _STOOD:
            module = packing.module_at(organisation, key)
            cell = organisation, module
            everywhere = sums.standing[None, module]
            for state, people in enumerate(numbers):
                everywhere[state] += people
            if cell in sums.standing:
                sums.cells.add(cell)
                numbers = [sum(pair) for pair in zip(sums.standing[cell], numbers, strict=True)]
            sums.standing[cell] = numbers
        elif what == _MEMBER:
            sums.standing[None, None] = numbers
        elif what == _WORKS:
            there = sums.registered[organisation]
            for group in ((key, kind), (None, kind), (None, "")):
                there[group] += numbers[0]
        elif what == _TWICE:
            sums.people.update(numbers[:2])
        else:
            (sums.away if what == _AWAY else sums.waived)[organisation] = numbers[0]
    return sums


def _count_again(sums: _Sums, organisation_ids: Sequence[int], day: date, chosen: Chosen, packing: Packing) -> None:
    """Puts right what counts somebody twice."""
    query = _rows_again(connection.vendor, chosen.alone, is_of_people=sums.doubt.is_of_people)
    rows = with_keys(query.rows(day, organisation_ids, *sums.doubt, packing.place_of), 2)
    for what, organisation, module, role, kind, worst, people in rows:
        if what == _ROWS:
            sums.standing[organisation, module][worst] -= people
            sums.standing[None, module][worst] -= people
        elif what in (_IN_PLACE, _IN_MODULE, _PEOPLE):
            sums.standing[organisation, module][worst] += people
        elif what == _MEMBERS:
            sums.standing[None, None][worst] -= people
        else:
            key = (role, kind) if what == _IN_ROLE else (None, kind)
            sums.registered[organisation][key] -= people


@lru_cache(maxsize=64)
def _all_rows(vendor: str, chosen: Chosen, numbers: int) -> Composed:
    names = [f"packed_{number}" for number in range(numbers)]
    # A version stands once for a member on a day, so that to add is to put together; adding is what SQLite can.
    put = "BIT_OR" if vendor == "postgresql" else "SUM"
    query = (
        _QUERY.replace("{packed}", ", ".join(f"{put}((worst + 1) * {name})" for name in names))
        .replace("{places}", " UNION ALL ".join(unpacked("alike", name, number) for number, name in enumerate(names)))
        .replace("{names}", ", ".join(names))
        .replace("{states}", _STATES)
    )
    memberships = memberships_of(Slot(0), DAY, chosen)
    human = memberships.annotate(human=human_of())
    units = {name: Unit("requirement_version_id", first=Slot(1), units=Slot(2 + n)) for n, name in enumerate(names)}
    standing = standing_of(Slot(0), DAY, chosen).annotate(worst=severity_on(DAY), **units)
    return composed(
        query,
        standing=standing.values_list("organisation_id", "membership_id", "worst", *names),
        memberships=memberships.values_list("organisation_id", "role_id", "kind", "person_id"),
        away=human.filter(has_any(Away.objects.active_on(DAY))).values_list("organisation_id", "human"),
        waived=human.filter(has_any(Waiver.objects.active_on(DAY))).values_list("organisation_id", "human"),
    )


@lru_cache(maxsize=64)
def _rows_again(_vendor: str, chosen: Chosen, *, is_of_people: bool) -> Composed:
    people = Slot(1)
    doubtful = in_doubt(people, Slot(2), Slot(3), is_of_people=is_of_people)
    # Nearly all there is stands under these versions: the database is kept from looking that up in an index.
    is_asked = Q(Among(F("requirement_version_id") + 0, Slot(4)))
    standing = standing_of(Slot(0), DAY, chosen).filter(is_asked, doubtful)
    memberships = memberships_of(Slot(0), DAY, chosen).filter(Among("person_id", people))
    return composed(
        _AGAIN,
        standing=standing.annotate(worst=severity_on(DAY)).values_list(
            "organisation_id", "module_key", "membership_id", "person_id", "worst"
        ),
        memberships=memberships.values_list("organisation_id", "role_id", "kind", "person_id"),
        merged=User._base_manager.filter(Among("pk", people), merged_into__isnull=False)
        .order_by()
        .values_list("pk", "merged_into_id"),
    )


def memberships_of(
    organisation_ids: Sequence[int] | Slot, day: date | GivenDay, chosen: Chosen
) -> QuerySet[Membership, Any]:
    """The memberships of these organisations that hold on the day, of what was chosen."""
    places = AmongMany("organisation_id", organisation_ids)
    return Membership.objects.active_on(day).filter(places, chosen.memberships).order_by()


def with_keys(rows: list[tuple[Any, ...]], place: int) -> list[tuple[Any, ...]]:
    """The rows with a module's key in this place as such: SQLite keeps it as its signs."""
    if connection.vendor == "postgresql":
        return rows
    keys = {row[place]: uuid.UUID(row[place]) for row in rows if row[place]}
    return [(*row[:place], keys.get(row[place]), *row[place + 1 :]) for row in rows]


def standing_of(organisation_ids: Sequence[int] | Slot, day: date | GivenDay, chosen: Chosen) -> QuerySet[Standing]:
    """The standing of these organisations that holds on the day, of what was chosen."""
    places = AmongMany("organisation_id", organisation_ids)
    return Standing.objects.filter(standing_on(day), places, chosen.standing).order_by()


def has_any(rows: QuerySet) -> Exists:
    """Whether a row is about the membership."""
    return Exists(rows.filter(membership=OuterRef("pk")))
