"""Which counts of a published table to hide, so that no small one can be read or worked out. Pure.

A count from 1 up to the threshold speaks of people whom somebody may recognise: it becomes "<5". Nought is shown,
because it names nobody and a table without it would say nothing; but nought beside a small total is hidden like the
small counts, because it says something of each of those few people, and because showing it would give the others away.

Then further counts are hidden until every hidden one could be another: for each there is a second table with the same
published counts and totals. Finding it is a walk: a step up in one cell must be made good by a step down in its row
and its column, and so on until the steps close in a ring of hidden cells. In a table with totals every difference
between two tables is made of such rings, so where there is none the count is known, and where there is one it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Below this a small count would be the only one there is: "<2" says one.
LEAST = 3
_Cell = tuple[int, int]


class Mark(StrEnum):
    """How a count is printed."""

    SHOWN = "shown"
    #: As less than the threshold.
    SMALL = "small"
    #: Not at all, to protect a small one; where a whole table is hidden, the small ones too.
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Marks:
    """How to print each count of a table; totals come last in each row, and as the last row."""

    rows: Sequence[Sequence[Mark]]

    def of(self, row: int, column: int) -> Mark:
        """One count; -1 is the total."""
        return self.rows[row][column]


def hide(rows: Sequence[Sequence[int]], threshold: int, *, has_row_totals: bool = True) -> Marks:
    """How to print a table of counts with the totals of its columns and, mostly, of its rows.

    A threshold of 0 hides nothing. Raises ValueError for one that would protect nobody.
    """
    table = _Table(rows, threshold, has_row_totals=has_row_totals)
    if threshold:
        if threshold < LEAST:
            raise ValueError("A threshold below 3 tells what it hides.")
        table.hide_small()
        table.hide_more()
    return Marks(table.marks)


class _Table:
    """Counts with their totals and marks, and what a reader can make of them."""

    def __init__(self, rows: Sequence[Sequence[int]], threshold: int, *, has_row_totals: bool) -> None:
        self.threshold = threshold
        whole = [[*row, sum(row)] for row in rows]
        width = len(rows[0]) if rows else 0
        whole.append([sum(row[column] for row in whole) for column in range(width + 1)])
        self.counts = whole
        self.last_row, self.last_column = len(rows), width
        self.unprinted = set() if has_row_totals else {(row, width) for row in range(len(whole))}
        self.marks = [[Mark.SHOWN] * (width + 1) for _row in whole]
        self.safe: set[_Cell] = set()

    def cells(self) -> Iterator[_Cell]:
        for row in range(self.last_row + 1):
            for column in range(self.last_column + 1):
                if (row, column) not in self.unprinted:
                    yield row, column

    def count(self, cell: _Cell) -> int:
        return self.counts[cell[0]][cell[1]]

    def mark(self, cell: _Cell) -> Mark:
        return self.marks[cell[0]][cell[1]]

    def is_total(self, cell: _Cell) -> bool:
        return cell[0] == self.last_row or cell[1] == self.last_column

    def totals_of(self, cell: _Cell) -> list[_Cell]:
        """The printed totals that the cell is a part of."""
        above = {(self.last_row, cell[1]), (cell[0], self.last_column)} - {cell} - self.unprinted
        return sorted(above)

    def is_in_small(self, cell: _Cell) -> bool:
        return any(self.mark(total) is Mark.SMALL for total in self.totals_of(cell))

    def is_in_nought(self, cell: _Cell) -> bool:
        """Whether a printed total says already that there is nobody."""
        return any(self.count(total) == 0 and self.mark(total) is Mark.SHOWN for total in self.totals_of(cell))

    def hide_small(self) -> None:
        """Small counts, and each nought in a small total; totals first."""
        for cell in sorted(self.cells(), reverse=True):
            count = self.count(cell)
            if 0 < count < self.threshold or (count == 0 and self.is_in_small(cell) and not self.is_in_nought(cell)):
                self.marks[cell[0]][cell[1]] = Mark.SMALL

    def hide_more(self) -> None:
        """Further counts, until nothing hidden can be worked out: first where a line has only one, then any."""
        while more := self.cheapest(self.lonely()) or self.cheapest(self.near_exposed()):
            self.marks[more[0]][more[1]] = Mark.HIDDEN
        if self.first_exposed():
            # So few people that even "<5" tells: nothing of such a table is printed, not even which counts are small.
            self.marks = [[Mark.HIDDEN] * len(row) for row in self.marks]

    def lonely(self) -> list[_Cell]:
        """What could keep a hidden count company that is the only one of its row or column."""
        rows, columns = self.open_in_lines()
        for cell in self.cells():
            if self.mark(cell) is not Mark.SHOWN:
                if rows[cell[0]] == 1:
                    return list(self.line_of(cell, 0))
                if columns[cell[1]] == 1:
                    return list(self.line_of(cell, 1))
        return []

    def open_in_lines(self) -> tuple[list[int], list[int]]:
        """How many counts of each row and of each column a reader does not see."""
        rows, columns = [0] * (self.last_row + 1), [0] * (self.last_column + 1)
        for row, marks in enumerate(self.marks):
            for column, mark in enumerate(marks):
                if mark is not Mark.SHOWN or (row, column) in self.unprinted:
                    rows[row] += 1
                    columns[column] += 1
        return rows, columns

    def near_exposed(self) -> list[_Cell]:
        """What could protect a count that can still be worked out: its row and column, else anything."""
        exposed = self.first_exposed()
        if exposed is None:
            return []
        near = [*self.line_of(exposed, 0), *self.line_of(exposed, 1)]
        return near if self.cheapest(near) else list(self.cells())

    def first_exposed(self) -> _Cell | None:
        for cell in self.cells():
            if self.mark(cell) is not Mark.SHOWN and cell not in self.safe:
                if not self.could_be_another(cell):
                    return cell
                # More hidden cells only open more ways.
                self.safe.add(cell)
        return None

    def cheapest(self, cells: Iterable[_Cell]) -> _Cell | None:
        """The shown count whose loss costs least: a part before a total, one that has company before a lonely one."""
        shown = [cell for cell in cells if cell not in self.unprinted and self.mark(cell) is Mark.SHOWN]
        rows, columns = self.open_in_lines() if shown else ([], [])

        def price(cell: _Cell) -> tuple[bool, bool, int, int]:
            company = bool(rows[cell[0]]) + bool(columns[cell[1]])
            return self.count(cell) == 0, self.is_total(cell), -company, self.count(cell)

        return min(shown, key=price, default=None)

    def line_of(self, cell: _Cell, axis: int) -> Iterator[_Cell]:
        """The other cells of its row (0) or its column (1), printed or not."""
        for number in range((self.last_column if axis == 0 else self.last_row) + 1):
            other = (cell[0], number) if axis == 0 else (number, cell[1])
            if other != cell:
                yield other

    def can_step(self, cell: _Cell, step: int) -> bool:
        """Whether a reader must think the count could be so much more or less, by what is printed for it."""
        if cell in self.unprinted:
            return self.count(cell) + step >= 0
        match self.mark(cell):
            case Mark.SMALL:
                least = 0 if self.is_in_small(cell) else 1
                return least <= self.count(cell) + step < self.threshold
            case Mark.HIDDEN:
                # Were it small, it would say so.
                return self.count(cell) + step >= self.threshold
            case _:
                return False

    def could_be_another(self, cell: _Cell) -> bool:
        """Whether a ring of hidden cells leads through this one."""
        row, column = ("row", cell[0]), ("column", cell[1])
        sign = self.sign(cell)
        return (self.can_step(cell, sign) and self.leads(column, row, cell)) or (
            self.can_step(cell, -sign) and self.leads(row, column, cell)
        )

    def sign(self, cell: _Cell) -> int:
        """With the totals taken negative, every row and every column adds up to nought."""
        return -1 if (cell[0] == self.last_row) != (cell[1] == self.last_column) else 1

    def leads(self, start: tuple[str, int], end: tuple[str, int], without: _Cell) -> bool:
        """Whether steps in other cells lead from one line of the table to the other."""
        reached, waiting = {start}, [start]
        while waiting:
            kind, number = waiting.pop()
            for other in range((self.last_column if kind == "row" else self.last_row) + 1):
                cell = (number, other) if kind == "row" else (other, number)
                line = ("column" if kind == "row" else "row", other)
                # From a row to a column the signed count grows, from a column to a row it shrinks.
                step = self.sign(cell) * (1 if kind == "row" else -1)
                if line not in reached and cell != without and self.can_step(cell, step):
                    if line == end:
                        return True
                    reached.add(line)
                    waiting.append(line)
        return False
