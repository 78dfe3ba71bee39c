"""How one member stands with many requirements as a few whole numbers.

Each requirement has a place of three bits, empty or 1 and up for how badly the member stands with it. Members who
stand alike are then one row, and only such rows are taken apart: hardly any of what there is to count.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, Func

from organisations.bulk import Slot

#: Bits of one place, and places of one number: PostgreSQL counts with 63 bits and a sign.
BITS, PLACES = 3, 21
#: Everything in one place.
FULL = 2**BITS - 1


class Version(NamedTuple):
    """A version of a requirement: of one organisation, or else of a partnership."""

    pk: int
    organisation_id: int | None
    module_key: uuid.UUID


@dataclass
class Packing:
    """The place of each version: those of organisations share places, as nobody is a member under two of them."""

    module_keys: dict[tuple[int | None, int], uuid.UUID] = field(default_factory=dict)
    place_of: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, versions: Iterable[Version]) -> Packing:
        """Places for these versions, those of partnerships first."""
        made = cls()
        taken: dict[int | None, int] = {}
        for pk, organisation, module_key in sorted(versions, key=lambda each: (each.organisation_id or 0, each.pk)):
            place = taken.get(organisation, taken.get(None, 0))
            taken[organisation] = place + 1
            made.place_of[pk] = place
            made.module_keys[organisation, place] = module_key
        return made

    @property
    def numbers(self) -> int:
        """How many numbers hold all places."""
        return max(self.place_of.values(), default=0) // PLACES + 1

    def module_at(self, organisation_id: int, place: int) -> uuid.UUID:
        """The module that is required by the version in this place there."""
        found = self.module_keys.get((None, place))
        return found or self.module_keys[organisation_id, place]

    @property
    def lists(self) -> list[list[int]]:
        """What `Unit` needs: where to begin, and for each number the unit of each version from there on.

        Whatever has no place in a number has a unit of 0 in it.
        """
        first, last = min(self.place_of, default=1), max(self.place_of, default=0)
        units = [[0] * (last - first + 2) for _number in range(self.numbers)]
        for pk, place in self.place_of.items():
            units[place // PLACES][pk - first + 1] = 1 << BITS * (place % PLACES)
        return [[first - 1], *units]


class Unit(Func):
    """What 1 in the place of a version adds to a number; looked up in a list, as to join costs twice as much."""

    output_field = BigIntegerField()

    def __init__(self, path: str, *, first: Slot, units: Slot) -> None:
        super().__init__(F(path))
        self.first, self.units = first._replace(part=0), units

    def as_postgresql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The unit, on PostgreSQL, whose lists begin with 1."""
        version, named = compiler.compile(self.source_expressions[0])
        return f"(%s::bigint[])[{version} - %s + 1]", (self.units, *named, self.first)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The unit, on SQLite, which knows lists as JSON."""
        version, named = compiler.compile(self.source_expressions[0])
        listed = f"'$[' || MAX({version} - %s, 0) || ']'"
        return f"COALESCE(JSON_EXTRACT(%s, {listed}), 0)", (self.units._replace(is_json=True), *named, self.first)


def unpacked(rows: str, name: str, number: int) -> str:
    """SQL for the rows of a table with each place of this number of theirs and what stands there, -1 where nothing."""
    places = " UNION ALL ".join(
        f"SELECT {number * PLACES + place} AS place, {place * BITS} AS shift" for place in range(PLACES)
    )
    # Nothing in it comes from outside.
    return (
        f"SELECT {rows}.*, place, (({name} >> shift) & {FULL}) - 1 AS worst FROM {rows} CROSS JOIN ({places}) AS place"  # noqa: S608
    )
