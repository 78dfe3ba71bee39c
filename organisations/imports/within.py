"""To whose places a file of who leads units is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Within:
    """The units to which a file of their lead is kept: of who works elsewhere it learns and changes nothing."""

    units: Collection[int]
    #: Where somebody new goes of whom no unit is told; None where that is not clear.
    default: int | None = None
    #: People who lead something in the organisation: their last day would end that.
    leads: Collection[int] = ()
    #: People who look after more than the units: only the organisation's own lead says where they work.
    above: Collection[int] = ()

    def holds(self, unit: int | None) -> bool:
        """Whether it is one of the units."""
        return unit in self.units
