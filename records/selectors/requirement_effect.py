"""What a requirement would do to coverage before anybody saves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from organisations.models import Membership, Organisation, Partnership
from records.models import Requirement, RequirementVersion
from records.rules.days import Days, days
from records.rules.standing import SEVERITY, State, Stretch, Version, state_on
from records.selectors.expected_standing import Proposal, StandingRow, expected_rows, in_batches
from records.terms import Terms

#: Above so many people the answer would keep the page waiting.
MOST_PEOPLE = 20_000


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


def effect_of(
    owner: Partnership | Organisation,
    module_key: UUID,
    terms: Terms,
    *,
    effective_from: date,
    requirement: Requirement | None = None,
    modules: int = 1,
) -> list[Effect] | None:
    """What the terms would do on their first day and on the day by which those who are there must be done.

    Counts the people of the owner's organisations, each once, over every requirement of the module. None where there
    are too many of them to count while somebody waits, the sooner the more modules are asked about at once.
    """
    places, most = _places(owner), MOST_PEOPLE // modules
    members = Membership.objects.filter(organisation__in=places).values_list("person_id", flat=True).distinct()
    people = list(members[: most + 1])
    if len(people) > most:
        return None
    proposal = Proposal(
        _as_version(terms, effective_from),
        requirement.pk if requirement else None,
        owner.pk if isinstance(owner, Organisation) else None,
        owner.pk if isinstance(owner, Partnership) else None,
    )
    due = terms.due_by or effective_from + timedelta(days=terms.due_days)
    # Who has not taken it by the due day is overdue on the day after.
    found = [Effect(day, Numbers(), Numbers()) for day in dict.fromkeys((effective_from, due + timedelta(days=1)))]
    for batch in in_batches(people):
        before = [row for row in expected_rows(batch, module_key) if row.organisation_id in places]
        after = [row for row in expected_rows(batch, module_key, proposal) if row.organisation_id in places]
        for effect in found:
            _count(before, effect.day, effect.before)
            _count(after, effect.day, effect.after)
    return found


def _places(owner: Partnership | Organisation) -> set[int]:
    if isinstance(owner, Organisation):
        return {owner.pk}
    return set(owner.organisation_memberships.values_list("organisation_id", flat=True))


def _count(rows: Iterable[StandingRow], day: date, numbers: Numbers) -> None:
    worst: dict[int, State] = {}
    for row in rows:
        if day in days(row.required_from, row.required_to):
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
