"""Aiken: one question with lettered choices after the other, each ended by its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from quizzes.formats.building import Answer, Builder
from quizzes.formats.items import Item, RefusedError, Report, Result
from quizzes.formats.texts import lines_of, tidy

ANSWER = "ANSWER:"
#: Of one question: what comes after them is let go, because the question is refused anyway.
MOST_LINES = 2000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class _Question:
    """What has been read of a question so far."""

    line: int
    stem: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, language: str = "en") -> Result:
    """The questions of an Aiken file; refuses (UnreadableError) one that is no text."""
    report, builder = Report(), Builder(language)
    question: _Question | None = None
    for number, raw in enumerate(lines_of(data), start=1):
        line = tidy(raw)
        if not line:
            continue
        letter = answer_letter(line)
        if letter is not None:
            _finish(report, builder, question, letter, number)
            question = None
        elif choice := lettered(line):
            question = question or _Question(number)
            if len(question.choices) < MOST_LINES:
                question.choices.append(choice)
        else:
            if question and question.choices:
                _refuse_open(report, question)
                question = None
            question = question or _Question(number)
            if len(question.stem) < MOST_LINES:
                question.stem.append(line)
    if question:
        _refuse_open(report, question)
    return report.result("aiken")


def lettered(line: str) -> tuple[str, str] | None:
    """The letter and the words of a line such as "A) Yes" or "B. No"."""
    if len(line) > 2 and line[0] in LETTERS and line[1] in ")." and line[2].isspace():
        return line[0], line[2:].strip()
    return None


def answer_letter(line: str) -> str | None:
    """What follows "ANSWER:", where the line is one."""
    return line[len(ANSWER) :].strip() if line.startswith(ANSWER) else None


def _refuse_open(report: Report, question: _Question) -> None:
    reason = "Its line ANSWER: is missing." if question.choices else "It has no choices such as “A) Yes”."
    report.refuse(f"line {question.line}", reason)


def _finish(report: Report, builder: Builder, question: _Question | None, right: str, number: int) -> None:
    if question is None:
        report.refuse(f"line {number}", "There is no question before this line ANSWER:.")
        return
    try:
        letters = [letter for letter, _text in question.choices]
        if len(right) != 1 or right not in LETTERS:
            raise RefusedError(f"ANSWER: must be followed by one letter, not “{right[:20]}”.", number)
        if letters and right not in letters:
            raise RefusedError(f"ANSWER: names {right}, but there is no choice {right}.", number)
        if len(set(letters)) < len(letters):
            raise RefusedError("Two of its choices have the same letter.")
        answers = [Answer(text, Decimal(100 if letter == right else 0)) for letter, text in question.choices]
        kind, content = builder.choices("\n".join(question.stem), answers, "", is_single=True)
    except RefusedError as refusal:
        report.refuse(f"line {refusal.line or question.line}", refusal.message)
    else:
        report.add(Item(kind, content))
