"""Questions as they are asked, whatever their kind: reading stored content, and walking and replacing their texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

DEFAULT_LANGUAGE = "en"

#: As many characters as a tag has at most.
LONGEST_TAG = 60
#: As many as a question has at most.
MOST_TAGS = 30
#: One text by language code.
Texts = Mapping[str, str]
#: Gives the text that stands in the place of another; the second value says whether it is part of a label or a field.
Change = Callable[[Texts, bool], Texts]
#: The place of a part in a passage, such as [[2]].
MARKER = re.compile(r"\[\[(\d{1,2})\]\]")


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen or typed, and what is said about it afterwards."""

    key: str
    text: Texts
    is_correct: bool
    feedback: Texts
    #: What it is worth in per cent; None where its kind decides.
    weight: Decimal | None = None
    #: A number that is right, and how far from it an answer may lie.
    value: str = ""
    tolerance: str = ""
    #: The key of the step to which it leads; "" where the case ends.
    next: str = ""
    #: Where it stands in what is stored; an attempt may show it elsewhere.
    place: int = 0


@dataclass(frozen=True)
class Part:
    """One part of a question that is answered by itself: a term, a gap, a phrase, a step."""

    key: str
    text: Texts
    choices: tuple[Choice, ...] = ()
    #: The key of the question's choice that belongs to it.
    right: str = ""
    is_typed: bool = False
    feedback: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A picture above the words of a question, and what it shows."""

    #: The number of the picture in the site.
    image: int
    alt: Texts
    #: What a page needs to show it, where somebody looked it up: `url`, `width`, `height`.
    drawn: Any = None


@dataclass(frozen=True)
class Question:
    """A question exactly as it is asked."""

    key: str
    version_id: int | None
    kind: str
    text: Texts
    choices: tuple[Choice, ...]
    explanation: Texts
    parts: tuple[Part, ...] = ()
    keeps_order: bool = False
    #: The version by which it is marked, where that is not the one that is asked: its key was corrected.
    key_version_id: int | None = None
    picture: Picture | None = None

    @property
    def right_keys(self) -> frozenset[str]:
        """The keys of the right choices."""
        return frozenset(choice.key for choice in self.choices if choice.is_correct)

    @property
    def texts(self) -> tuple[Texts, ...]:
        """Every text that a learner meets in the question and in its result."""
        found: list[Texts] = []

        def note(texts: Texts, is_label: bool) -> Texts:
            found.append(texts)
            return texts

        self.with_texts(note)
        return tuple(found)

    def with_texts(self, change: Change) -> Question:
        """The question with every text changed: the one way to walk them, always in the same order."""
        return replace(
            self,
            picture=self.picture and replace(self.picture, alt=change(self.picture.alt, True)),
            # A passage holds fields, but it is no label itself.
            text=change(self.text, False),
            choices=_changed(self.choices, change),
            parts=tuple(
                replace(
                    part,
                    text=change(part.text, True),
                    choices=_changed(part.choices, change),
                    feedback=change(part.feedback, False),
                )
                for part in self.parts
            ),
            explanation=change(self.explanation, False),
        )


@dataclass(frozen=True)
class Line:
    """One line of what was answered, or of what is right."""

    #: What was chosen, or as it was typed.
    text: Texts
    typed: str = ""
    #: What it belongs to: a term, a phrase, a step; or the number of a gap or a place.
    label: Texts | None = None
    number: int = 0
    feedback: Texts | None = None
    #: None where a line is neither right nor not quite.
    is_right: bool | None = None
    #: What is right in its place, where it is not quite.
    better: Line | None = None


def question_from_content(key: str, version_id: int | None, kind: str, content: Mapping[str, Any]) -> Question:
    """The question that a stored version holds."""
    return Question(
        key=str(key),
        version_id=version_id,
        kind=kind,
        text=content.get("text") or {},
        choices=_choices(content),
        explanation=content.get("explanation") or {},
        parts=tuple(
            Part(
                key=str(part["key"]),
                text=part.get("text") or {},
                choices=_choices(part),
                right=str(part.get("right") or ""),
                is_typed=bool(part.get("is_typed")),
                feedback=part.get("feedback") or {},
            )
            for part in content.get("parts") or ()
        ),
        keeps_order=bool(content.get("keeps_order")),
        picture=_picture(content.get("picture")),
    )


def in_language(texts: Texts, code: str) -> str:
    """The text in a language, or in English."""
    return texts.get(code) or texts.get(DEFAULT_LANGUAGE) or ""


def lacks(texts: Texts, code: str) -> bool:
    """Whether a text that exists in English is missing in a language."""
    return bool(texts.get(DEFAULT_LANGUAGE)) and not texts.get(code)


def served_language(questions: Iterable[Question], code: str, texts: Iterable[Texts] = ()) -> str:
    """The one language of a whole quiz: the one asked for if nothing lacks it (nor any of `texts`), else English."""
    every_text = [*texts, *(text for question in questions for text in question.texts)]
    return DEFAULT_LANGUAGE if any(lacks(text, code) for text in every_text) else code


def pieces_of(passage: str, count: int) -> Iterator[str | int]:
    """A passage cut at its markers: its words, and the numbers (from 0) of the parts that stand between them.

    A marker of a part that is not there stays among the words.
    """
    said = ""
    for place, piece in enumerate(MARKER.split(passage)):
        if place % 2 == 0:
            said += piece
        elif 1 <= int(piece) <= count:
            yield said
            yield int(piece) - 1
            said = ""
        else:
            said += f"[[{piece}]]"
    yield said


def folded(tag: str) -> str:
    """A tag in the one way in which it is known, whatever its capital letters and blanks; never longer than its
    column."""
    return " ".join(tag.split()).casefold()[:LONGEST_TAG]


def tags_in(text: str) -> tuple[str, ...]:
    """The tags of a list with commas, each once, in their order."""
    tags: dict[str, str] = {}
    for part in (text or "").split(","):
        if name := " ".join(part.split()):
            tags.setdefault(folded(name), name)
    return tuple(tags.values())


def markers_in(passage: str) -> list[int]:
    """The numbers of the markers of a passage, in its order."""
    return [int(number) for number in MARKER.findall(passage)]


def choice_with(choices: Sequence[Choice], key: str) -> Choice | None:
    """The choice with a key."""
    return next((choice for choice in choices if choice.key == key), None)


def _choices(stored: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(_choice(each, place) for place, each in enumerate(stored.get("choices") or ()))


def _choice(stored: Mapping[str, Any], place: int) -> Choice:
    return Choice(
        key=str(stored["key"]),
        text=stored.get("text") or {},
        is_correct=bool(stored.get("is_correct")),
        feedback=stored.get("feedback") or {},
        weight=_decimal(stored.get("weight")),
        value=str(stored.get("value") or ""),
        tolerance=str(stored.get("tolerance") or ""),
        next=str(stored.get("next") or ""),
        place=place,
    )


def _picture(stored: Mapping[str, Any] | None) -> Picture | None:
    image = stored and stored.get("image")
    return Picture(image, (stored or {}).get("alt") or {}) if isinstance(image, int) else None


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _changed(choices: Iterable[Choice], change: Change) -> tuple[Choice, ...]:
    return tuple(
        replace(choice, text=change(choice.text, True), feedback=change(choice.feedback, False)) for choice in choices
    )
