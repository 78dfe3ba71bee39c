"""What a question file comes to: questions, and what was refused or left out, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizzes.kinds.rules import RULES

LANGUAGES = ("en", "ar", "fa", "fr", "pt", "so", "es")
KINDS = tuple(RULES)

LARGEST_FILE = 50 * 1024 * 1024
#: Many times the largest bank we have seen; a file with more is refused as soon as it shows.
MOST_QUESTIONS = 20_000
#: Longer than anything that is read on a screen; what is longer is a mistake or an attack.
LONGEST_TEXT = 20_000
#: Of one question in a file, with all its marks and its HTML.
LONGEST_SOURCE = 2_000_000
LONGEST_NAME = 200
MOST_CHOICES = 60


class UnreadableError(ValueError):
    """The file as a whole cannot be used; the message says why in plain words."""


class RefusedError(ValueError):
    """One question cannot be taken over; the message says why in plain words."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Item:
    """A question as a file holds it."""

    kind: str
    content: Mapping[str, Any]
    name: str = ""
    tags: tuple[str, ...] = ()
    #: Who the question is, for ever; empty where the file does not say.
    key: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A question that was not taken over: where it stands in the file, and why."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """What was left out or changed in a question that was taken over."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that reading a file came to."""

    items: tuple[Item, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()
    format: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A file for another system, and what it could not carry."""

    data: bytes
    count: int
    left_out: tuple[Refusal, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Report:
    """What a reader gathers while it goes through a file."""

    items: list[Item] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Take a question; refuses (UnreadableError) one too many."""
        if len(self.items) >= MOST_QUESTIONS:
            raise UnreadableError(
                f"The file holds more than {MOST_QUESTIONS:,} questions. Nothing was taken over. "
                "Split it into smaller files and bring them one after another."
            )
        self.items.append(item)

    def refuse(self, where: str, message: str) -> None:
        """Say that a question was not taken over."""
        if len(self.refusals) >= MOST_QUESTIONS:
            raise UnreadableError("Almost nothing in the file can be read. Nothing was taken over.")
        self.refusals.append(Refusal(where, message))

    def note(self, where: str, message: str) -> None:
        """Say what was left out of a question that was taken over."""
        self.notes.append(Note(where, message))

    def result(self, format_name: str) -> Result:
        """What it all comes to."""
        return Result(tuple(self.items), tuple(self.refusals), tuple(self.notes), format_name)


def where_of(number: int, name: str = "", key: str = "") -> str:
    """A place in a file without lines, such as "question 12 (Consent)"."""
    label = name or key
    if len(label) > 60:
        label = f"{label[:57]}…"
    return f"question {number} ({label})" if label else f"question {number}"
