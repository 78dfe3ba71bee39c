"""Which groups of first attempts can be told of, so that adding and subtracting them never tells of few people."""

from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.answer_groups import OTHERS, PERIODS, Asked, Choices, choices_in

LEAST = 20
sizes = st.one_of(st.integers(0, 45), st.sampled_from((0, 1, 19, 20, 21, 40)))
tables = st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 2)), sizes, max_size=7)
EDITIONS = {"new": [3], "middle": [2], "old": [1]}
MODULES = {"module": [1, 3], **EDITIONS}


def told_in(choices, counts):
    every = product(("", *choices.periods), ("", *choices.editions))
    return [asked for asked in map(Asked._make, every) if choices.may_tell(asked, counts, LEAST)]


def rank(rows):
    rows, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for number in range(found + 1, len(rows)):
            factor = rows[number][column] / pivot[column]
            rows[number] = [a - factor * b for a, b in zip(rows[number], pivot, strict=True)]
        found += 1
    return found


def worked_out(groups, counts):
    """The smallest number of people above nought whose sum can be had from the sums of the groups, by trying all."""
    people = [part for part, count in counts.items() if count]
    known = [[part in group for part in people] for group in groups]
    every = chain.from_iterable(combinations(people, size) for size in range(1, len(people) + 1))
    found = [sum(counts[part] for part in some) for some in every
             if known and rank([*known, [part in some for part in people]]) == rank(known)]  # fmt: skip
    return min(found, default=LEAST)


@given(tables, tables, st.sampled_from([EDITIONS, MODULES]))
def test_no_sum_or_difference_of_what_is_told_is_about_few(counts, of_a_question, editions):
    choices = choices_in(counts, editions, LEAST)
    for each in (counts, {part: min(count, of_a_question.get(part, 0)) for part, count in counts.items()}):
        groups = [choices.group(asked, each) for asked in told_in(choices, each)]
        assert worked_out(groups, each) >= LEAST


@given(tables)
def test_what_is_offered_is_told(counts):
    choices = choices_in(counts, EDITIONS, LEAST)
    offered = [Asked(period) for period in choices.periods] + [Asked("", name) for name in choices.editions]
    for asked in offered:
        assert choices.may_tell(asked, counts, LEAST)
        assert LEAST <= sum(counts[part] for part in choices.group(asked, counts)) < sum(counts.values())


@pytest.mark.parametrize(
    ("counts", "names", "periods"),
    [
        ({(1, 0): 20, (2, 0): 20, (3, 0): 20}, ["new", "middle", "old"], []),
        # What is left of a small edition goes with the next.
        ({(1, 0): 5, (2, 0): 20, (3, 0): 20}, ["new", OTHERS], []),
        ({(1, 0): 19, (3, 0): 100}, [], []),
        # The time comes first, and an edition that would tell of the few in it gives way.
        ({(1, 0): 30, (2, 1): 30, (2, 2): 5, (3, 2): 30}, ["old", OTHERS], ["12", "3"]),
        ({(1, 0): 30, (1, 1): 19}, [], []),
        ({}, [], []),
    ],
)
def test_what_is_offered(counts, names, periods):
    choices = choices_in(counts, EDITIONS, LEAST)
    assert (list(choices.editions), list(choices.periods)) == (names, periods)


def test_what_cannot_be_chosen_is_not_asked():
    choices = Choices({"new": [3]}, ["12"])
    assert choices.or_all(Asked("12", "new")) == Asked("12", "new")
    assert choices.or_all(Asked("3", "<old>")) == Asked()
    assert set(PERIODS) == {"12", "3"}
