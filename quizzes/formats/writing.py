"""What all writers of question files ask of a content: its words in one language, and what each choice is worth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from quizzes.formats.building import HUNDRED, decimal_of, written
from quizzes.formats.items import Item, Note, Refusal, Written, where_of
from quizzes.formats.texts import tidy

NAMES = {
    "single_choice": "one right choice",
    "multiple_choice": "several right choices",
    "true_false": "true or false",
    "matching": "matching",
    "ordering": "ordering",
    "gaps": "fill the gaps",
    "short_answer": "short answer",
    "numeric": "number",
    "rewrite": "rewrite",
    "scenario": "scenario",
    "reflection": "reflection",
}
FIVE_PLACES = Decimal("0.00001")
NO_PICTURE = "Its picture is not in the file."


class LeftOutError(ValueError):
    """A format cannot carry a question; the message says why in plain words."""


class Words:
    """The words of one question in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.notes: list[str] = []

    def must(self, texts: Mapping[str, str] | None) -> str:
        """A text that the question cannot do without; refuses (LeftOutError) where it is missing."""
        text = self.may(texts)
        if not text:
            raise LeftOutError(f"It is not written in this language ({self.language}).")
        return text

    def may(self, texts: Mapping[str, str] | None) -> str:
        """A text that may be missing; what other languages say is noted as left out."""
        texts = texts or {}
        if any(text and code != self.language for code, text in texts.items()):
            self.note("Its other languages are not in the file.")
        return tidy(texts.get(self.language) or "")

    def note(self, message: str) -> None:
        """Say what the file does not hold of the question."""
        if message not in self.notes:
            self.notes.append(message)


class Writer(ABC):
    """Writes one question after the other in one language."""

    #: What the format is called in a sentence.
    title: str
    writers: Mapping[str, str]

    def __init__(self, language: str) -> None:
        self.words = Words(language)

    def write(self, items: Iterable[Item]) -> Written:
        """A file with all questions that the format can carry; the others are named."""
        pieces, left_out, notes = [], [], []
        for number, item in enumerate(items, start=1):
            where = where_of(number, item.name, item.key)
            self.words.notes = []
            try:
                name = self.writers.get(item.kind)
                if name is None:
                    raise LeftOutError(
                        f"{self.title} has no questions of the kind “{NAMES.get(item.kind, item.kind)}”."
                    )
                pieces.append(getattr(self, name)(item))
            except LeftOutError as refusal:
                left_out.append(Refusal(where, str(refusal)))
            else:
                notes += [Note(where, message) for message in self.words.notes]
        return Written(self.framed(pieces).encode(), len(pieces), tuple(left_out), tuple(notes))

    @abstractmethod
    def framed(self, pieces: Sequence[str]) -> str:
        """The whole file."""


def weight_of(choice: Mapping[str, Any]) -> Decimal | None:
    """What a choice says it is worth in per cent, if it does."""
    weight = choice.get("weight")
    return None if weight in (None, "") else decimal_of(str(weight))


def percents(kind: str, choices: Sequence[Mapping[str, Any]]) -> list[Decimal]:
    """What each choice is worth in per cent, as Moodle counts: wrong ones take off points where several are right."""
    own = [weight_of(choice) for choice in choices]
    right = [bool(choice.get("is_correct")) for choice in choices]
    if kind != "multiple_choice":
        return [
            weight if weight is not None else HUNDRED * is_right for weight, is_right in zip(own, right, strict=True)
        ]
    share = HUNDRED / (sum(right) or 1)
    worth = [weight if weight is not None else share for weight, is_right in zip(own, right, strict=True) if is_right]
    average = sum(worth, Decimal(0)) / (len(worth) or 1)
    return [
        rounded((share if is_right else -average) if weight is None else weight)
        for weight, is_right in zip(own, right, strict=True)
    ]


def rounded(percent: Decimal) -> Decimal:
    """A share of a hundred to the five places that Moodle knows."""
    return Decimal(written(percent.quantize(FIVE_PLACES)))


def own_order(content: Mapping[str, Any], words: Words) -> None:
    """Note that choices were to stay in order."""
    if content.get("keeps_order"):
        words.note("Its choices keep their order in Signpost; the file cannot say so.")
