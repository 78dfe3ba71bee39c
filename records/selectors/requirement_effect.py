"""What a requirement would do to coverage before anybody saves it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from organisations.models import Membership, Organisation, Partnership
from organisations.querysets import human_of
from records.models import EffectCount, RequirementVersion
from records.rules.days import FOREVER, ONE_DAY, Days, days
from records.rules.standing import SEVERITY, State, Stretch, Version, state_on
from records.selectors import standing_facts as facts
from records.selectors.expected_standing import Proposal, StandingRow, expected_rows, in_batches
from records.terms import Terms

#: Above so many people it takes longer than anybody should wait: the worker counts them.
MOST_PEOPLE = 10_000


@dataclass
class Numbers:
    """People of whom the module is required on a day, by how they stand; in one figure each."""

    required: int = 0
    current: int = 0
    overdue: int = 0

    @property
    def coverage(self) -> int | None:
        """Current of required, in whole per cent; none where nobody is required."""
        return self.current * 100 // self.required if self.required else None


@dataclass(frozen=True)
class Effect:
    """The numbers of one day as things are, and as they would be."""

    day: date
    before: Numbers
    after: Numbers


@dataclass(frozen=True)
class Draft:
    """One module with the terms that would be required, in whose name; or as a change of what is required."""

    owner: Partnership | Organisation
    module_key: UUID
    terms: Terms
    effective_from: date
    asked_on: date
    requirement_id: int | None = None

    @property
    def nothing(self) -> list[Effect]:
        """Its days without a number: the one on which it is asked, the first, the last in time, and the day after.

        Who is there from the first day and has not taken it is overdue on the last of them.
        """
        due = last_in_time(self.terms, self.effective_from)
        asked = dict.fromkeys((self.asked_on, self.effective_from, due, due + ONE_DAY))
        return [Effect(day, Numbers(), Numbers()) for day in asked]

    def people(self, most: int | None = None) -> list[int]:
        """Of whom the module is, was or would be required, each once, at most so many: 4 queries."""
        return _people(_places(self.owner), self.module_key, self.terms, most)

    def add(self, person_ids: list[int], effects: Iterable[Effect]) -> None:
        """Adds these people to the numbers of each day; the same queries for any number of them."""
        places, owner = _places(self.owner), self.owner
        proposal = Proposal(
            _as_version(self.terms, self.effective_from),
            self.requirement_id,
            owner.pk if isinstance(owner, Organisation) else None,
            owner.pk if isinstance(owner, Partnership) else None,
        )
        # As things are stands written; only what would be is worked out.
        rows = (StandingRow(*values) for _pk, *values in facts.standing(person_ids, [self.module_key]))
        before = [row for row in rows if row.organisation_id in places]
        after = [row for row in expected_rows(person_ids, self.module_key, proposal) if row.organisation_id in places]
        for effect in effects:
            there = {pk for pk, runs in places.items() if any(effect.day in run for run in runs)}
            _count(before, there, effect.day, effect.before)
            _count(after, there, effect.day, effect.after)


def effect_of(draft: Draft, *, modules: int = 1) -> list[Effect] | None:
    """What it would do on its days, over every requirement of the module, each person once.

    None where there are too many people to count while somebody waits, the sooner the more modules are asked about.
    """
    most = MOST_PEOPLE // modules
    people = draft.people(most + 1)
    if len(people) > most:
        return None
    found = draft.nothing
    for batch in in_batches(people):
        draft.add(batch, found)
    return found


def last_in_time(terms: Terms, effective_from: date) -> date:
    """The day by which those must be done who are there from the first day."""
    return terms.due_by or effective_from + timedelta(days=terms.due_days)


def is_left_to_count() -> bool:
    """Whether a draft is being counted: then the worker has something to do; one query."""
    return EffectCount.objects.filter(state=EffectCount.State.COUNTING).exists()


def _places(owner: Partnership | Organisation) -> dict[int, list[Days]]:
    """Whose people are counted, each with the days on which they are."""
    if isinstance(owner, Organisation):
        return {owner.pk: [Days(date.min, FOREVER)]}
    places: dict[int, list[Days]] = {}
    for pk, first, last in owner.organisation_memberships.values_list("organisation_id", "started_on", "ended_on"):
        places.setdefault(pk, []).append(days(first, last))
    return places


def _people(places: Collection[int], module_key: UUID, terms: Terms, most: int | None) -> list[int]:
    """Of whom the module is, was or would be required, each once: 3 queries."""
    versions = RequirementVersion.objects.filter(requirement__module_key=module_key).prefetch_related("roles")
    asked = Q()
    for is_for_all, roles, kinds in [
        (terms.is_for_all_roles, terms.roles, terms.kinds),
        *((each.is_for_all_roles, each.roles.all(), each.kinds) for each in versions),
    ]:
        of_role = Q() if is_for_all else Q(role__in=[role.pk for role in roles])
        of_kind = Q(kind__in=kinds) if kinds else Q()
        if not of_role and not of_kind:
            asked = Q()
            break
        asked |= of_role & of_kind
    members = Membership.objects.filter(asked, organisation__in=places).order_by().annotate(human=human_of())
    return list(members.values_list("human", flat=True).distinct()[:most])


def _count(rows: Iterable[StandingRow], places: Collection[int], day: date, numbers: Numbers) -> None:
    worst: dict[int, State] = {}
    for row in rows:
        if row.organisation_id in places and day in days(row.required_from, row.required_to):
            state = state_on(Stretch(row.membership_id, row.requirement_version_id, *row[6:]), day)
            worst[row.person_id] = max(worst.get(row.person_id, state), state, key=SEVERITY.__getitem__)
    numbers.required += len(worst)
    numbers.current += sum(state in (State.CURRENT, State.EXPIRING) for state in worst.values())
    numbers.overdue += sum(state is State.OVERDUE for state in worst.values())


def _as_version(terms: Terms, effective_from: date) -> Version:
    return Version(
        key=0,
        days=Days(effective_from),
        roles=None if terms.is_for_all_roles else frozenset(role.pk for role in terms.roles),
        kinds=frozenset(terms.kinds),
        due_days=terms.due_days,
        due_by=terms.due_by,
        valid_for_months=terms.valid_for_months,
        window_days=terms.window_days,
        is_counted_from_expiry=terms.base == RequirementVersion.Base.EXPIRY,
        fixed_on=terms.fixed_on,
    )
