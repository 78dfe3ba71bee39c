"""GIFT, read: the questions that people write by hand for Moodle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from quizzes.formats.building import HUNDRED, Answer, Builder, decimal_of, unstarred, written
from quizzes.formats.items import Item, RefusedError, Report, Result
from quizzes.formats.texts import from_html, lines_of, looks_like_html, name_of, tag_of, tags_of_category, tidy
from quizzes.questions import MOST_TAGS

#: What the format gives a meaning, or a run of anything else; a backslash takes the meaning away.
TOKEN = re.compile(r"\\[~=#{}:\\n]|####|::|->|[{}~=#]|[^\\~=#{}:\-]+|.", re.DOTALL)
MARKS = frozenset(("####", "::", "->", "{", "}", "~", "=", "#"))
LONGEST_BLOCK = 200_000
FORMATS = ("html", "markdown", "plain", "moodle")
CATEGORY = "$CATEGORY:"
BLANK = "_____"
GAP = "[[1]]"
WORDS_FOR_TRUE = frozenset(("T", "TRUE"))
WORDS_FOR_FALSE = frozenset(("F", "FALSE"))


class Token(NamedTuple):
    """A mark of the format, or text between marks with its escapes resolved; and where it stands."""

    mark: str
    text: str
    place: int


class Line(NamedTuple):
    """A line of the file."""

    number: int
    text: str


@dataclass
class Block:
    """The lines of one question, without its comments, and what the comments say of it."""

    lines: list[Line]
    key: str = ""
    tags: tuple[str, ...] = ()
    #: How many signs the file has for it; lines beyond what is read are let go.
    size: int = 0

    @property
    def text(self) -> str:
        """Its text as one."""
        return "\n".join(line.text for line in self.lines)

    def line_of(self, place: int) -> int:
        """In which line of the file a place of the text stands."""
        return self.lines[min(self.text.count("\n", 0, place), len(self.lines) - 1)].number


def read(data: bytes, language: str = "en") -> Result:
    """The questions of a GIFT file; refuses (UnreadableError) one that is no text."""
    report, reader = Report(), _Reader(language)
    category: list[str] = []
    for block in blocks(lines_of(data)):
        while block.lines and block.lines[0].text.startswith(CATEGORY):
            category = tags_of_category(block.lines.pop(0).text[len(CATEGORY) :])
        if not block.lines:
            continue
        where = f"line {block.lines[0].number}"
        try:
            item = reader.question(block, category)
        except RefusedError as refusal:
            reader.builder.taken_notes()
            report.refuse(f"line {refusal.line}" if refusal.line else where, refusal.message)
        else:
            report.add(item)
            for note in reader.builder.taken_notes():
                report.note(where, note)
    return report.result("gift")


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The questions of a file: what stands between blank lines, or goes on because a brace is still open."""
    block = Block([])
    is_open = False
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if not line:
            if block.lines and not is_open:
                yield block
                block = Block([])
            elif not block.lines:
                # Comments that stand alone belong to no question.
                block = Block([])
        elif line.startswith("//"):
            key, tags = marks_of_comment(line)
            block.key = key or block.key
            block.tags = (block.tags + tags)[:MOST_TAGS]
        else:
            if is_open and line.startswith(("::", CATEGORY)):
                # A brace that was never closed must not swallow the questions after it.
                yield block
                block = Block([])
                is_open = False
            block.size += len(line) + 1
            if block.size <= LONGEST_BLOCK:
                block.lines.append(Line(number, line))
            elif not block.lines:
                block.lines.append(Line(number, ""))
            is_open = _stays_open(line, is_open)
    if block.lines:
        yield block


def marks_of_comment(comment: str) -> tuple[str, tuple[str, ...]]:
    """The key and the tags that a comment gives, as [id:…] and [tag:…]; a backslash keeps a bracket in them."""
    key, tags = "", []
    place = comment.find("[")
    while place >= 0:
        label, _colon, _rest = comment[place + 1 : place + 5].partition(":")
        if label in ("id", "tag"):
            value, end = _bracketed(comment, place + len(label) + 2)
            if value is None:
                break
            if label == "id":
                key = value.strip()
            elif value.strip():
                tags.append(tag_of(value))
            place = comment.find("[", end)
        else:
            place = comment.find("[", place + 1)
    return key, tuple(tags)


def tokens_of(text: str) -> list[Token]:
    """The marks and texts of a question."""
    tokens: list[Token] = []
    run: list[str] = []
    start = 0
    for match in TOKEN.finditer(text):
        piece = match.group()
        if piece in MARKS:
            if run:
                tokens.append(Token("", "".join(run), start))
                run = []
            tokens.append(Token(piece, piece, match.start()))
        else:
            if not run:
                start = match.start()
            if piece[0] == "\\" and len(piece) == 2:
                piece = "\n" if piece[1] == "n" else piece[1]
            run.append(piece)
    if run:
        tokens.append(Token("", "".join(run), start))
    return tokens


def split(tokens: Sequence[Token], marks: str) -> list[tuple[str, list[Token]]]:
    """The tokens between marks, each with the mark before it; what stands before the first has none."""
    pieces: list[tuple[str, list[Token]]] = [("", [])]
    for token in tokens:
        if token.mark and token.mark in marks:
            pieces.append((token.mark, []))
        else:
            pieces[-1][1].append(token)
    return pieces


def cut(tokens: Sequence[Token], mark: str) -> tuple[list[Token], list[Token] | None]:
    """What stands before the first such mark, and what after it."""
    for index, token in enumerate(tokens):
        if token.mark == mark:
            return list(tokens[:index]), list(tokens[index + 1 :])
    return list(tokens), None


def joined(tokens: Sequence[Token]) -> str:
    """The text of tokens; a mark that has no meaning where it stands is text."""
    return "".join(token.text for token in tokens)


class _Reader:
    """Reads one question after the other."""

    def __init__(self, language: str) -> None:
        self.builder = Builder(language)
        self.format = ""

    def question(self, block: Block, category: Sequence[str]) -> Item:
        """The question of a block; refuses (RefusedError) what cannot be asked."""
        if block.size > LONGEST_BLOCK:
            raise RefusedError(f"It is longer than {LONGEST_BLOCK:,} characters. Is a }} or a blank line missing?")
        tokens = tokens_of(block.text)
        name = ""
        if tokens and tokens[0].mark == "::":
            named, after = cut(tokens[1:], "::")
            if after is not None:
                name, tokens = name_of(joined(named)), after
        stem, answers, tail = self._parts(tokens, block)
        self.format, stem_text = self._format_of(joined(stem))
        explanation = ""
        for index in range(len(answers) - 1, -1, -1):
            if answers[index].mark == "####":
                explanation = self._text(answers[index + 1 :])
                answers = answers[:index]
                break
        kind, content = self._kind(stem_text, answers, joined(tail), explanation)
        tags = tuple(dict.fromkeys([*category, *block.tags]))[:MOST_TAGS]
        return Item(kind, content, name, tags, block.key)

    def _parts(self, tokens: list[Token], block: Block) -> tuple[list[Token], list[Token], list[Token]]:
        stem, rest = cut(tokens, "{")
        stray = next((token for token in stem if token.mark == "}"), None)
        if stray:
            raise RefusedError(
                "A brace } is closed that was never opened. Write \\} for a brace that is text.",
                block.line_of(stray.place),
            )
        if rest is None:
            raise RefusedError("It has no answers in braces { }: it is a description, and there is nothing to ask.")
        answers, tail = cut(rest, "}")
        if tail is None:
            raise RefusedError("The brace { is never closed.")
        for token in (*answers, *tail):
            if token.mark in ("{", "}"):
                raise RefusedError(
                    f"There is a second brace {token.mark}. Write \\{token.mark} for one that is text.",
                    block.line_of(token.place),
                )
        return stem, answers, tail

    def _kind(self, stem: str, answers: list[Token], tail: str, explanation: str) -> tuple[str, dict]:
        first = next((token for token in answers if token.mark or token.text.strip()), None)
        is_number = first is not None and first.mark == "#"
        if not is_number and any(token.mark == "~" for token in answers):
            return self._choices(stem, answers, tail, explanation)
        whole = self._whole(stem, tail, BLANK)
        if first is None:
            return self.builder.reflection(whole, explanation)
        if is_number:
            return self.builder.numeric(whole, self._numbers(answers, first), explanation)
        statement = self._true_false(whole, answers, explanation)
        if statement:
            return statement
        pieces = [tokens for mark, tokens in split(answers, "=") if mark or joined(tokens).strip()]
        if any(token.mark == "->" for tokens in pieces for token in cut(tokens, "#")[0]):
            return self.builder.matching(whole, [self._pair(tokens) for tokens in pieces], explanation)
        accepted = [self._answer("=", tokens) for tokens in pieces]
        if tail.strip() and all(answer.percent == HUNDRED and not answer.feedback for answer in accepted):
            lines = "\n".join(unstarred(" ".join(answer.text.split()), self.builder) for answer in accepted)
            return self.builder.gaps(self._whole(stem, tail, GAP), [lines], explanation)
        return self.builder.short_answer(whole, accepted, explanation)

    def _choices(self, stem: str, answers: list[Token], tail: str, explanation: str) -> tuple[str, dict]:
        pieces = split(answers, "~=")
        if joined(pieces[0][1]).strip():
            raise RefusedError(f"“{joined(pieces[0][1]).strip()[:40]}” stands before the first = or ~ in the braces.")
        choices = [self._answer(mark, tokens) for mark, tokens in pieces[1:]]
        is_single = any(mark == "=" for mark, _tokens in pieces)
        if tail.strip() and is_single and all(choice.percent in (0, HUNDRED) for choice in choices):
            return self.builder.gaps(self._whole(stem, tail, GAP), [choices], explanation)
        return self.builder.choices(self._whole(stem, tail, BLANK), choices, explanation, is_single)

    def _true_false(self, stem: str, answers: list[Token], explanation: str) -> tuple[str, dict] | None:
        pieces = split(answers, "#")
        word = joined(pieces[0][1]).strip().upper()
        if word not in WORDS_FOR_TRUE | WORDS_FOR_FALSE or any(token.mark for token in pieces[0][1]):
            return None
        is_true = word in WORDS_FOR_TRUE
        said = [self._text(tokens) for _mark, tokens in pieces[1:3]]
        wrong, right = [*said, "", ""][:2]
        feedback = (right, wrong) if is_true else (wrong, right)
        return self.builder.true_false(stem, is_true, *feedback, explanation)

    def _numbers(self, answers: list[Token], first: Token) -> list[tuple[str, str, Answer]]:
        numbers = []
        for mark, tokens in split(answers[answers.index(first) + 1 :], "=~"):
            if not mark and not joined(tokens).strip():
                continue
            if mark == "~":
                # What is said about every other number.
                _none, said = cut(tokens, "#")
                numbers.append(("*", "", Answer("*", Decimal(0), self._text(said or []))))
                continue
            answer = self._answer("=", tokens)
            value, tolerance = _span(answer.text)
            numbers.append((value, tolerance, answer))
        return numbers

    def _pair(self, tokens: list[Token]) -> tuple[str, str]:
        term, meaning = cut(tokens, "->")
        if meaning is None:
            raise RefusedError(f"“{joined(term).strip()[:40]}” has no -> with a meaning after it.")
        # Moodle takes the meaning as it is: it has no format of its own.
        return self._text(term), tidy(joined(meaning))

    def _answer(self, mark: str, tokens: list[Token]) -> Answer:
        words, said = cut(tokens, "#")
        percent = HUNDRED if mark == "=" else Decimal(0)
        text = joined(words).strip()
        weight = _weight(words)
        if weight is not None:
            percent, text = weight
        return Answer(self._clean(text), percent, self._text(said or []))

    def _whole(self, stem: str, tail: str, between: str) -> str:
        text = stem + (between + tail if tail.strip() else "")
        if between == GAP and "[[" in stem + tail:
            raise RefusedError("Its text holds [[, which marks a gap in Signpost.")
        return self._formatted(text, self.format)

    def _text(self, tokens: Sequence[Token]) -> str:
        return self._clean(joined(tokens))

    def _clean(self, text: str) -> str:
        own, rest = self._format_of(text)
        return self._formatted(rest, own or self.format)

    @staticmethod
    def _format_of(text: str) -> tuple[str, str]:
        text = text.lstrip()
        if text.startswith("["):
            name, bracket, _rest = text[1:12].partition("]")
            if bracket and name in FORMATS:
                return name, text[len(name) + 2 :]
        return "", text

    def _formatted(self, text: str, name: str) -> str:
        if name == "html" or (name in ("", "moodle") and looks_like_html(text)):
            return self.builder.cleaned(from_html(text))
        if name == "markdown":
            self.builder.notes.append("It is written in Markdown; its marks stay as they are.")
        return tidy(text)


def _weight(words: list[Token]) -> tuple[Decimal, str] | None:
    text = joined(words).strip()
    if not text.startswith("%"):
        return None
    number, sign, rest = text[1:].partition("%")
    percent = decimal_of(number) if sign else None
    return None if percent is None else (percent, rest.strip())


def _span(text: str) -> tuple[str, str]:
    """A number and its tolerance, from "1822:5" or "1820..1824"."""
    low, dots, high = text.partition("..")
    if dots:
        least, most = decimal_of(low), decimal_of(high)
        if least is None or most is None or most < least:
            raise RefusedError(f"“{text[:40]}” does not run from one number to a larger one.")
        return written((least + most) / 2), written((most - least) / 2)
    value, _colon, tolerance = text.partition(":")
    return value.strip(), tolerance.strip()


def _stays_open(line: str, is_open: bool) -> bool:
    if "{" not in line and "}" not in line:
        return is_open
    escaped = False
    for character in line:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "{":
            is_open = True
        elif character == "}":
            is_open = False
    return is_open


def _bracketed(text: str, start: int) -> tuple[str | None, int]:
    value: list[str] = []
    place = start
    while place < len(text):
        character = text[place]
        if character == "\\" and text[place + 1 : place + 2] in ("]", "\\"):
            value.append(text[place + 1])
            place += 2
        elif character == "]":
            return "".join(value), place + 1
        else:
            value.append(character)
            place += 1
    return None, place
