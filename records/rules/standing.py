"""Where a member stands with a requirement, as stretches of days; see "Words with exact meanings" in the glossary.

Everything here is about one person in one organisation. No function knows what day it is: a state is asked for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from records.rules.days import FOREVER, ONE_DAY, Days, add_months, day_after, days, merged, or_none, overlap, without

#: Leaving and coming back within so many days continues the old clock.
REJOIN_DAYS = 30
#: A valid completion with at most so many days left is expiring.
EXPIRING_DAYS = 30


class State(StrEnum):
    """How a person stands with one required module on a day, the best first."""

    CURRENT = "current"
    EXPIRING = "expiring"
    DUE = "due"
    OVERDUE = "overdue"


SEVERITY = {state: number for number, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class Member:
    """One membership: a role of a kind from day to day, with the days away."""

    key: int
    role: int
    kind: str
    days: Days
    away: tuple[Days, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """How a requirement stands from day to day."""

    key: int
    days: Days
    #: None: everyone.
    roles: frozenset[int] | None = None
    #: Empty: every kind.
    kinds: frozenset[str] = frozenset()
    due_days: int = 30
    #: Due on this day for all of whom it is required from the start; who comes later has at least `due_days`.
    due_by: date | None = None
    valid_for_months: int | None = None
    window_days: int = 60
    #: Whether a renewal inside the window counts from the old expiry rather than from its own day.
    is_counted_from_expiry: bool = True
    #: Everybody's validity ends on this day of the calendar and each `valid_for_months` before and after.
    fixed_on: date | None = None

    def covers(self, role: int, kind: str) -> bool:
        """Whether it is meant for members of this role and kind."""
        return (self.roles is None or role in self.roles) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Done:
    """One completion: of which day and edition, and what it is not good for."""

    on: date
    #: The number of the edition; 0, older than any, where nobody knows it.
    edition: int = 0
    #: The day from which its validity counts, where it only adds lessons to what was completed then.
    counted_from: date | None = None
    #: Roles with lessons of their own that were not done.
    not_for: frozenset[int] = frozenset()
    #: How the person came to it; nothing that is satisfied depends on it.
    source: str = ""


@dataclass(frozen=True, slots=True)
class Refresher:
    """That who completed an edition before this one must learn the module again by a day."""

    edition: int
    by: date
    #: None: everyone.
    roles: frozenset[int] | None = None

    def concerns(self, role: int, done: Done) -> bool:
        """Whether it ends what somebody in this role completed."""
        return done.edition < self.edition and (self.roles is None or role in self.roles)


class Counted(NamedTuple):
    """A completion as it counts for one role."""

    on: date
    counted_from: date
    #: Its last day, however long it would be valid.
    until: date


class Stretch(NamedTuple):
    """Days through which one member is required; ends where the next begins.

    Where it is satisfied it says what the person has shown: the day and the source of the newest completion through
    its last day, and the newest edition of all through then. That is so on each of its days from `shown_on` on; before
    that day something older was the newest.
    """

    member: int
    version: int
    required_from: date
    required_to: date | None
    due_on: date
    satisfied_from: date | None = None
    satisfied_to: date | None = None
    shown_on: date | None = None
    shown_source: str = ""
    shown_edition: int = 0


def counted_for(role: int, completed: Iterable[Done], refreshers: Sequence[Refresher] = ()) -> list[Counted]:
    """The completions that count for members in a role, in the order of their days."""
    found = []
    for done in completed:
        until = min((each.by for each in refreshers if each.concerns(role, done)), default=FOREVER)
        if role not in done.not_for and until >= done.on:
            found.append(Counted(done.on, done.counted_from or done.on, until))
    return sorted(found)


def validity(version: Version, completed: Iterable[Counted]) -> tuple[Days, ...]:
    """The days on which these completions, in the order of their days, satisfy the version, merged and in order."""
    runs: list[Days] = []
    for day, same_day in groupby(completed, key=attrgetter("on")):
        expiry = runs[-1].last if runs else None
        last = max(min(_valid_through(version, each, expiry), each.until) for each in same_day)
        if last < day:
            continue
        if expiry is not None and day <= day_after(expiry):
            runs[-1] = Days(runs[-1].first, max(expiry, last))
        else:
            runs.append(Days(day, last))
    return tuple(runs)


def _valid_through(version: Version, counted: Counted, expiry: date | None) -> date:
    """The last day on which a completion is valid, when what was completed before it is valid through `expiry`."""
    if version.valid_for_months is None:
        return FOREVER
    window = timedelta(days=version.window_days)
    if version.fixed_on is not None:
        return _fixed_end(version.fixed_on, version.valid_for_months, counted.counted_from, window)
    last = add_months(counted.counted_from, version.valid_for_months)
    # What only adds lessons renews nothing.
    is_chained = version.is_counted_from_expiry and counted.counted_from == counted.on
    if is_chained and expiry is not None and expiry - window <= counted.on <= expiry:
        last = max(last, add_months(expiry, version.valid_for_months))
    return last


def _fixed_end(fixed_on: date, months: int, day: date, window: timedelta) -> date:
    """The fixed day that ends what is completed on a day: the next one, or the one after it inside the window.

    On a fixed day itself the period that follows has begun.
    """
    number = ((day.year - fixed_on.year) * 12 + day.month - fixed_on.month) // months + 1
    while add_months(fixed_on, (number - 1) * months) > day:
        number -= 1
    while (end := add_months(fixed_on, number * months)) <= day:
        number += 1
    return add_months(fixed_on, (number + 1) * months) if end - window <= day else end


def state_on(stretch: Stretch, day: date) -> State:
    """How the member stands on a day of the stretch."""
    if stretch.satisfied_from and stretch.satisfied_from <= day:
        if stretch.satisfied_to is None or (stretch.satisfied_to - day).days > EXPIRING_DAYS:
            return State.CURRENT
        if day <= stretch.satisfied_to:
            return State.EXPIRING
    return State.DUE if stretch.due_on >= day else State.OVERDUE


def worst(states: Iterable[State]) -> State:
    """What counts for a person under several requirements or in several roles."""
    return max(states, key=SEVERITY.__getitem__)


def stretches(
    members: Sequence[Member],
    versions: Sequence[Version],
    belonging: Sequence[Days],
    completed: Iterable[Done],
    refreshers: Sequence[Refresher] = (),
) -> list[Stretch]:
    """Every stretch of one person in one organisation under one requirement.

    `versions` are those of the requirement in their order; `belonging` is when the organisation belonged to the
    partnership that requires it (one endless run for the organisation's own); `completed` how the person completed the
    module in the order in which that was recorded, voided ones left out; `refreshers` the editions of it that must be
    learned again.
    """
    done = list(completed)
    counted = {role: counted_for(role, done, refreshers) for role in {member.role for member in members}}
    held = merged(belonging)
    result: list[Stretch] = []
    earlier: list[Stretch] = []
    for number, version in enumerate(versions):
        covered = [member for member in members if version.covers(member.role, member.kind)]
        began = _clock_starts(covered)
        here: list[Stretch] = []
        valid_for = {role: validity(version, counted[role]) for role in {member.role for member in covered}}
        lacking = _lacking_lessons(covered, version, done, refreshers, valid_for)
        for member in covered:
            valid = valid_for[member.role]
            since = _in_force_since(versions[: number + 1], member)
            for required in _required_days(member, version, held):
                asked_since = max(since, _last_start(held, required.first))
                clock = max(_clock(began[member.key], member, required.first), asked_since)
                due_on = _due_on(version, clock, required.first, valid)
                if member.key in lacking:
                    in_role = max(_clock(lacking[member.key], member, required.first), asked_since)
                    due_on = max(due_on, _due_for_lessons(version, in_role, required.first, valid))
                if due_on < version.days.first:
                    due_on = max(due_on, _due_before_change(earlier, version.days.first))
                here += _split_at_expiries(member, version, required, due_on, valid)
        result += here
        earlier = here
    return [_showing(stretch, done) for stretch in result]


def _showing(stretch: Stretch, completed: Iterable[Done]) -> Stretch:
    """The stretch with what the person has shown, where it is satisfied."""
    if stretch.satisfied_from is None:
        return stretch
    last = min(stretch.required_to or FOREVER, stretch.satisfied_to or FOREVER)
    shown_on, source, edition = date.min, "", 0
    for done in completed:
        if done.on <= last:
            edition = max(edition, done.edition)
            if done.on >= shown_on:
                shown_on, source = done.on, done.source
    return stretch._replace(shown_on=shown_on, shown_source=source, shown_edition=edition)


def _away(member: Member) -> tuple[Days, ...]:
    """The member's days away, within the membership."""
    return merged(run for away in member.away if (run := overlap(away, member.days)))


def _required_days(member: Member, version: Version, held: Sequence[Days]) -> list[Days]:
    """The runs of days on which the version holds for the member."""
    active = overlap(member.days, version.days)
    if active is None:
        return []
    away = _away(member)
    together = [run for days_held in held if (run := overlap(active, days_held))]
    return [run for whole in together for run in without(whole, away)]


def _clock_starts(covered: Sequence[Member]) -> dict[int, date]:
    """The day from which each membership's clock runs at its own start, chained over earlier memberships."""
    began: dict[int, date] = {}
    before: list[Member] = []
    for member in sorted(covered, key=lambda each: (each.days.first, each.key)):
        start = member.days.first
        for other in before:
            if other.days.last != FOREVER and (member.days.first - other.days.last).days > REJOIN_DAYS:
                continue
            last_before = max(other.days.first, min(other.days.last, member.days.first - ONE_DAY))
            if not any(last_before in away for away in _away(other)):
                start = min(start, _clock(began[other.key], other, last_before))
        began[member.key] = start
        before.append(member)
    return began


def _lacking_lessons(
    covered: Sequence[Member],
    version: Version,
    completed: Sequence[Done],
    refreshers: Sequence[Refresher],
    valid_for: Mapping[int, Sequence[Days]],
) -> dict[int, date]:
    """Memberships that began while the module was completed, but for the lessons of their role: only those are asked
    then, within the days that everybody has, from when the person was first in the role.
    """
    found: dict[int, date] = {}
    for role in frozenset().union(*(each.not_for for each in completed)):
        members = [member for member in covered if member.role == role]
        for_others = [replace(each, not_for=frozenset()) for each in completed]
        held = validity(version, counted_for(role, for_others, refreshers))
        began = _clock_starts(members)
        for member in members:
            first = member.days.first
            if any(first in run for run in held) and not any(first in run for run in valid_for[role]):
                found[member.key] = began[member.key]
    return found


def _clock(began: date, member: Member, day: date) -> date:
    """The day from which a member's clock runs on a day: the start, or the last return from time away."""
    return max([began, *(day_after(away.last) for away in _away(member) if away.last < day)])


def _in_force_since(versions: Sequence[Version], member: Member) -> date:
    """Since when the requirement has held for the member's role and kind without a break, up to the last version."""
    since = versions[-1].days.first
    for version in reversed(versions[:-1]):
        if day_after(version.days.last) != since or not version.covers(member.role, member.kind):
            break
        since = version.days.first
    return since


def _last_start(runs: Sequence[Days], day: date) -> date:
    """The first day of the run that holds the day."""
    return next(run.first for run in runs if day in run)


def _due_on(version: Version, clock: date, day: date, valid: Sequence[Days]) -> date:
    """When it falls due for somebody required from `day`: N days after the clock began, or the expiry since then."""
    if expiries := [run.last for run in valid if clock <= run.last < day]:
        return expiries[-1]
    if version.due_by is not None and clock <= version.days.first:
        return version.due_by
    return max(clock + timedelta(days=version.due_days), version.due_by or date.min)


def _due_for_lessons(version: Version, in_role: date, day: date, valid: Sequence[Days]) -> date:
    """The earliest day on which the lessons of a role may fall due for somebody who is in it since a day."""
    is_expired = any(in_role <= run.last < day for run in valid)
    return date.min if is_expired else in_role + timedelta(days=version.due_days)


def _due_before_change(earlier: Sequence[Stretch], changed_on: date) -> date:
    """The earliest day that a change may make due: its own, unless the version before would have been due sooner."""
    before = changed_on - ONE_DAY
    due = [changed_on]
    for stretch in earlier:
        if before in days(stretch.required_from, stretch.required_to):
            is_satisfied = stretch.satisfied_from is not None and stretch.satisfied_from <= before
            due.append((stretch.satisfied_to or FOREVER) if is_satisfied else stretch.due_on)
    return min(due)


def _split_at_expiries(
    member: Member, version: Version, required: Days, due_on: date, valid: Sequence[Days]
) -> list[Stretch]:
    """One run of required days as stretches, each ending with its validity."""
    result: list[Stretch] = []
    first = required.first
    for run in valid:
        if run.last < first:
            continue
        if run.first > required.last:
            break
        last = min(run.last, required.last)
        satisfied = (run.first, or_none(run.last))
        result.append(Stretch(member.key, version.key, first, or_none(last), due_on, *satisfied))
        if last == required.last:
            return result
        first, due_on = last + ONE_DAY, last
    result.append(Stretch(member.key, version.key, first, or_none(required.last), due_on))
    return result
