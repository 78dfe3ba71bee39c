"""Which questions an attempt asks where a quiz asks some of many: pure rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Draw:
    """So many questions of a pool, by their keys."""

    count: int
    keys: tuple[str, ...]


def drawn(draws: Sequence[Draw], asked_before: Sequence[Collection[str]], seed: int) -> frozenset[str]:
    """The keys of the questions that an attempt asks: by chance, but what the person was never asked comes first.

    `asked_before` holds the keys of earlier attempts, the newest first. Once a pool is used up, what was asked longest
    ago comes back first, so that the next attempt repeats nothing while the pool lasts. A pool that is too small gives
    all it has.
    """
    age: Mapping[str, int] = {
        key: -number for number, keys in reversed(list(enumerate(asked_before, start=1))) for key in keys
    }
    return frozenset(key for draw in draws for key in _some(draw, age, seed, len(asked_before)))


def _some(draw: Draw, age: Mapping[str, int], seed: int, attempts: int) -> list[str]:
    def place(key: str) -> tuple[int, bytes]:
        # Never asked, then longest ago. A hash, as for the order of questions: it outlives the Python release.
        return age.get(key, -attempts - 1), sha256(f"{seed}:draw:{key}".encode()).digest()

    return sorted(draw.keys, key=place)[: draw.count]
