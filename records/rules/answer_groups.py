"""Which groups of first attempts may be told of beside each other, so that no difference of them is about few people.

Every group is made of slices: the attempts of one edition in one stretch of time. Whoever reads the figures of several
groups can add and subtract them, and still cannot tell slices apart that stand in the same groups. So a group is told
only where all slices that cannot be told apart are, together, about enough people or nobody. The order of the groups
is fixed and settles which of two comes first, whatever was asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

#: An edition, and in how many of the periods its attempts lie.
Slice = tuple[int, int]
#: The last so many months, each within the one before.
PERIODS: Mapping[str, int] = {"12": 12, "3": 3}
#: The editions that cannot stand alone.
OTHERS = "others"


class Asked(NamedTuple):
    """Which attempts somebody wants to read about; empty: of any time, of every edition."""

    period: str = ""
    editions: str = ""


EVERYTHING = Asked()


def tellable(counts: Mapping[Slice, int], groups: Iterable[Collection[Slice]], least: int) -> Iterator[bool]:
    """For each group, whether it may be told beside those before it that are."""
    classes: dict[Slice, int] = dict.fromkeys(counts, 0)
    for group in groups:
        finer = {part: (mark, part in group) for part, mark in classes.items()}
        sizes: Counter[tuple[int, bool]] = Counter()
        for part, mark in finer.items():
            sizes[mark] += counts[part]
        is_told = all(not size or size >= least for size in sizes.values())
        if is_told:
            numbers = {mark: number for number, mark in enumerate(sizes)}
            classes = {part: numbers[mark] for part, mark in finer.items()}
        yield is_told


@dataclass(frozen=True)
class Choices:
    """What can be chosen."""

    #: The editions of each choice, in the order in which they come.
    editions: Mapping[str, Collection[int]] = field(default_factory=dict)
    periods: Sequence[str] = ()

    def group(self, asked: Asked, slices: Iterable[Slice]) -> frozenset[Slice]:
        """The slices that a choice is about."""
        since = list(PERIODS).index(asked.period) + 1 if asked.period else 0
        editions = self.editions.get(asked.editions)
        return frozenset(part for part in slices if part[1] >= since and (editions is None or part[0] in editions))

    def may_tell(self, asked: Asked, counts: Mapping[Slice, int], least: int) -> bool:
        """Whether figures over these attempts may be told for a choice."""
        # What leaves more out comes later: it gives way to what says more.
        every = [Asked(*each) for each in product(("", *self.periods), ("", *self.editions))]
        every.sort(key=lambda each: (bool(each.period) + bool(each.editions), bool(each.editions)))
        told = tellable(counts, (self.group(each, counts) for each in every), least)
        return next((is_told for each, is_told in zip(every, told, strict=True) if each == asked), False)

    def or_all(self, asked: Asked) -> Asked:
        """What was asked for, without what cannot be chosen."""
        return Asked(
            asked.period if asked.period in self.periods else "",
            asked.editions if asked.editions in self.editions else "",
        )


def choices_in(counts: Mapping[Slice, int], editions: Mapping[str, Collection[int]], least: int) -> Choices:
    """What to offer of these editions, each choice about enough people and leaving enough or nobody; what cannot stand
    alone is put together."""
    every = Choices(editions, tuple(PERIODS))
    total = sum(counts.values())

    def is_offered(asked: Asked) -> bool:
        size = sum(counts[part] for part in every.group(asked, counts))
        return least <= size < total and every.may_tell(asked, counts, least)

    kept = {name: editions[name] for name in editions if is_offered(Asked("", name))}
    alone = {pk for held in kept.values() if len(held) == 1 for pk in held}
    rest = {pk for pk, _band in counts} - alone
    if (
        alone
        and sum(count for part, count in counts.items() if part[0] in rest) >= least
        and rest not in kept.values()
    ):
        kept[OTHERS] = frozenset(rest)
    return Choices(kept, [name for name in PERIODS if is_offered(Asked(name))])
