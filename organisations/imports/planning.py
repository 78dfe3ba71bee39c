"""What an import of people would change: each row beside what is there. The order of rows makes no difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from organisations.imports.clashes import Key, claims, disagree, first_beside, other_claim
from organisations.imports.columns import Field
from organisations.imports.rows import PersonRow, Refusal
from organisations.imports.values import Why
from organisations.imports.within import Within
from organisations.rules import domain_of


class Outcome(StrEnum):
    """What becomes of a row, or of somebody who stands in no row."""

    NEW = "new"
    BACK = "back"
    CHANGED = "changed"
    MOVED = "moved"
    ENDED = "ended"
    MISSING = "missing"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Here:
    """A membership of the organisation as it is."""

    pk: int
    person: int
    role: int
    unit: int | None
    kind: str
    staff_number: str
    work_email: str
    started_on: date
    ended_on: date | None

    def is_open(self, day: date) -> bool:
        """Whether it lasts on the day, or begins after it."""
        return self.ended_on is None or self.ended_on >= day


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who has a place here or uses an address of the file."""

    pk: int
    name: str
    email: str
    #: Whether the organisation may put name and address right: nobody has signed in, and nobody else knows them.
    is_ours: bool = False


@dataclass
class Known:
    """What is there."""

    people: Mapping[int, Someone] = field(default_factory=dict)
    #: Every membership of the organisation, ended ones too.
    here: Sequence[Here] = ()
    #: Who uses an address of the file to sign in.
    accounts: Mapping[str, int] = field(default_factory=dict)
    #: Domains whose addresses the organisation gives out.
    domains: Collection[str] = ()
    within: Within | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one row."""

    row: PersonRow
    outcome: Outcome
    #: None: somebody new.
    person: int | None = None
    #: None: a new membership.
    membership: int | None = None
    #: The name and address that the person gets, where they change.
    name: str = ""
    email: str = ""
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What becomes of every row, and memberships of which no row speaks."""

    steps: tuple[Step, ...]
    missing: tuple[Here, ...]
    #: Rows of one person, which are written together: the place of each group among the steps.
    groups: tuple[tuple[int, ...], ...] = ()


@dataclass
class _Index:
    by_email: dict[str, list[Here]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[Here]] = field(default_factory=lambda: defaultdict(list))
    of_person: dict[int, list[Here]] = field(default_factory=lambda: defaultdict(list))


def make_plan(rows: Iterable[PersonRow], known: Known, day: date) -> Plan:
    """Says of every row what it would change on the day.

    Somebody is known by e-mail address, whatever its case; without one by staff number within the organisation. That
    an address with an account elsewhere is refused tells that there is one. Taken, it would put somebody here unasked.
    """
    rows = sorted(rows, key=lambda row: row.number)
    index = _index(known)
    steps: dict[int, Step] = {}
    grouped: dict[Key, list[PersonRow]] = defaultdict(list)
    for row in rows:
        found = _found_within(known.within, row, _find(row, known, index, day), index)
        if isinstance(found, Why):
            steps[row.number] = _refused(row, found)
        else:
            key = found or _own_key(row)
            grouped[key].append(row)
    rows_by_key = [(key, row) for key, group in grouped.items() for row in group]
    numbers = claims((row.staff_number.casefold(), key, row.number) for key, row in rows_by_key)
    addresses = claims((row.email, key, row.number) for key, row in rows_by_key)
    touched: set[int] = set()
    for key, group in grouped.items():
        if other := other_claim(key, (row.staff_number.casefold() for row in group), numbers):
            made = [_refused(row, Why.NUMBER_TWICE, other) for row in group]
        elif other := other_claim(key, (row.email for row in group), addresses):
            made = [_refused(row, Why.ADDRESS_SHARED, other) for row in group]
        else:
            person = known.people[key] if isinstance(key, int) else None
            theirs = index.of_person[person.pk] if person else []
            if known.within is None:
                made = _resolve(group, person, theirs, day, touched)
            else:
                made = _resolve_within(known.within, group, person, theirs, day, touched)
        for step in made:
            steps[step.row.number] = step
    order = {row.number: place for place, row in enumerate(rows)}
    groups = [tuple(order[row.number] for row in group) for group in grouped.values()]
    missing = tuple(
        each
        for each in known.here
        if each.is_open(day) and each.pk not in touched and may_end(known.within, each.person, each.unit)
    )
    return Plan(tuple(steps[row.number] for row in rows), missing, tuple(groups))


def may_end(within: Within | None, person: int, unit: int | None) -> bool:
    """Whether a file may end a place of this person in this unit."""
    return within is None or (unit in within.units and person not in within.leads and person not in within.above)


def _found_within(within: Within | None, row: PersonRow, found: int | Why | None, index: _Index) -> int | Why | None:
    """Who the row is about, as far as the file may know: of units only who has or had a place in them."""
    if within is None:
        return found
    if isinstance(found, Why) or (row.unit is not None and row.unit not in within.units):
        return Why.NOT_YOURS
    if found is not None and not any(within.holds(each.unit) for each in index.of_person.get(found, ())):
        return Why.NOT_YOURS
    return found


def _resolve_within(
    within: Within,
    group: list[PersonRow],
    person: Someone | None,
    theirs: list[Here],
    day: date,
    touched: set[int],
) -> list[Step]:
    """The rows of one person beside their memberships in the units; whatever is elsewhere stays as it is.

    Who works elsewhere too keeps their roles, name and address: the file changes only a place that it finds.
    """
    own = [each for each in theirs if within.holds(each.unit)]
    refused: list[Step] = []
    if person is not None and len(own) < len(theirs):
        person = replace(person, is_ours=False)
        if any(each.is_open(day) and not within.holds(each.unit) for each in theirs):
            here = {each.role for each in own if each.is_open(day)}
            refused = [_refused(row, Why.NOT_YOURS) for row in group if row.role not in here]
            group = [row for row in group if row.role in here]
    made = _resolve(group, person, own, day, touched) if group else []
    return refused + [_kept_within(within, step) for step in made]


#: What changes where somebody works or until when.
_PLACED = (Outcome.NEW, Outcome.BACK, Outcome.MOVED, Outcome.ENDED)


def _kept_within(within: Within, step: Step) -> Step:
    """The step, unless it would put somebody into no unit, end what they lead or place anew who looks after more."""
    is_of_above = step.person in within.above and step.outcome in _PLACED
    if is_of_above or (step.outcome == Outcome.ENDED and step.person in within.leads):
        return _refused(step.row, Why.NOT_YOURS)
    if step.membership is not None or step.outcome == Outcome.REFUSED or step.row.unit is not None:
        return step
    if within.default is None:
        return _refused(step.row, Why.NO_UNIT)
    return replace(step, row=replace(step.row, unit=within.default))


def _own_key(row: PersonRow) -> str:
    """What tells somebody new from everybody else."""
    return f"@ {row.email}" if row.email else f"# {row.staff_number.casefold()}"


def _index(known: Known) -> _Index:
    index = _Index()
    for each in known.here:
        index.of_person[each.person].append(each)
        if each.work_email:
            index.by_email[each.work_email.casefold()].append(each)
        if each.staff_number:
            index.by_number[each.staff_number.casefold()].append(each)
    return index


def _refused(row: PersonRow, why: Why, beside: int | None = None) -> Step:
    where, text = FIELD_OF.get(why), ""
    if where:
        text = row.email if where == Field.EMAIL else row.staff_number if where == Field.STAFF_NUMBER else ""
    return Step(row, Outcome.REFUSED, refusals=(Refusal(where, why, text, beside),))


FIELD_OF = {
    Why.NUMBER_TWICE: Field.STAFF_NUMBER,
    Why.NUMBER_OF_ANOTHER: Field.STAFF_NUMBER,
    Why.ADDRESS_ELSEWHERE: Field.EMAIL,
    Why.ADDRESS_SHARED: Field.EMAIL,
    Why.SEVERAL_ROLES: Field.ROLE,
    Why.ENDS_BEFORE_START: Field.ENDED_ON,
    Why.NO_UNIT: Field.UNIT,
}


def _find(row: PersonRow, known: Known, index: _Index, day: date) -> int | Why | None:
    """Who the row is about: somebody's number, None for somebody new, or why that cannot be told."""
    person = None
    if row.email:
        here = index.by_email.get(row.email, [])
        people = {each.person for each in here if each.is_open(day)} or {each.person for each in here}
        account = known.accounts.get(row.email)
        if len(people) > 1:
            # One mailbox, several people: the one who signs in with it, if that is one of them.
            people &= {account}
            if not people:
                return Why.ADDRESS_SHARED
        if people:
            (person,) = people
        elif account is not None:
            if account not in index.of_person and domain_of(row.email) not in known.domains:
                return Why.ADDRESS_ELSEWHERE
            person = account
    if row.staff_number:
        with_number = index.by_number.get(row.staff_number.casefold(), [])
        holders = {each.person for each in with_number if each.is_open(day)} - {person}
        if person is not None and holders:
            return Why.NUMBER_OF_ANOTHER
        if person is None:
            return _find_by_number(row, known, with_number, holders)
    return person


def _find_by_number(row: PersonRow, known: Known, with_number: list[Here], holders: set[int]) -> int | Why | None:
    if len(holders) > 1:
        return Why.NUMBER_OF_ANOTHER
    if not holders:
        # Who has left may come back; a number that went to somebody else has another name.
        left = {each.person for each in with_number if _same_name(known.people[each.person].name, row.name)}
        return left.pop() if len(left) == 1 and not row.email else None
    (holder,) = holders
    someone = known.people[holder]
    has_other_address = row.email and any(each.work_email for each in with_number if each.person == holder)
    if has_other_address and not _same_name(someone.name, row.name):
        return Why.NUMBER_OF_ANOTHER
    return holder


def _same_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _resolve(
    group: list[PersonRow], person: Someone | None, theirs: list[Here], day: date, touched: set[int]
) -> list[Step]:
    """The rows of one person beside the person's memberships here."""
    if disagree(group):
        touched.update(each.pk for each in theirs)
        numbers = [row.number for row in group]
        return [_refused(row, Why.ROWS_DISAGREE, first_beside(row.number, numbers)) for row in group]
    open_here = [each for each in theirs if each.is_open(day)]
    made: list[Step] = []
    rows: dict[int, PersonRow] = {}
    for row in group:
        if row.role in rows:
            made.append(_refused(row, Why.TWICE, rows[row.role].number))
        else:
            rows[row.role] = row
    by_role = {each.role: each for each in open_here}
    other_rows = [row for role, row in rows.items() if role not in by_role and not _left_before(row, day)]
    other_places = [each for each in open_here if each.role not in rows]
    is_clear = not other_rows or not other_places or (len(other_rows) == 1 and len(other_places) == 1)
    for role, row in rows.items():
        place = by_role.get(role)
        if place is None and _left_before(row, day):
            # Gone, and the file says so: who is open here under one other role has left it.
            place = other_places[0] if len(other_places) == 1 and len(rows) == 1 else None
            if place is None:
                made.append(Step(row, Outcome.UNCHANGED, person.pk if person else None))
                continue
        elif place is None and other_places:
            if not is_clear:
                touched.update(each.pk for each in other_places)
                made.append(_refused(row, Why.SEVERAL_ROLES))
                continue
            place = other_places[0]
        if place is not None:
            touched.add(place.pk)
        made.append(_step(row, person, place, Outcome.BACK if theirs and not open_here else Outcome.NEW))
    return made


def _left_before(row: PersonRow, day: date) -> bool:
    return row.ended_on is not None and row.ended_on < day


def _step(row: PersonRow, person: Someone | None, place: Here | None, new: Outcome) -> Step:
    if person is None:
        return Step(row, Outcome.NEW, name=row.name, email=row.email)
    name = row.name if person.is_ours and person.name != row.name else ""
    email = row.email if person.is_ours and not person.email else ""
    if place is None:
        return Step(row, new, person.pk, None, name, email)
    made = {"person": person.pk, "membership": place.pk, "name": name, "email": email}
    if row.ended_on is not None and row.ended_on != place.ended_on:
        if row.ended_on < place.started_on:
            return _refused(row, Why.ENDS_BEFORE_START)
        return Step(row, Outcome.ENDED, **made)  # type: ignore[arg-type]
    is_moved = (
        row.role != place.role
        or (row.unit is not None and row.unit != place.unit)
        or row.new_unit != ""
        or (row.kind != "" and row.kind != place.kind)
    )
    if is_moved and row.ended_on is None:
        return Step(row, Outcome.MOVED, **made)  # type: ignore[arg-type]
    is_changed = (
        name
        or email
        or (row.staff_number and row.staff_number != place.staff_number)
        or (row.email and row.email != place.work_email.lower())
    )
    return Step(row, Outcome.CHANGED if is_changed else Outcome.UNCHANGED, **made)  # type: ignore[arg-type]
