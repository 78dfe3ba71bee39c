"""What the standing rows must say, worked out from memberships, requirements and completions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias, cast

from organisations.models import Membership
from records.models import RequirementVersion
from records.rules.days import ONE_DAY, Days, days
from records.rules.standing import Member, Version, stretches
from records.selectors import standing_facts as facts
from records.selectors.standing_facts import StandingRow

#: By organisation and partnership: the times of belonging.
Belonging: TypeAlias = dict[int, dict[int, set[Days]]]

#: By organisation: those that have become part of it, whose people's clocks run on there.
CameFrom: TypeAlias = dict[int, set[int]]

#: By membership and module: the days on which it is waived.
Waived: TypeAlias = dict[tuple[int, uuid.UUID], set[Days]]

#: Memberships by person and organisation, and what is dated beside them.
_Work: TypeAlias = tuple[dict[tuple[int, int], list[Member]], Belonging, Waived, CameFrom]

#: The modules to work out, as one list; nothing for all of them.
Narrow: TypeAlias = tuple[Collection[uuid.UUID], ...]

#: People worked out together: enough to keep the number of queries low, few enough to be written in a moment.
BATCH = 1_000


@dataclass(frozen=True)
class Differences:
    """Rows that are missing, and the ids of rows that should not be there."""

    missing: Sequence[StandingRow]
    surplus: Sequence[int]
    #: Those of the surplus that a missing row takes the place of.
    replaced: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)


@dataclass(frozen=True)
class Proposal:
    """A version that nobody has saved yet: of a requirement, or of one that would be new."""

    version: Version
    requirement_id: int | None = None
    organisation_id: int | None = None
    partnership_id: int | None = None


@dataclass(frozen=True)
class _Terms:
    """One requirement as it holds in one organisation."""

    module_key: uuid.UUID
    versions: Sequence[Version]
    belonging: Sequence[Days]


def standing_differences(person_ids: Collection[int], module_keys: Collection[uuid.UUID] | None = None) -> Differences:
    """What would have to change in the rows of these people, in four queries (more only where people were merged).

    With modules, only in the rows of what requires them.
    """
    narrow = () if module_keys is None else (module_keys,)
    human_of, (members, belonging, waived, came_from) = _people(person_ids)
    terms = _terms(belonging, narrow)
    expected = set(_expected(members, terms, _completed(human_of, narrow), waived, came_from)) if members else set()
    surplus: dict[int, StandingRow] = {}
    for pk, *values in facts.standing(human_of, *narrow):
        row = StandingRow(*values)
        if row in expected:
            expected.remove(row)
        else:
            surplus[pk] = row
    missing = sorted(expected, key=StandingRow.place)
    places = set(map(StandingRow.place, missing))
    replaced = frozenset(pk for pk, row in surplus.items() if row.place() in places)
    return Differences(missing, list(surplus), replaced)


def expected_rows(
    person_ids: Collection[int], module_key: uuid.UUID, proposal: Proposal | None = None
) -> list[StandingRow]:
    """The rows that these people have for one module, or would have if the proposal were saved; writes nothing."""
    narrow = ([module_key],)
    human_of, (members, belonging, waived, came_from) = _people(person_ids)
    terms = _terms(belonging, narrow, module_key, proposal)
    return list(_expected(members, terms, _completed(human_of, narrow), waived, came_from))


def batches_of_people() -> Iterator[list[int]]:
    """Everybody who ever belonged to an organisation, in batches."""
    last = 0
    people = Membership.objects.order_by("person_id").values_list("person_id", flat=True).distinct()
    while batch := list(people.filter(person_id__gt=last)[:BATCH]):
        yield batch
        last = batch[-1]


def in_batches(person_ids: Iterable[int]) -> Iterator[list[int]]:
    """The same people, once each, in batches."""
    everyone = sorted(set(person_ids))
    for start in range(0, len(everyone), BATCH):
        yield everyone[start : start + BATCH]


def humans_of(person_ids: Collection[int]) -> dict[int, int]:
    """Everyone who is the same person as one of these, with the person whose record goes on."""
    wanted = set(person_ids)
    while True:
        into = dict(facts.accounts(wanted))
        found = _all_in(wanted, into)
        if found == wanted or not any(into.values()):
            return _humans(into)
        wanted = found


def _all_in(wanted: set[int], into: dict[int, int | None]) -> set[int]:
    return wanted | set(into) | {human for human in into.values() if human}


def _humans(into: dict[int, int | None]) -> dict[int, int]:
    human_of = {}
    for person in into:
        human = person
        while after := into.get(human):
            human = after
        human_of[person] = human
    return human_of


def _people(person_ids: Collection[int]) -> tuple[dict[int, int], _Work]:
    """The same, with where they work; one query unless somebody was merged."""
    rows = facts.at_work(person_ids)
    into = {row[0]: row[1] for row in rows}
    if not any(into.values()):
        human_of = _humans(into)
    else:
        human_of = humans_of(person_ids)
        rows = facts.at_work(human_of)
    return human_of, _members(sorted(rows, key=lambda row: row[2] or 0), human_of)


def _members(rows: Iterable[tuple[Any, ...]], human_of: dict[int, int]) -> _Work:
    """Memberships by person and organisation, each organisation's time in partnerships, and what is waived."""
    # A row comes once for each time away, waiver and time in a partnership: each is gathered by what it is.
    found: dict[int, tuple[tuple[int, int], Member]] = {}
    away: dict[int, dict[int, Days]] = defaultdict(dict)
    belonging: Belonging = defaultdict(lambda: defaultdict(set))
    waived: Waived = defaultdict(set)
    came_from: CameFrom = defaultdict(set)
    for row in rows:
        person, _merged, pk, organisation, role, kind, start, end, into, *dated = row
        if pk is None:
            continue
        away_pk, away_from, away_to, *waived_or_joined = cast(list[Any], dated)
        waived_module, waived_from, waived_to, partnership, joined_on, left_on = cast(list[Any], waived_or_joined)
        if into:
            came_from[into].add(organisation)
        found[pk] = (human_of[person], organisation), Member(pk, role, kind, days(start, end))
        if away_pk:
            away[pk][away_pk] = days(away_from, away_to)
        if waived_module:
            waived[pk, waived_module].add(days(waived_from, waived_to))
        times = belonging[organisation]
        if partnership:
            times[partnership].add(days(joined_on, left_on))
    grouped: dict[tuple[int, int], list[Member]] = defaultdict(list)
    for pk, (place, member) in found.items():
        grouped[place].append(replace(member, away=tuple(away[pk].values())))
    return grouped, belonging, waived, came_from


def _completed(human_of: dict[int, int], narrow: Narrow) -> dict[tuple[int, uuid.UUID], list[date]]:
    """The days on which each person completed each module, voided completions left out."""
    completed: dict[tuple[int, uuid.UUID], list[date]] = defaultdict(list)
    for person, module_key, completed_on in facts.completions(human_of, *narrow):
        completed[human_of[person], module_key].append(completed_on)
    return completed


def _terms(
    belonging: Belonging, narrow: Narrow, module_key: uuid.UUID | None = None, proposal: Proposal | None = None
) -> dict[int, list[_Terms]]:
    """What each organisation's people are or were required to hold, in one query; a proposal as if it were saved."""
    members_of: dict[int, dict[int, list[Days]]] = defaultdict(dict)
    for place, partnerships in belonging.items():
        for joined, times in partnerships.items():
            members_of[joined][place] = sorted(times)

    owners: dict[int, tuple[int | None, int | None, uuid.UUID]] = {}
    roles: dict[int, set[int]] = defaultdict(set)
    versions: dict[int, dict[int, tuple]] = defaultdict(dict)
    for requirement, organisation, partnership, module, pk, *rest, role in facts.versions(
        belonging, members_of, *narrow
    ):
        owners[requirement] = organisation, partnership, module
        versions[requirement][pk] = tuple(rest)
        if role:
            roles[pk].add(role)

    made_of = {
        requirement: [_version(pk, rest, roles[pk]) for pk, rest in found.items()]
        for requirement, found in versions.items()
    }
    if proposal and module_key:
        key = proposal.requirement_id or 0
        owners.setdefault(key, (proposal.organisation_id, proposal.partnership_id, module_key))
        made_of[key] = [*_ended_before(made_of.get(key, []), proposal.version.days.first), proposal.version]
    terms: dict[int, list[_Terms]] = defaultdict(list)
    for requirement, (owner, partnership_owner, module) in owners.items():
        made = made_of[requirement]
        if partnership_owner is None:
            assert owner is not None
            terms[owner].append(_Terms(module, made, [Days(date.min)]))
        else:
            for member, held in members_of[partnership_owner].items():
                terms[member].append(_Terms(module, made, held))
    return terms


def _ended_before(versions: Sequence[Version], day: date) -> list[Version]:
    """The versions as a change from the day on leaves them."""
    last = day - ONE_DAY
    return [
        replace(each, days=Days(each.days.first, min(each.days.last, last)))
        for each in versions
        if each.days.first <= last
    ]


def _version(pk: int, row: tuple, roles: set[int]) -> Version:
    effective_from, effective_to, is_for_all_roles, kinds, due_days, due_by, months, window_days, base, fixed_on = row
    return Version(
        key=pk,
        days=days(effective_from, effective_to),
        roles=None if is_for_all_roles else frozenset(roles),
        kinds=frozenset(kinds),
        due_days=due_days,
        due_by=due_by,
        valid_for_months=months,
        window_days=window_days,
        is_counted_from_expiry=base == RequirementVersion.Base.EXPIRY,
        fixed_on=fixed_on,
    )


def _all_before(place: int, came_from: CameFrom) -> set[int]:
    """The organisations that have become part of one, and those that had become part of them."""
    found: set[int] = set()
    left = set(came_from.get(place, ()))
    while left:
        found |= left
        left = {old for each in left for old in came_from.get(each, ())} - found
    return found


def _expected(
    members: dict[tuple[int, int], list[Member]],
    terms_of: dict[int, list[_Terms]],
    completed: dict[tuple[int, uuid.UUID], list[date]],
    waived: Waived,
    came_from: CameFrom,
) -> Iterator[StandingRow]:
    """Every row there should be."""
    for (person, place), theirs in members.items():
        before = [each for old in _all_before(place, came_from) for each in members.get((person, old), ())]
        role_of = {member.key: member.role for member in theirs}
        for terms in terms_of.get(place, ()):
            done = completed.get((person, terms.module_key), ())
            # Waived days are like days away: nothing is asked, and the clock starts anew when they end.
            asked = [
                replace(member, away=(*member.away, *free))
                if (free := waived.get((member.key, terms.module_key)))
                else member
                for member in (*before, *theirs)
            ]
            for each in stretches(asked, terms.versions, terms.belonging, done):
                # What was required in an organisation that is part of this one now is a row of its own, there.
                if each.member not in role_of:
                    continue
                yield StandingRow(
                    each.member,
                    each.version,
                    person,
                    place,
                    role_of[each.member],
                    terms.module_key,
                    each.required_from,
                    each.required_to,
                    each.due_on,
                    each.satisfied_from,
                    each.satisfied_to,
                )
