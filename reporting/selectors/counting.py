"""Everything that a coverage table counts from people: each person once, by the worst of their states.

Bringing the rows of each person together for each organisation and module costs many times what reading them does, and
nearly everybody has one place and, in it, one row for a module. So rows that are alike are counted together as they
are, and only those rows are brought together by person that may be of somebody who was counted already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import add, sub
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When

from courses.models import Edition
from organisations.bulk import Among, AmongMany, Slot
from organisations.models import Away, Membership, User
from organisations.prepared import Composed, GivenDay, composed
from organisations.querysets import human_of
from records.models import Completion, Requirement, RequirementVersion, Standing, Waiver
from records.rules.standing import EXPIRING_DAYS, SEVERITY, State
from records.selectors.standing import standing_on
from reporting.filters import Chosen
from reporting.rules import Counts

Source = Completion.Source
#: The day of queries that are put together once for each choice: to say them costs more than to answer them.
DAY = GivenDay()
#: Numbers beside those in each state: current people by what they have shown, by its name in tables.Evidence.
LIVE = "on_live_edition"
SHOWN = (LIVE, *Source.values)
#: Numbers of a cell.
NUMBERS = len(State) + len(SHOWN)


class Doubt(NamedTuple):
    """Who may be counted twice: people with several places or entries, and what is required twice somewhere."""

    people: Collection[int] = ()
    organisations: Collection[int] = ()
    versions: Collection[int] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether nothing is required twice anywhere."""
        return not self.organisations


def in_doubt(people: Slot, places: Slot, versions: Slot, *, is_of_people: bool) -> Q:
    """Standing that may be counted twice; of people alone it is found by their index, without reading every row."""
    by_person = Q(Among("person_id", people))
    if is_of_people:
        return by_person
    return by_person | (Q(Among("organisation_id", places)) & Q(Among("requirement_version_id", versions)))


def late_on(day: date | GivenDay) -> Q:
    """Standing that is not current on the day."""
    return Q(satisfied_from__isnull=True) | Q(satisfied_from__gt=day) | Q(satisfied_to__lt=day)


def current_on(day: date | GivenDay) -> Q:
    """Standing that is current on the day."""
    return Q(satisfied_from__lte=day) & (Q(satisfied_to__isnull=True) | Q(satisfied_to__gte=day))


def severity_on(day: date | GivenDay) -> Case:
    """How badly a row of standing stands on a day of its stretch, as a number: see records.rules.standing."""
    # The better states first, as most rows have them: it is asked of each row.
    begun, lasts = Q(satisfied_from__lte=day), day + timedelta(days=EXPIRING_DAYS)
    return Case(
        When(begun & (Q(satisfied_to__isnull=True) | Q(satisfied_to__gt=lasts)), then=Value(SEVERITY[State.CURRENT])),
        When(begun & Q(satisfied_to__gte=day), then=Value(SEVERITY[State.EXPIRING])),
        When(due_on__gte=day, then=Value(SEVERITY[State.DUE])),
        default=Value(SEVERITY[State.OVERDUE]),
        output_field=IntegerField(),
    )


def counts_of(states: Sequence[int]) -> Counts:
    """People in each state, the best first, as counts."""
    current, expiring, due, overdue = states
    return Counts(required=sum(states), current=current + expiring, expiring=expiring, due=due, overdue=overdue)


@dataclass
class Counted:
    """Numbers of people by what they are numbers of.

    People in a cell are a list of numbers, as there are thousands of cells: those in each state, the best first, then
    those of `SHOWN`.
    """

    #: By organisation, None for all of them together, and by the module's place in the table.
    standing: defaultdict[int | None, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    #: People in each state, by the worst of all that is required of them.
    people: list[int] = field(default_factory=lambda: [0] * len(State))
    #: By organisation, then by role and kind; (None, kind) and (None, "") are distinct people of all roles.
    registered: defaultdict[int, defaultdict[tuple[int | None, str], int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    away: dict[int, int] = field(default_factory=dict)
    #: People of whom a module is waived.
    waived: dict[int, int] = field(default_factory=dict)
    doubt: Doubt = field(default_factory=Doubt)

    def add(self, organisation: int | None, module: int, numbers: Sequence[int]) -> None:
        """More people in a cell, or fewer where the numbers are below 0."""
        cells = self.standing[organisation]
        cells[module] = [*map(add, cells[module], numbers)] if module in cells else [*numbers]

    @property
    def is_all_shown(self) -> bool:
        """Whether it is known of everybody who is current what they have shown."""
        return all(
            current + expiring == sum(shown)
            for cells in self.standing.values()
            for current, expiring, _due, _overdue, _live, *shown in cells.values()
        )


def _sums(conditions: Sequence[str]) -> str:
    """How many of the people for whom each of these holds."""
    return ", ".join(f"CAST(COALESCE(SUM(people) FILTER (WHERE {each}), 0) AS bigint)" for each in conditions)


IS_CURRENT = f"worst <= {SEVERITY[State.EXPIRING]}"
_STATES = _sums([f"worst = {SEVERITY[state]}" for state in State])


def shown_sums(condition: str = "TRUE") -> str:
    """Columns of `SHOWN`, of the people for whom this holds."""
    return _sums(
        [f"{condition} AND edition >= live.number", *(f"{condition} AND source = '{each}'" for each in Source)]
    )


_NUMBERS = f"{_STATES}, {shown_sums(IS_CURRENT)}"
#: The edition of each version's module that was live on the day.
LIVE_BY_VERSION = f"""live_module (module, number) AS ({{live}}),
live (version, number) AS (
    SELECT version.id, live_module.number FROM {RequirementVersion._meta.db_table} AS version
    JOIN {Requirement._meta.db_table} AS requirement ON requirement.id = version.requirement_id
    JOIN live_module ON live_module.module = requirement.module_key
)"""  # noqa: S608 - nothing in it comes from outside
_NO_NUMBER = "CAST(NULL AS bigint)"
_NOTHING_SHOWN = ", ".join("0" for _each in SHOWN)
_NOTHING_MORE = ", ".join("0" for _each in range(NUMBERS - 1))
_STOOD, _MEMBERS, _WORKS, _TWICE, _AWAY, _WAIVED = range(6)
_QUERY = f"""WITH {LIVE_BY_VERSION},
stood (organisation, version, worst, source, edition, people) AS ({{standing}}),
member (membership, worst) AS ({{members}}),
members (worst, people) AS (SELECT worst, COUNT(*) FROM member GROUP BY worst),
works (organisation, job, kind, person) AS NOT MATERIALIZED ({{memberships}}),
away (organisation, person) AS ({{away}}),
waived (organisation, person) AS ({{waived}})
SELECT {_STOOD}, organisation, stood.version, '', {_NUMBERS}
    FROM stood LEFT JOIN live ON live.version = stood.version GROUP BY organisation, stood.version
UNION ALL SELECT {_STOOD}, {_NO_NUMBER}, stood.version, '', {_NUMBERS}
    FROM stood LEFT JOIN live ON live.version = stood.version GROUP BY stood.version
UNION ALL SELECT {_MEMBERS}, {_NO_NUMBER}, {_NO_NUMBER}, '', {_STATES}, {_NOTHING_SHOWN} FROM members
UNION ALL SELECT {_WORKS}, organisation, job, kind, COUNT(*), {_NOTHING_MORE}
    FROM works GROUP BY organisation, job, kind
UNION ALL SELECT {_TWICE}, {_NO_NUMBER}, person, '', person, {_NOTHING_MORE}
    FROM works GROUP BY person HAVING COUNT(*) > 1
UNION ALL SELECT {_TWICE}, {_NO_NUMBER}, person, '', entry.merged_into_id, {_NOTHING_MORE}
    FROM works JOIN {User._meta.db_table} AS entry ON entry.id = works.person WHERE entry.merged_into_id IS NOT NULL
UNION ALL SELECT {_AWAY}, organisation, {_NO_NUMBER}, '', COUNT(DISTINCT person), {_NOTHING_MORE}
    FROM away GROUP BY organisation
UNION ALL SELECT {_WAIVED}, organisation, {_NO_NUMBER}, '', COUNT(DISTINCT person), {_NOTHING_MORE}
    FROM waived GROUP BY organisation
"""  # noqa: S608 - nothing in it comes from outside

_ROWS, _IN_PLACE, _IN_MODULE, _EACH, _PEOPLE, _IN_ROLE, _IN_KIND = range(7)
#: Of those who may have been counted twice: what was counted, what counts, and how many were counted too many.
_AGAIN = f"""WITH {LIVE_BY_VERSION},
stood (organisation, module, version, membership, person, worst, source, edition) AS ({{standing}}),
in_place (organisation, module, version, person, worst, source, edition) AS (
    SELECT organisation, module, MIN(version), person, MAX(worst), MAX(source), MAX(edition)
    FROM stood GROUP BY organisation, module, person
),
in_module (version, person, worst, source, edition) AS (
    SELECT MIN(version), person, MAX(worst), MAX(source), MAX(edition) FROM in_place GROUP BY module, person
),
counted (what, organisation, version, worst, source, edition) AS (
    SELECT {_ROWS}, organisation, version, worst, source, edition FROM stood
    UNION ALL SELECT {_IN_PLACE}, organisation, version, worst, source, edition FROM in_place
    UNION ALL SELECT {_IN_MODULE}, {_NO_NUMBER}, version, worst, source, edition FROM in_module
    UNION ALL SELECT {_EACH}, {_NO_NUMBER}, {_NO_NUMBER}, MAX(worst), NULL, NULL FROM stood GROUP BY membership
    UNION ALL SELECT {_PEOPLE}, {_NO_NUMBER}, {_NO_NUMBER}, MAX(worst), NULL, NULL FROM in_module GROUP BY person
),
alike (what, organisation, version, worst, source, edition, people) AS (
    SELECT what, organisation, version, worst, source, edition, COUNT(*) FROM counted GROUP BY 1, 2, 3, 4, 5, 6
),
held (organisation, job, kind, entry) AS ({{memberships}}),
merged (entry, person) AS ({{merged}}),
works (organisation, job, kind, person) AS (
    SELECT organisation, job, kind, COALESCE(merged.person, held.entry)
    FROM held LEFT JOIN merged ON merged.entry = held.entry
)
SELECT what, organisation, alike.version, '', {_NUMBERS}
    FROM alike LEFT JOIN live ON live.version = alike.version GROUP BY what, organisation, alike.version
UNION ALL SELECT {_IN_ROLE}, organisation, job, kind, COUNT(*) - COUNT(DISTINCT person), {_NOTHING_MORE}
    FROM works GROUP BY organisation, job, kind
UNION ALL SELECT {_IN_KIND}, organisation, {_NO_NUMBER}, kind, COUNT(*) - COUNT(DISTINCT person), {_NOTHING_MORE}
    FROM works GROUP BY organisation, kind
UNION ALL SELECT {_IN_KIND}, organisation, {_NO_NUMBER}, '', COUNT(*) - COUNT(DISTINCT person), {_NOTHING_MORE}
    FROM works GROUP BY organisation
"""  # noqa: S608 - nothing in it comes from outside


def counted_on(organisation_ids: Sequence[int], day: date, chosen: Chosen, module_of: Mapping[int, int]) -> Counted:
    """The numbers of these organisations on the day; `module_of` says for each version of a requirement where its
    module stands in the table.

    One query, none where there is no organisation, and a second one where somebody has two places or entries, or a
    module is required twice. Between the two others may write: what is kept is counted in a transaction that reads as
    of one moment.
    """
    found = Counted()
    if organisation_ids:
        found.doubt = _count_rows(found, organisation_ids, day, chosen, module_of)
        if found.doubt.people or found.doubt.organisations:
            _count_again(found, organisation_ids, day, chosen, module_of)
    return found


def _count_rows(
    found: Counted, organisation_ids: Sequence[int], day: date, chosen: Chosen, module_of: Mapping[int, int]
) -> Doubt:
    """Counts every row once: all numbers as they are where nobody has two places and nothing is required twice.

    Says who may not be so.
    """
    people: set[int] = set()
    twice: set[tuple[int, int]] = set()
    rows = _all_rows(connection.vendor, chosen.alone).rows(day, organisation_ids)
    for what, organisation, key, kind, *numbers in rows:
        if what == _STOOD:
            # What began to be required since the requirements were read is left out, as it was not when they were.
            if (module := module_of.get(key)) is None:
                continue
            if organisation is not None and module in found.standing[organisation]:
                twice.add((organisation, module))
            found.add(organisation, module, numbers)
        elif what == _MEMBERS:
            found.people = numbers[: len(State)]
        elif what == _WORKS:
            there = found.registered[organisation]
            for group in ((key, kind), (None, kind), (None, "")):
                there[group] += numbers[0]
        elif what == _TWICE:
            people.update((key, numbers[0]))
        else:
            (found.away if what == _AWAY else found.waived)[organisation] = numbers[0]
    modules = {module for _place, module in twice}
    return Doubt(
        people,
        {place for place, _module in twice},
        {version for version, module in module_of.items() if module in modules},
    )


def _count_again(
    found: Counted, organisation_ids: Sequence[int], day: date, chosen: Chosen, module_of: Mapping[int, int]
) -> None:
    """Puts right what counts somebody twice."""
    query = _rows_again(connection.vendor, chosen.alone, is_of_people=found.doubt.is_of_people)
    for what, organisation, key, kind, *numbers in query.rows(day, organisation_ids, *found.doubt):
        if what in (_EACH, _PEOPLE):
            found.people = [*map(sub if what == _EACH else add, found.people, numbers)]
        elif what in (_IN_ROLE, _IN_KIND):
            found.registered[organisation][key, kind] -= numbers[0]
        elif (module := module_of.get(key)) is None:
            continue
        elif what == _ROWS:
            too_many = [-people for people in numbers]
            found.add(organisation, module, too_many)
            found.add(None, module, too_many)
        else:
            found.add(organisation, module, numbers)


@lru_cache(maxsize=64)
def _all_rows(_vendor: str, chosen: Chosen) -> Composed:
    memberships = memberships_of(Slot(0), DAY, chosen)
    human = memberships.annotate(human=human_of())
    standing = shown_of(Slot(0), DAY, chosen).annotate(worst=severity_on(DAY))
    alike = standing.values("organisation_id", "requirement_version_id", "worst", "source", "edition")
    members = standing_of(Slot(0), DAY, chosen).values("membership_id").annotate(worst=Max(severity_on(DAY)))
    return composed(
        _QUERY,
        live=live_on(DAY),
        standing=alike.annotate(people=Count("*")).values_list(
            "organisation_id", "requirement_version_id", "worst", "source", "edition", "people"
        ),
        members=members.values_list("membership_id", "worst"),
        memberships=memberships.values_list("organisation_id", "role_id", "kind", "person_id"),
        away=human.filter(has_any(Away.objects.active_on(DAY))).values_list("organisation_id", "human"),
        waived=human.filter(has_any(Waiver.objects.active_on(DAY))).values_list("organisation_id", "human"),
    )


@lru_cache(maxsize=64)
def _rows_again(_vendor: str, chosen: Chosen, *, is_of_people: bool) -> Composed:
    people = Slot(1)
    doubtful = in_doubt(people, Slot(2), Slot(3), is_of_people=is_of_people)
    standing = shown_of(Slot(0), DAY, chosen).filter(doubtful).annotate(worst=severity_on(DAY))
    memberships = memberships_of(Slot(0), DAY, chosen).filter(Among("person_id", people))
    return composed(
        _AGAIN,
        live=live_on(DAY),
        standing=standing.values_list(
            "organisation_id",
            "module_key",
            "requirement_version_id",
            "membership_id",
            "person_id",
            "worst",
            "source",
            "edition",
        ),
        memberships=memberships.values_list("organisation_id", "role_id", "kind", "person_id"),
        merged=User._base_manager.filter(Among("pk", people), merged_into__isnull=False)
        .order_by()
        .values_list("pk", "merged_into_id"),
    )


def live_on(day: date | GivenDay) -> QuerySet[Edition, Any]:
    """The number of the edition of each module that was live on the day."""
    rows = Edition.objects.filter(published_at__date__lte=day).filter(
        Q(ended_at__isnull=True) | Q(ended_at__date__gt=day)
    )
    return rows.order_by().values("module_key").annotate(newest=Max("number")).values_list("module_key", "newest")


def shown_of(organisation_ids: Sequence[int] | Slot, day: date | GivenDay, chosen: Chosen) -> QuerySet[Standing, Any]:
    """The standing of the day with what each row says was shown: nothing where that came after the day."""
    is_said = Q(shown_on__lte=day)
    return standing_of(organisation_ids, day, chosen).annotate(
        source=Case(When(is_said, then=F("shown_source"))), edition=Case(When(is_said, then=F("shown_edition")))
    )


def memberships_of(
    organisation_ids: Sequence[int] | Slot, day: date | GivenDay, chosen: Chosen
) -> QuerySet[Membership, Any]:
    """The memberships of these organisations that hold on the day, of what was chosen."""
    places = AmongMany("organisation_id", organisation_ids)
    return Membership.objects.active_on(day).filter(places, chosen.memberships).order_by()


def standing_of(organisation_ids: Sequence[int] | Slot, day: date | GivenDay, chosen: Chosen) -> QuerySet[Standing]:
    """The standing of these organisations that holds on the day, of what was chosen."""
    places = AmongMany("organisation_id", organisation_ids)
    return Standing.objects.filter(standing_on(day), places, chosen.standing).order_by()


def has_any(rows: QuerySet) -> Exists:
    """Whether a row is about the membership."""
    return Exists(rows.filter(membership=OuterRef("pk")))
