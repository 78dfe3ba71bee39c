"""Moodle's texts with embedded answers, such as "The capital is {1:SHORTANSWER:=Paris~*#No.}"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from typing import NamedTuple

from quizzes.formats.building import HUNDRED, Answer, Builder, decimal_of, starred, unstarred, written
from quizzes.formats.items import RefusedError
from quizzes.formats.texts import from_html, one_line

START = re.compile(r"\{(\d{0,3}):([A-Z_]{2,20}):")
CHOICES = ("MULTICHOICE", "MC")
TYPED = ("SHORTANSWER", "SHORTANSWER_C", "SA", "SAC", "MW", "MWC")
NUMBERS = ("NUMERICAL", "NM")
#: How the choices are laid out in Moodle, which a list does not need to know.
LAYOUTS = "_VHS"
#: An ampersand or a backslash before one of these takes its meaning away.
ENDS = "~#}"
ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in '&~#{}<>"=%\\\n'}


class Gap(NamedTuple):
    """A gap as it is written: its kind and its answers."""

    kind: str
    answers: tuple[Answer, ...]


def parse(text: str) -> tuple[str, list[Gap]]:
    """The text with [[1]], [[2]] … for its gaps, and the gaps; refuses (RefusedError) one that never ends."""
    pieces: list[str] = []
    gaps: list[Gap] = []
    place = 0
    while match := START.search(text, place):
        pieces.append(text[place : match.start()])
        answers, place = _answers(text, match.end())
        gaps.append(Gap(match[2], answers))
        pieces.append(f"[[{len(gaps)}]]")
    pieces.append(text[place:])
    return "".join(pieces), gaps


def is_list(gap: Gap) -> bool:
    """Whether one of its answers is chosen."""
    return gap.kind.rstrip(LAYOUTS) in CHOICES


def typed(gap: Gap, builder: Builder) -> str:
    """The accepted answers of a gap to type in, one a line."""
    whole = []
    for answer in gap.answers:
        if answer.text == "*" or answer.percent < HUNDRED:
            if answer.feedback or answer.percent > 0:
                builder.notes.append("Part marks and feedback for wrong words in a gap were left out.")
        else:
            if answer.feedback:
                builder.notes.append("Feedback for words typed into a gap was left out.")
            whole.append(unstarred(one_line(answer.text), builder))
    return "\n".join(whole)


def listed(gap: Gap) -> list[Answer]:
    """The choices of a gap with a list."""
    return [
        Answer(one_line(from_html(answer.text).text), answer.percent, one_line(from_html(answer.feedback).text))
        for answer in gap.answers
    ]


def number(gap: Gap) -> list[tuple[str, str, Answer]]:
    """Values and tolerances of a gap for a number."""
    numbers = []
    for answer in gap.answers:
        value, _colon, tolerance = answer.text.replace(",", ".").partition(":")
        numbers.append((value, tolerance, Answer("", answer.percent, from_html(answer.feedback).text)))
    return numbers


def write_typed(variants: Sequence[str]) -> str:
    """A gap to type in."""
    return f"{{1:SHORTANSWER:{'~'.join('=' + encoded(starred(variant)) for variant in variants)}}}"


def write_listed(answers: Sequence[Answer]) -> str:
    """A gap with a list."""
    pieces = []
    for answer in answers:
        said = f"#{encoded(_html(answer.feedback))}" if answer.feedback else ""
        pieces.append(f"{'=' if answer.percent >= HUNDRED else ''}{encoded(_html(answer.text))}{said}")
    return f"{{1:MULTICHOICE:{'~'.join(pieces)}}}"


def encoded(text: str) -> str:
    """A text whose signs mean nothing inside a gap: they become entities, which Moodle reads back."""
    return text.translate(ENTITIES)


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _answers(text: str, start: int) -> tuple[tuple[Answer, ...], int]:
    answers: list[Answer] = []
    place = start
    while True:
        words, place = _until(text, place, ENDS)
        said = ""
        if text[place] == "#":
            said, place = _until(text, place + 1, "~}")
        if words.strip():
            answers.append(_answer(words, said))
        if text[place] == "}":
            return tuple(answers), place + 1
        place += 1


def _until(text: str, start: int, ends: str) -> tuple[str, int]:
    place = start
    while place < len(text):
        character = text[place]
        if character == "\\" and text[place + 1 : place + 2] and text[place + 1] in ENDS:
            place += 2
        elif character in ends and not (character == "#" and text[max(start, place - 1) : place] == "&"):
            return text[start:place], place
        else:
            place += 1
    raise RefusedError("One of its gaps { is never closed.")


def _answer(words: str, said: str) -> Answer:
    percent, words = Decimal(0), words.strip()
    if words.startswith("="):
        percent, words = HUNDRED, words[1:]
    elif words.startswith("%"):
        share, sign, rest = words[1:].partition("%")
        weight = decimal_of(share.replace(",", ".")) if sign else None
        if weight is not None:
            percent, words = weight, rest
    return Answer(_bare(words), percent, _bare(said))


def _bare(text: str) -> str:
    for sign in ENDS:
        text = text.replace(f"\\{sign}", sign)
    return unescape(text).strip()


def as_words(value: str) -> str:
    """A number without a tolerance as the words to type; empty where it is none."""
    found = decimal_of(value)
    return "" if found is None else written(found)
