"""Rules about copies of content: when two are the same, and what differs between two texts. No Django in here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any


def canonical_json(value: Any) -> str:
    """One spelling for equal content, whatever the order of its keys: a database may reorder them."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(value: Any) -> str:
    """The SHA-256 of the content's canonical spelling."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


#: What everyone reads of a lesson: the other languages follow the English.
WORDS_OF_A_LESSON = ("body_en", "gentle_body_en", "content_note_en")


def lesson_words_hash(content: Mapping[str, Any]) -> str:
    """What tells whether a lesson says the same: equal for two copies whose English words are equal."""
    return content_hash([content.get(name) or "" for name in WORDS_OF_A_LESSON])


@dataclass(frozen=True)
class Change:
    """A run of lines that stayed, went or came."""

    kind: str
    lines: tuple[str, ...]

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


def compare_lines(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """What stayed, went and came between two texts given as lines, in reading order."""
    changes: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, list(before), list(after), autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change(Change.SAME, tuple(before[i1:i2])))
            continue
        if i2 > i1:
            changes.append(Change(Change.REMOVED, tuple(before[i1:i2])))
        if j2 > j1:
            changes.append(Change(Change.ADDED, tuple(after[j1:j2])))
    return changes
