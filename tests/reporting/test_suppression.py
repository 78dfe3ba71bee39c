"""Hidden counts cannot be worked out: each test is an attack by somebody who knows how the counts are hidden."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.suppression import Mark, hide

SHOWN, SMALL, HIDDEN = Mark.SHOWN, Mark.SMALL, Mark.HIDDEN


def with_totals(rows):
    whole = [[*row, sum(row)] for row in rows]
    return [*whole, [sum(column) for column in zip(*whole, strict=True)]]


def fits(count: int, printed: int, mark: Mark, threshold: int, *, may_be_nought: bool) -> bool:
    """Whether a reader must think that the count could be this."""
    match mark:
        case Mark.SHOWN:
            return count == printed
        case Mark.SMALL:
            return (0 if may_be_nought else 1) <= count < threshold
        case _:
            return count >= threshold


def attack(rows, threshold, *, has_row_totals=True) -> list[tuple[int, int]]:
    """The hidden counts that are the same in every table that fits what is printed."""
    marks = hide(rows, threshold, has_row_totals=has_row_totals).rows
    whole = with_totals(rows)
    height, width = len(rows), len(rows[0])
    printed = [
        (row, column) for row in range(height + 1) for column in range(width + 1) if has_row_totals or column < width
    ]
    hidden = [cell for cell in printed if marks[cell[0]][cell[1]] is not SHOWN]

    def may_be_nought(row, column):
        above = {(height, column), (row, width)} - {(row, column)}
        return any(each in printed and marks[each[0]][each[1]] is SMALL for each in above)

    free = [(row, column) for row in range(height) for column in range(width) if (row, column) in hidden]
    is_withheld = all(marks[row][column] is HIDDEN for row, column in printed)
    seen = {cell: {whole[cell[0]][cell[1]]} for cell in hidden}
    for steps in product((0, -1, 1), repeat=len(free)):
        other = [list(row) for row in rows]
        for (row, column), step in zip(free, steps, strict=True):
            other[row][column] += step
        other = with_totals(other)
        if all(
            (is_withheld and other[i][j] >= 0)
            or fits(other[i][j], whole[i][j], marks[i][j], threshold, may_be_nought=may_be_nought(i, j))
            for i, j in printed
        ):
            for i, j in hidden:
                seen[i, j].add(other[i][j])
    return [cell for cell, counts in seen.items() if len(counts) < 2]


counts = st.one_of(st.integers(0, 6), st.sampled_from([0, 20, 31]))
tables = st.one_of(
    *(
        st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=height)
        for width, height in ((1, 5), (2, 3), (3, 2))
    )
)


@given(rows=tables, threshold=st.integers(3, 6), has_row_totals=st.booleans())
@example(rows=[[4, 4], [0, 0]], threshold=5, has_row_totals=True)
@example(rows=[[3, 0], [50, 0]], threshold=5, has_row_totals=True)
@example(rows=[[1, 0]], threshold=3, has_row_totals=True)
def test_nothing_hidden_can_be_worked_out(rows, threshold, has_row_totals):
    assert attack(rows, threshold, has_row_totals=has_row_totals) == []


@given(rows=tables, threshold=st.integers(3, 6))
def test_no_small_count_is_shown_and_a_table_without_any_is_whole(rows, threshold):
    marks, whole = hide(rows, threshold).rows, with_totals(rows)
    printed = [
        (count, mark)
        for row, marked in zip(whole, marks, strict=True)
        for count, mark in zip(row, marked, strict=True)
    ]
    assert all(mark is not SHOWN for count, mark in printed if 0 < count < threshold)
    assert all(mark is not SMALL for count, mark in printed if count >= threshold)
    if not any(0 < count < threshold for count, _mark in printed):
        assert {mark for _count, mark in printed} == {SHOWN}


def test_a_table_of_a_handful_of_people_is_withheld_as_a_whole():
    assert {mark for row in hide([[1, 0], [1, 2]], 3).rows for mark in row} == {HIDDEN}


def test_one_small_count_takes_the_cheapest_ring_with_it():
    marks = hide([[3, 40], [60, 90], [12, 8]], 5).rows
    assert marks == [
        [SMALL, HIDDEN, SHOWN],
        [SHOWN, SHOWN, SHOWN],
        [HIDDEN, HIDDEN, SHOWN],
        [SHOWN, SHOWN, SHOWN],
    ]


def test_two_small_counts_protect_each_other_and_nobody_else_is_hidden():
    marks = hide([[3, 40], [30, 9], [2, 50]], 5).rows
    assert [row[:2] for row in marks] == [[SMALL, HIDDEN], [SHOWN, SHOWN], [SMALL, HIDDEN], [SHOWN, SHOWN]]


def test_a_single_organisation_cannot_hide_behind_its_total():
    marks = hide([[3, 40]], 5).rows
    assert marks == [[SMALL, HIDDEN, SHOWN], [SMALL, HIDDEN, SHOWN]]


def test_nought_is_shown_unless_its_total_is_small():
    assert hide([[0, 40], [30, 60]], 5).of(0, 0) is SHOWN
    assert hide([[0, 3], [30, 60]], 5).of(0, 0) is SMALL


def test_a_threshold_of_nought_hides_nothing_and_one_that_protects_nobody_is_refused():
    assert hide([[1, 2]], 0).rows == [[SHOWN] * 3] * 2
    with pytest.raises(ValueError, match="below 3"):
        hide([[1, 2]], 2)


def test_a_large_table_takes_no_time():
    rows = [[number % 7, 40 + number % 11] for number in range(200)]
    marks = hide(rows, 5).rows
    assert sum(mark is SMALL for row in marks for mark in row) >= 110
