"""Every kind of letter that Signpost writes: one that waits for its week, or one that goes at once, and why.

`organisations.mail.post` takes a kind, so no letter leaves that is in neither group.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class LetterFinder(Protocol):
    """When letters of a kind last left to each of these people, or are about to; of those `are_posted` when they left.

    People to whom none did are left out.
    """

    def __call__(self, person_ids: Collection[int], *, are_posted: bool = False) -> Mapping[int, datetime]: ...


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter, named by the path of its templates without their ending."""

    template: str
    #: Says whom letters of this kind reached; none where the kind neither waits for the weekly limit nor counts in it.
    finder: LetterFinder | None


_kinds: dict[str, LetterKind] = {}


def once_a_week(template: str, finder: LetterFinder) -> LetterKind:
    """A kind that Signpost or a lead sends of their own accord: at most one a person in a week, of all such kinds."""
    return _kinds.setdefault(template, LetterKind(template, finder))


def at_once(template: str) -> LetterKind:
    """A kind that answers what its reader did, guards their account, or lets them in: it goes at any time."""
    return _kinds.setdefault(template, LetterKind(template, None))


def letter_kinds() -> list[LetterKind]:
    """All of them, each app's from its `mail` modules, which are read when it is ready."""
    return list(_kinds.values())


def letter_finders() -> list[LetterFinder]:
    """Who says whom letters of the week reached: each once, for some tell of several kinds."""
    return list(dict.fromkeys(kind.finder for kind in _kinds.values() if kind.finder is not None))
