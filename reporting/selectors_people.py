"""The people behind one number, for their organisation's own lead."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import get_language

from organisations.models import Organisation
from organisations.models.people import removed_person
from records.models import Requirement, Standing
from records.rules.standing import SEVERITY, State, Stretch, state_on, worst
from records.selectors.standing import standing_on
from reporting.rules import Counts
from reporting.tables import STATES


@dataclass(frozen=True)
class Job:
    """One role in which the module is required of a person."""

    membership_id: int
    role: str
    is_confirmed: bool
    unit: str


@dataclass(frozen=True)
class PersonRow:
    """One person who is required to hold the module, by the worst of their roles and requirements."""

    person_id: int
    name: str
    jobs: tuple[Job, ...]
    state: State
    #: The day by which to complete it; none while it is current.
    due_on: date | None
    #: The last day on which it is current; none where it has no end or is not current.
    valid_until: date | None

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return STATES[self.state]

    @property
    def units(self) -> str:
        """The units the person works in."""
        return ", ".join(dict.fromkeys(job.unit for job in self.jobs if job.unit))


@dataclass(frozen=True)
class People:
    """Everyone required to hold one module in one organisation on a day, the most pressing first."""

    title: str
    rows: Sequence[PersonRow]

    @property
    def counts(self) -> Counts:
        """The same people as numbers."""
        by_state = {state: sum(row.state == state for row in self.rows) for state in State}
        return Counts(
            required=len(self.rows),
            current=by_state[State.CURRENT] + by_state[State.EXPIRING],
            expiring=by_state[State.EXPIRING],
            due=by_state[State.DUE],
            overdue=by_state[State.OVERDUE],
        )

    def in_state(self, state: str) -> list[PersonRow]:
        """Those behind one number; who is expiring is current too. No state: all."""
        wanted = {State.CURRENT, State.EXPIRING} if state == State.CURRENT else {state}
        return [row for row in self.rows if not state or row.state in wanted]


def people_required(organisation: Organisation, module_key: uuid.UUID, day: date) -> People:
    """The people of an organisation who are required to hold the module on the day: one query, two where nobody is.

    The title is empty where no requirement ever named the module.
    """
    language = (get_language() or "en").split("-")[0]
    role = Coalesce(NullIf(F(f"role__name_{language}"), Value("")), F("role__name_en"), output_field=CharField())
    rows = (
        Standing.objects.filter(standing_on(day), organisation=organisation, module_key=module_key)
        .order_by("person__name", "person_id", "membership_id")
        .values_list(
            "person_id",
            "person__name",
            "person__erased_at",
            "membership_id",
            role,
            "membership__role_confirmed_at",
            "membership__unit__name",
            "required_from",
            "required_to",
            "due_on",
            "satisfied_from",
            "satisfied_to",
            "requirement_version__requirement__module_title",
        )
    )
    title = ""
    names: dict[int, str] = {}
    jobs: dict[int, dict[int, Job]] = defaultdict(dict)
    stretches: dict[int, list[Stretch]] = defaultdict(list)
    for person, name, erased_at, membership, role_name, confirmed_at, unit, *dates, title_here in rows:
        title = title_here
        names[person] = removed_person() if erased_at else name
        jobs[person][membership] = Job(membership, role_name, confirmed_at is not None, unit or "")
        stretches[person].append(Stretch(membership, 0, *dates))
    if not names:
        known = Requirement.objects.filter(module_key=module_key).values_list("module_title", flat=True)
        return People(known.first() or "", [])
    found = [_person(person, names[person], jobs[person], stretches[person], day) for person in names]
    found.sort(key=lambda row: (-SEVERITY[row.state], row.due_on or row.valid_until or date.max, row.name.casefold()))
    return People(title, found)


def _person(person_id: int, name: str, jobs: dict[int, Job], stretches: list[Stretch], day: date) -> PersonRow:
    states = [state_on(stretch, day) for stretch in stretches]
    pairs = list(zip(stretches, states, strict=True))
    late = [stretch.due_on for stretch, state in pairs if state in (State.DUE, State.OVERDUE)]
    ends = [stretch.satisfied_to for stretch in stretches if stretch.satisfied_to]
    return PersonRow(
        person_id=person_id,
        name=name,
        jobs=tuple(jobs.values()),
        state=worst(states),
        due_on=min(late, default=None),
        valid_until=None if late else min(ends, default=None),
    )
