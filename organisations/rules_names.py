"""Whose names look alike."""

from __future__ import annotations

import unicodedata


def plain_name(name: str) -> str:
    """A name as it is compared: without accents, case, signs and the order of its words."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isalnum() else " " for char in letters if not unicodedata.combining(char))
    return " ".join(sorted(kept.split()))


def are_alike(one: str, other: str) -> bool:
    """Whether two names could be one person's: every word of the shorter stands in the longer, or its initial does.

    At least one whole word is the same, and one word alone is like itself only.
    """
    names = (plain_name(one).split(), plain_name(other).split())
    first, second = sorted(names, key=lambda words: (len(words), words))
    if len(first) < 2:
        return bool(first) and first == second
    whole = [word for word in first if word in second]
    left = list(second)
    for word in whole:
        if word in left:
            left.remove(word)
    for word in first:
        if word in whole:
            continue
        found = next((each for each in left if _is_initial(word, each)), None)
        if found is None:
            return False
        left.remove(found)
    return any(len(word) > 1 for word in whole) and len(second) - len(left) == len(first)


def _is_initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))
