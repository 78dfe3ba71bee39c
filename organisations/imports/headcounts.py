"""What an import of headcounts would change. The order of rows makes no difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from organisations.imports.planning import Outcome
from organisations.imports.rows import HeadcountRow, Refusal
from organisations.imports.values import Why

#: What no two figures of an organisation share: role, kind and day.
Place = tuple[int | None, str, date]


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure that is there."""

    pk: int
    people: int
    source: str


@dataclass(frozen=True, slots=True)
class HeadcountStep:
    """What becomes of one row."""

    row: HeadcountRow
    outcome: Outcome
    headcount: int | None = None
    refusals: tuple[Refusal, ...] = ()


def place_of(row: HeadcountRow) -> Place:
    """Where the figure belongs."""
    return row.role, row.kind, row.counted_on


def plan_headcounts(rows: Iterable[HeadcountRow], there: Mapping[Place, Counted]) -> tuple[HeadcountStep, ...]:
    """Says of every row whether the figure is new, replaces another or is there already."""
    rows = sorted(rows, key=lambda row: row.number)
    said: dict[Place, set[tuple[int, str]]] = defaultdict(set)
    for row in rows:
        said[place_of(row)].add((row.people, row.source))
    seen: set[Place] = set()
    steps = []
    for row in rows:
        place = place_of(row)
        if len(said[place]) > 1:
            steps.append(_refused(row, Why.ROWS_DISAGREE))
        elif place in seen:
            steps.append(_refused(row, Why.TWICE))
        elif (found := there.get(place)) is None:
            steps.append(HeadcountStep(row, Outcome.NEW))
        else:
            same = found.people == row.people and (not row.source or found.source == row.source)
            steps.append(HeadcountStep(row, Outcome.UNCHANGED if same else Outcome.CHANGED, found.pk))
        seen.add(place)
    return tuple(steps)


def _refused(row: HeadcountRow, why: Why) -> HeadcountStep:
    return HeadcountStep(row, Outcome.REFUSED, refusals=(Refusal(None, why),))
