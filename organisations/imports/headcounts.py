"""What an import of headcounts would change. The order of rows makes no difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from organisations.imports.clashes import first_beside
from organisations.imports.columns import Field
from organisations.imports.planning import Outcome
from organisations.imports.rows import HeadcountRow, Refusal
from organisations.imports.values import Why

#: What no two figures share: the organisation, which a file about one does not name, role, kind and day.
Place = tuple[int | None, int | None, str, date]
#: The organisations that are in a partnership today.
Belonging = Collection[int]


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
    return row.organisation, row.role, row.kind, row.counted_on


def plan_headcounts(
    rows: Iterable[HeadcountRow], there: Mapping[Place, Counted], belonging: Belonging | None = None
) -> tuple[HeadcountStep, ...]:
    """Says of every row whether the figure is new, replaces another or is there already.

    Of a file about several organisations a row is refused whose organisation is not in the partnership today. One that
    is may have been counted before it joined: until it counts anew, that is its newest figure.
    """
    rows = sorted(rows, key=lambda row: row.number)
    said: dict[Place, set[tuple[int, str]]] = defaultdict(set)
    numbers: dict[Place, list[int]] = defaultdict(list)
    for row in rows:
        said[place_of(row)].add((row.people, row.source))
        numbers[place_of(row)].append(row.number)
    seen: set[Place] = set()
    steps = []
    for row in rows:
        place = place_of(row)
        beside = first_beside(row.number, numbers[place])
        if belonging is not None and row.organisation not in belonging:
            steps.append(_refused(row, Why.UNKNOWN_ORGANISATION, Field.ORGANISATION))
        elif len(said[place]) > 1:
            steps.append(_refused(row, Why.FIGURES_DISAGREE, beside=beside))
        elif place in seen:
            steps.append(_refused(row, Why.TWICE, beside=beside))
        elif (found := there.get(place)) is None:
            steps.append(HeadcountStep(row, Outcome.NEW))
        else:
            same = found.people == row.people and (not row.source or found.source == row.source)
            steps.append(HeadcountStep(row, Outcome.UNCHANGED if same else Outcome.CHANGED, found.pk))
        seen.add(place)
    return tuple(steps)


def _refused(row: HeadcountRow, why: Why, field: str | None = None, beside: int | None = None) -> HeadcountStep:
    return HeadcountStep(row, Outcome.REFUSED, refusals=(Refusal(field, why, beside=beside),))
