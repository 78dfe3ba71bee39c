"""What the standing rows must say, worked out from memberships, requirements and completions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, TypeAlias, cast

from django.db.models import Q, QuerySet

from organisations.bulk import Among
from organisations.models import Membership, Organisation, User
from records.models import Completion, Requirement, RequirementVersion, Standing
from records.rules.days import ONE_DAY, Days, days
from records.rules.standing import Member, Version, stretches

#: By organisation and partnership: the times of belonging.
Belonging: TypeAlias = dict[int, dict[int, set[Days]]]

#: By organisation: those that have become part of it, whose people's clocks run on there.
CameFrom: TypeAlias = dict[int, set[int]]

#: By membership and module: the days on which it is waived.
Waived: TypeAlias = dict[tuple[int, uuid.UUID], set[Days]]

#: People worked out together: enough to keep the number of queries low, few enough to be written in a moment.
BATCH = 1_000


class StandingRow(NamedTuple):
    """The values of one standing row."""

    membership_id: int
    requirement_version_id: int
    person_id: int
    organisation_id: int
    role_id: int
    module_key: uuid.UUID
    required_from: date
    required_to: date | None
    due_on: date
    satisfied_from: date | None
    satisfied_to: date | None

    def place(self) -> tuple[int, int, date]:
        """What no two rows share."""
        return self.membership_id, self.requirement_version_id, self.required_from


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


def standing_differences(person_ids: Collection[int], requirement: Requirement | None = None) -> Differences:
    """What would have to change in the rows of these people, in five queries (more only where people were merged).

    With a requirement, only in the rows under its versions.
    """
    human_of = humans_of(person_ids)
    members, belonging, waived, came_from = _members(human_of)
    only = Q(requirement=requirement) if requirement else Q()
    completed = _completions(human_of, requirement.module_key if requirement else None)
    expected = set(_expected(members, _terms(belonging, only), completed, waived, came_from)) if members else set()
    surplus: dict[int, StandingRow] = {}
    rows = Standing.objects.filter(Among("person_id", human_of)).values_list("pk", *StandingRow._fields)
    if requirement:
        rows = rows.filter(requirement_version__requirement=requirement)
    for pk, *values in rows.order_by("pk"):
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
    human_of = humans_of(person_ids)
    members, belonging, waived, came_from = _members(human_of)
    terms = _terms(belonging, Q(requirement__module_key=module_key), module_key, proposal)
    return list(_expected(members, terms, _completions(human_of, module_key), waived, came_from))


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


def organisations_of(person_ids: Collection[int]) -> QuerySet[Organisation]:
    """Where these people, or the people merged into them, ever belonged.

    Two questions in one: an "or" across the join would read every membership there is.
    """
    theirs = Membership.objects.filter(Among("person_id", person_ids)).order_by().values("organisation")
    of_merged = Membership.objects.filter(Among("person__merged_into_id", person_ids)).order_by()
    return Organisation.objects.filter(Q(pk__in=theirs) | Q(pk__in=of_merged.values("organisation")))


def humans_of(person_ids: Collection[int]) -> dict[int, int]:
    """Everyone who is the same person as one of these, with the person whose record goes on."""
    wanted = set(person_ids)
    accounts = User.objects.order_by().values_list("pk", "merged_into_id")
    while True:
        # Put together, not asked with "or": that would read every account there is.
        merged = accounts.filter(Among("merged_into_id", wanted))
        into = dict(accounts.filter(Among("pk", wanted)).union(merged))
        found = wanted | set(into) | {human for human in into.values() if human}
        if found == wanted:
            break
        wanted = found
        if not any(into.values()):
            break
    human_of = {}
    for person in into:
        human = person
        while after := into.get(human):
            human = after
        human_of[person] = human
    return human_of


def _members(human_of: dict[int, int]) -> tuple[dict[tuple[int, int], list[Member]], Belonging, Waived, CameFrom]:
    """Memberships by person and organisation, each organisation's time in partnerships, and what is waived."""
    rows = Membership.objects.filter(Among("person_id", human_of)).values_list(
        "pk",
        "person_id",
        "organisation_id",
        "role_id",
        "kind",
        "started_on",
        "ended_on",
        "organisation__merged_into_id",
        "away__pk",
        "away__started_on",
        "away__ended_on",
        "waivers__module_key",
        "waivers__started_on",
        "waivers__ended_on",
        "organisation__partnership_memberships__partnership_id",
        "organisation__partnership_memberships__started_on",
        "organisation__partnership_memberships__ended_on",
    )
    # A row comes once for each time away, waiver and time in a partnership: each is gathered by what it is.
    found: dict[int, tuple[tuple[int, int], Member]] = {}
    away: dict[int, dict[int, Days]] = defaultdict(dict)
    belonging: Belonging = defaultdict(lambda: defaultdict(set))
    waived: Waived = defaultdict(set)
    came_from: CameFrom = defaultdict(set)
    for row in rows.order_by("pk", "away__pk"):
        pk, person, organisation, role, kind, start, end, into, *dated = row
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


def _completions(human_of: dict[int, int], module_key: uuid.UUID | None) -> dict[tuple[int, uuid.UUID], list[date]]:
    """The days on which each person completed each module, voided completions left out."""
    rows = Completion.objects.filter(Among("person_id", human_of), voided_at__isnull=True).order_by()
    if module_key:
        rows = rows.filter(module_key=module_key)
    completed: dict[tuple[int, uuid.UUID], list[date]] = defaultdict(list)
    for person, module_key, completed_on in rows.values_list("person_id", "module_key", "completed_on"):
        completed[human_of[person], module_key].append(completed_on)
    return completed


def _terms(
    belonging: Belonging, only: Q, module_key: uuid.UUID | None = None, proposal: Proposal | None = None
) -> dict[int, list[_Terms]]:
    """What each organisation's people are or were required to hold, in one query; a proposal as if it were saved."""
    members_of: dict[int, dict[int, list[Days]]] = defaultdict(dict)
    for place, partnerships in belonging.items():
        for joined, times in partnerships.items():
            members_of[joined][place] = sorted(times)

    rows = RequirementVersion.objects.filter(
        Q(requirement__organisation_id__in=list(belonging)) | Q(requirement__partnership_id__in=list(members_of))
    ).values_list(
        "requirement_id",
        "requirement__organisation_id",
        "requirement__partnership_id",
        "requirement__module_key",
        "pk",
        "effective_from",
        "effective_to",
        "is_for_all_roles",
        "kinds",
        "due_days",
        "due_by",
        "valid_for_months",
        "window_days",
        "base",
        "fixed_on",
        "roles",
    )
    rows = rows.filter(only)
    owners: dict[int, tuple[int | None, int | None, uuid.UUID]] = {}
    roles: dict[int, set[int]] = defaultdict(set)
    versions: dict[int, dict[int, tuple]] = defaultdict(dict)
    for requirement, organisation, partnership, module_key, pk, *rest, role in rows.order_by(
        "requirement_id", "number"
    ):
        owners[requirement] = organisation, partnership, module_key
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
