"""What the standing rows must say, worked out from memberships, requirements and completions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from organisations.models import Membership
from records.models import RequirementVersion
from records.rules.days import ONE_DAY, Days, days
from records.rules.standing import Done, Member, Refresher, Stretch, Version, stretches
from records.selectors import standing_facts as facts
from records.selectors.standing_facts import Dated, StandingRow

#: By organisation and partnership: the times of belonging.
Belonging: TypeAlias = dict[int, dict[int, set[Days]]]

#: By organisation: those that have become part of it, whose people's clocks run on there.
CameFrom: TypeAlias = dict[int, set[int]]

#: By membership and module: the days on which it is waived.
Waived: TypeAlias = dict[tuple[int, uuid.UUID], set[Days]]

#: By person and module: how it was completed.
Completed: TypeAlias = dict[tuple[int, uuid.UUID], list[Done]]

#: By module: the editions of it that must be learned again.
Refreshed: TypeAlias = dict[uuid.UUID, list[Refresher]]

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
class _Known:
    """People, where they work and worked, and what they completed."""

    #: Everybody, with the person whose record goes on.
    human_of: dict[int, int]
    #: By person and organisation.
    members: dict[tuple[int, int], list[Member]]
    belonging: Belonging
    waived: Waived
    came_from: CameFrom
    completed: Completed
    refreshed: Refreshed


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
    known = _known(person_ids, narrow)
    expected = set(_expected(known, _terms(known.belonging, narrow)))
    surplus: dict[int, StandingRow] = {}
    for pk, *values in facts.standing(known.human_of, *narrow):
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
    person_ids: Collection[int],
    module_key: uuid.UUID,
    proposal: Proposal | None = None,
    *,
    with_lessons_not_done: bool = True,
) -> list[StandingRow]:
    """The rows that these people have for one module, or would have if the proposal were saved; writes nothing.

    Or would have if nobody minded lessons of a role that were not done.
    """
    narrow = ([module_key],)
    known = _known(person_ids, narrow)
    if not with_lessons_not_done:
        for key, done in known.completed.items():
            known.completed[key] = [replace(each, not_for=frozenset()) for each in done]
    return list(_expected(known, _terms(known.belonging, narrow, module_key, proposal)))


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


def _known(person_ids: Collection[int], narrow: Narrow) -> _Known:
    """What standing follows from; two queries unless somebody was merged."""
    rows = facts.at_work(person_ids)
    into = {row[0]: row[1] for row in rows}
    if not any(into.values()):
        human_of = _humans(into)
    else:
        human_of = humans_of(person_ids)
        rows = facts.at_work(human_of)
    found: dict[int, tuple[tuple[int, int], Member]] = {}
    belonging: Belonging = {}
    came_from: CameFrom = defaultdict(set)
    for person, _merged, pk, organisation, role, kind, start, end, became in sorted(rows, key=lambda row: row[2] or 0):
        if pk is None:
            continue
        if became:
            came_from[became].add(organisation)
        belonging.setdefault(organisation, defaultdict(set))
        found[pk] = (human_of[person], organisation), Member(pk, role, kind, days(start, end))

    away: dict[int, list[Days]] = defaultdict(list)
    waived: Waived = defaultdict(set)
    completed: dict[int, tuple[tuple[int, uuid.UUID], Done]] = {}
    refreshed: dict[int, tuple[uuid.UUID, Refresher]] = {}
    roles: dict[tuple[int, int], set[int]] = defaultdict(set)
    for what, whose, module, number, first, last, role, pk, source in facts.dated(human_of, found, belonging, *narrow):
        if role is not None:
            roles[what, pk].add(role)
        if what == Dated.COMPLETED:
            completed[pk] = (human_of[whose], module), Done(first, number, last, source=source)
        elif what == Dated.WAIVED:
            waived[whose, module].add(days(first, last))
        elif what == Dated.AWAY:
            away[whose].append(days(first, last))
        elif what == Dated.BELONGED:
            belonging[whose][number].add(days(first, last))
        else:
            refreshed[pk] = module, Refresher(number, first)

    members: dict[tuple[int, int], list[Member]] = defaultdict(list)
    for pk, (place, member) in found.items():
        members[place].append(replace(member, away=tuple(away[pk])) if pk in away else member)
    done: Completed = defaultdict(list)
    for pk, (key, one) in sorted(completed.items()):
        lacking = roles.get((Dated.COMPLETED, pk))
        done[key].append(replace(one, not_for=frozenset(lacking)) if lacking else one)
    again: Refreshed = defaultdict(list)
    for pk, (module, refresher) in refreshed.items():
        theirs = roles.get((Dated.REFRESHED, pk))
        again[module].append(replace(refresher, roles=frozenset(theirs)) if theirs else refresher)
    return _Known(human_of, members, belonging, waived, came_from, done, again)


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


def _expected(known: _Known, terms_of: dict[int, list[_Terms]]) -> Iterator[StandingRow]:
    """Every row there should be."""
    members, waived = known.members, known.waived
    #: Of whoever has one place: many of them stand alike, and are worked out once.
    alike: dict[tuple[Any, ...], list[Stretch]] = {}
    for (person, place), theirs in members.items():
        before = [each for old in _all_before(place, known.came_from) for each in members.get((person, old), ())]
        role_of = {member.key: member.role for member in theirs}
        for terms in terms_of.get(place, ()):
            done = known.completed.get((person, terms.module_key), ())
            # Waived days are like days away: nothing is asked, and the clock starts anew when they end.
            asked = [
                replace(member, away=(*member.away, *free))
                if (free := waived.get((member.key, terms.module_key)))
                else member
                for member in (*before, *theirs)
            ]
            again = known.refreshed.get(terms.module_key, ())
            found = None
            if len(asked) == 1:
                one = asked[0]
                situation = (id(terms.versions), tuple(terms.belonging), one.role, one.kind, one.days, one.away, *done)
                found = alike.get(situation)
            if found is None:
                found = stretches(asked, terms.versions, terms.belonging, done, again)
                if len(asked) == 1:
                    alike[situation] = found
            for each in found:
                member = asked[0].key if len(asked) == 1 else each.member
                # What was required in an organisation that is part of this one now is a row of its own, there.
                if member not in role_of:
                    continue
                yield StandingRow(
                    member,
                    each.version,
                    person,
                    place,
                    role_of[member],
                    terms.module_key,
                    each.required_from,
                    each.required_to,
                    each.due_on,
                    each.satisfied_from,
                    each.satisfied_to,
                    each.shown_on,
                    each.shown_source,
                    each.shown_edition,
                )
