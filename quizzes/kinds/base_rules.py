"""What every kind of question knows about answers: pure rules, without Django. An answer is a list of texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from quizzes.questions import Choice, Line, Question, choice_with

Answer = tuple[str, ...]
#: Where a thing with these keys stands in the order of one attempt.
Place = Callable[..., bytes]
#: What was typed and is not accepted, whatever it was; and what was typed and is.
OTHER, ACCEPTED = "?", "!"


@dataclass(frozen=True)
class Option:
    """Something that people can answer, as it is counted and read."""

    key: str
    line: Line


class Rules(ABC):
    """How a kind of question is answered, marked, laid out and told afterwards."""

    name: str
    #: Whether it counts in a score.
    is_marked = True
    #: Whether nobody sees its choices: they are the accepted answers.
    is_typed = False

    @abstractmethod
    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        """The answer in the one way in which it is stored; what the question does not offer is dropped."""

    @abstractmethod
    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        """How much of the question is right, from 0 to 1; 1 only for a right answer."""

    @abstractmethod
    def right_answer(self, question: Question) -> Answer:
        """An answer that gets full marks."""

    @abstractmethod
    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        """The answer line by line, with what is said about each afterwards; empty when nothing was answered."""

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        """What is right, where the lines of the answer do not say it themselves."""
        return self.said(question, self.right_answer(question))

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        """Whether nothing of the question is left to answer."""
        return bool(self.known(question, answer))

    def may_keep(self, question: Question, answer: Iterable[Any]) -> bool:
        """Whether the answer can be kept as it is, before it is handed in."""
        return self.is_answered(question, answer)

    def may_follow(self, question: Question, stored: Iterable[Any], answer: Iterable[Any]) -> bool:
        """Whether the answer may take the place of one that was kept before."""
        return True

    def arrange(self, question: Question, place: Place, is_shuffled: bool) -> Question:
        """The question in the order of one attempt."""
        return shuffled_choices(question, place) if is_shuffled else question

    def options(self, question: Question) -> tuple[Option, ...]:
        """What can be answered, in the written order."""
        return tuple(Option(each.key, Line(each.text, is_right=each.is_correct)) for each in question.choices)

    def taken(self, question: Question, answer: Iterable[Any]) -> Answer:
        """The keys of the options that an answer stands for; never what was typed, which could name somebody."""
        return self.known(question, answer)


def shuffled(choices: Sequence[Choice], place: Place, *keys: str) -> tuple[Choice, ...]:
    """Choices in the order of one attempt."""
    return tuple(sorted(choices, key=lambda choice: place(*keys, choice.key)))


def shuffled_choices(question: Question, place: Place) -> Question:
    """The question with its own choices in the order of one attempt."""
    return replace(question, choices=shuffled(question.choices, place))


def shuffled_parts(question: Question, place: Place) -> Question:
    """The question with the choices of each part in the order of one attempt."""
    parts = tuple(replace(part, choices=shuffled(part.choices, place, part.key)) for part in question.parts)
    return replace(question, parts=parts)


def credit(choice: Choice) -> Fraction:
    """What a single choice is worth: all when it is right, else the part that its weight says."""
    if choice.is_correct:
        return Fraction(1)
    if choice.weight is None or not 0 < choice.weight < 100:
        return Fraction(0)
    return Fraction(choice.weight) / 100


def first_right(choices: Iterable[Choice]) -> Choice | None:
    """The first right choice."""
    return next((choice for choice in choices if choice.is_correct), None)


def pairs(question: Question, answer: Iterable[Any], offers: Callable[[int, str], str]) -> dict[str, str]:
    """What was given for each part, in the parts' order, from texts such as "part=choice".

    `offers` gives what a part makes of a given text, "" where it does not offer it. A part that was given two
    different things has none.
    """
    given = [str(each) for each in answer]
    found: dict[str, str] = {}
    for number, part in enumerate(question.parts):
        start = f"{part.key}="
        texts = {offers(number, each[len(start) :]) for each in given if each.startswith(start)} - {""}
        if len(texts) == 1:
            found[part.key] = texts.pop()
    return found


def as_answer(found: dict[str, str]) -> Answer:
    """Pairs as they are stored."""
    return tuple(f"{part}={given}" for part, given in found.items())


def choice_key(choices: Sequence[Choice], given: str) -> str:
    """The key when one of the choices has it, else nothing."""
    return given if choice_with(choices, given) else ""


class PartRules(Rules):
    """Kinds whose parts are answered each by itself, each worth the same."""

    @abstractmethod
    def offers(self, question: Question, number: int, given: str) -> str:
        """What a part makes of a given text; "" where it does not offer it."""

    @abstractmethod
    def is_right(self, question: Question, number: int, given: str) -> bool:
        """Whether what was given for a part is right."""

    @abstractmethod
    def right_for(self, question: Question, number: int) -> str:
        """What is right for a part; "" where nothing is."""

    @abstractmethod
    def line(self, question: Question, number: int, given: str) -> Line:
        """What was given for a part, to be read; without a label."""

    def given(self, question: Question, answer: Iterable[Any]) -> dict[str, str]:
        """What was given for each part that was answered."""
        return pairs(question, answer, lambda number, given: self.offers(question, number, given))

    def known(self, question: Question, answer: Iterable[Any]) -> Answer:
        return as_answer(self.given(question, answer))

    def is_answered(self, question: Question, answer: Iterable[Any]) -> bool:
        return bool(question.parts) and len(self.given(question, answer)) == len(question.parts)

    def share(self, question: Question, answer: Iterable[Any]) -> Fraction:
        if not question.parts:
            return Fraction(0)
        given = self.given(question, answer)
        right = sum(
            part.key in given and self.is_right(question, number, given[part.key])
            for number, part in enumerate(question.parts)
        )
        return Fraction(right, len(question.parts))

    def right_answer(self, question: Question) -> Answer:
        right = {part.key: self.right_for(question, number) for number, part in enumerate(question.parts)}
        return as_answer({key: given for key, given in right.items() if given})

    def said(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        given = self.given(question, answer)
        return tuple(
            self._told(question, number, given[part.key])
            for number, part in enumerate(question.parts)
            if part.key in given
        )

    def missed(self, question: Question, answer: Iterable[Any]) -> tuple[Line, ...]:
        given = self.given(question, answer)
        return tuple(
            self._right_line(question, number) for number, part in enumerate(question.parts) if part.key not in given
        )

    def options(self, question: Question) -> tuple[Option, ...]:
        return tuple(option for number in range(len(question.parts)) for option in self._options(question, number))

    def taken(self, question: Question, answer: Iterable[Any]) -> Answer:
        given = self.given(question, answer)
        return tuple(
            f"{part.key}={self._counted(question, number, given[part.key])}"
            for number, part in enumerate(question.parts)
            if part.key in given
        )

    def _options(self, question: Question, number: int) -> Iterator[Option]:
        part = question.parts[number]
        if part.is_typed:
            yield Option(f"{part.key}={ACCEPTED}", replace(self._right_line(question, number), is_right=True))
            yield Option(f"{part.key}={OTHER}", Line({}, label=part.text, number=number + 1, is_right=False))
            return
        for choice in part.choices or question.choices:
            line = Line(choice.text, label=part.text, number=number + 1)
            yield Option(
                f"{part.key}={choice.key}", replace(line, is_right=self.is_right(question, number, choice.key))
            )

    def _counted(self, question: Question, number: int, given: str) -> str:
        if not question.parts[number].is_typed:
            return given
        return ACCEPTED if self.is_right(question, number, given) else OTHER

    def _told(self, question: Question, number: int, given: str) -> Line:
        is_right = self.is_right(question, number, given)
        return replace(
            self.line(question, number, given),
            label=question.parts[number].text,
            number=number + 1,
            is_right=is_right,
            better=None if is_right else self._right_line(question, number),
        )

    def _right_line(self, question: Question, number: int) -> Line:
        """What is right for a part, without what would be said about it."""
        right = self.line(question, number, self.right_for(question, number))
        return replace(right, label=question.parts[number].text, number=number + 1, feedback=None)
