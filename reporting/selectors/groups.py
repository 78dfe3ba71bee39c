"""One organisation by its units and roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from organisations.models import Organisation
from reporting.filters import Chosen
from reporting.rules import Counts
from reporting.selectors.choices import Choices
from reporting.selectors.counting import counts_of, severity_on, standing_of


@dataclass(frozen=True)
class Group:
    """Some of an organisation's people: by everything that is required of them, each once."""

    pk: int
    name: str
    counts: Counts
    #: How many units lie above it.
    depth: int = 0

    @property
    def indent(self) -> range:
        """One for each unit above it."""
        return range(self.depth)


@dataclass(frozen=True)
class Groups:
    """The people of an organisation by role and by unit; a unit holds those below it too."""

    roles: tuple[Group, ...]
    units: tuple[Group, ...]
    #: People whose membership names no unit.
    without_unit: Counts


def groups_of(organisation: Organisation, day: date, chosen: Chosen, choices: Choices) -> Groups:
    """The people by role and by unit: 1 query."""
    rows = (
        standing_of([organisation.pk], day, chosen)
        .values("membership__unit_id", "role_id", "person_id")
        .annotate(worst=Max(severity_on(day)))
        .values_list("membership__unit_id", "role_id", "person_id", "worst")
    )
    roles: dict[int, dict[int, int]] = defaultdict(dict)
    units: dict[int | None, dict[int, int]] = defaultdict(dict)
    for unit, role, person, worst in rows:
        _note(roles[role], person, worst)
        for each in (unit, *(choices.units[unit].above if unit in choices.units else ())):
            _note(units[each], person, worst)
    return Groups(
        roles=tuple(Group(pk, name, _counted(roles[pk])) for pk, name in choices.roles.items() if pk in roles),
        units=tuple(
            Group(unit.pk, unit.name, _counted(units.get(unit.pk, {})), len(unit.above))
            for unit in choices.units.values()
        ),
        without_unit=_counted(units.get(None, {})),
    )


def _note(people: dict[int, int], person: int, worst: int) -> None:
    people[person] = max(worst, people.get(person, 0))


def _counted(people: Mapping[int, int]) -> Counts:
    return counts_of(_states(people.values()))


def _states(worsts: Iterable[int]) -> list[int]:
    numbers = [0, 0, 0, 0]
    for worst in worsts:
        numbers[worst] += 1
    return numbers
