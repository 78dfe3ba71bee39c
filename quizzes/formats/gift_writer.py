"""GIFT, written: one language of the kinds that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from quizzes.formats.building import HUNDRED, starred, written
from quizzes.formats.gift import GAP
from quizzes.formats.items import Item, Written
from quizzes.formats.texts import name_of, tag_of, tidy
from quizzes.formats.writing import NO_PICTURE, LeftOutError, Writer, own_order, percents

ESCAPES = str.maketrans({character: f"\\{character}" for character in "\\~=#{}:"} | {"\n": "\\n"})
BRACKETS = str.maketrans({"]": "\\]", "\\": "\\\\"})


def write(items: Iterable[Item], language: str = "en") -> Written:
    """The questions as GIFT in one language; what it cannot carry is named."""
    return _GiftWriter(language).write(items)


def escaped(text: str) -> str:
    """A text whose signs mean nothing."""
    return text.translate(ESCAPES)


def guarded(text: str) -> str:
    """A text that is not taken for a weight or for the name of a format."""
    return f"[plain]{escaped(text)}" if text[:1] in ("%", "[") else escaped(text)


class _GiftWriter(Writer):
    title = "GIFT"
    writers = {
        "single_choice": "choices",
        "multiple_choice": "choices",
        "true_false": "true_false",
        "matching": "matching",
        "gaps": "gaps",
        "short_answer": "short_answer",
        "numeric": "numeric",
        "reflection": "reflection",
    }

    def framed(self, pieces: Sequence[str]) -> str:
        return "\n\n".join(pieces) + "\n" if pieces else ""

    def choices(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        own_order(item.content, self.words)
        is_single = item.kind == "single_choice"
        lines = []
        for choice, percent in zip(choices, percents(item.kind, choices), strict=True):
            mark = "=" if is_single and choice.get("is_correct") else f"~{_weight(percent)}"
            lines.append(mark + guarded(self.words.must(choice.get("text"))) + self._feedback(choice))
        return self._question(item, lines)

    def true_false(self, item: Item) -> str:
        by_key = {choice["key"]: choice for choice in item.content.get("choices") or ()}
        is_true = bool(by_key.get("true", {}).get("is_correct"))
        said_of = {key: self.words.may(by_key.get(key, {}).get("feedback")) for key in ("true", "false")}
        wrong, right = said_of["false"], said_of["true"]
        if not is_true:
            wrong, right = right, wrong
        said = f"#{guarded(wrong)}" if wrong else "#" if right else ""
        said += f"#{guarded(right)}" if right else ""
        general = self._general(item)
        return f"{self._head(item)}{'TRUE' if is_true else 'FALSE'}{said}{general}}}"

    def matching(self, item: Item) -> str:
        meanings = {choice["key"]: self.words.must(choice.get("text")) for choice in item.content.get("choices") or ()}
        lines, used = [], set()
        for part in item.content.get("parts") or ():
            term = self.words.must(part.get("text"))
            if "->" in term:
                raise LeftOutError("One of its terms holds ->, which GIFT cannot write.")
            if self.words.may(part.get("feedback")):
                self.words.note("Feedback for single terms is not in the file.")
            used.add(part.get("right"))
            lines.append(f"={guarded(term)} -> {escaped(meanings.get(part.get('right'), ''))}")
        lines += [f"= -> {escaped(meaning)}" for key, meaning in meanings.items() if key not in used]
        return self._question(item, lines)

    def gaps(self, item: Item) -> str:
        parts = list(item.content.get("parts") or ())
        before, marker, after = self.words.must(item.content.get("text")).partition(GAP)
        if len(parts) != 1 or not marker or not after.strip() or "[[" in before + after:
            raise LeftOutError("GIFT can only write one gap, with words after it.")
        part = parts[0]
        if self.words.may(part.get("feedback")):
            self.words.note("Feedback for the gap as a whole is not in the file.")
        if part.get("is_typed"):
            answers = [line for choice in part.get("choices") or () for line in self._variants(choice)]
            lines = [f"={guarded(starred(answer))}" for answer in answers]
            _refuse_arrows(lines)
        else:
            lines = [
                ("=" if choice.get("is_correct") else "~")
                + guarded(self.words.must(choice.get("text")))
                + self._feedback(choice)
                for choice in part.get("choices") or ()
            ]
        return self._question(item, lines, before) + escaped(after)

    def short_answer(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        lines = [
            f"={_weight(percent, HUNDRED)}{guarded(starred(variant))}{self._feedback(choice)}"
            for choice, percent in zip(choices, percents(item.kind, choices), strict=True)
            for variant in self._variants(choice)
        ]
        _refuse_arrows(lines)
        return self._question(item, lines)

    def numeric(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        lines = [
            f"={_weight(percent, HUNDRED)}{choice.get('value', '')}:{choice.get('tolerance', '0')}"
            + self._feedback(choice)
            for choice, percent in zip(choices, percents(item.kind, choices), strict=True)
        ]
        return self._question(item, ["#", *lines])

    def reflection(self, item: Item) -> str:
        return f"{self._head(item)}{self._general(item)}}}"

    def _question(self, item: Item, lines: list[str], stem: str | None = None) -> str:
        if not lines:
            raise LeftOutError("It has no answers.")
        first = lines.pop(0) if lines[0] == "#" else ""
        general = self._general(item)
        body = "".join(f"\t{line}\n" for line in [*lines, *([general] if general else ())])
        return f"{self._head(item, stem)}{first}\n{body}}}"

    def _head(self, item: Item, stem: str | None = None) -> str:
        text = self.words.must(item.content.get("text")) if stem is None else stem
        if item.content.get("picture"):
            self.words.note(NO_PICTURE)
        name = f"::{escaped(name_of(item.name))}::" if item.name.strip() else ""
        return f"{_comment(item)}{name}[plain]{escaped(text)}{{"

    def _general(self, item: Item) -> str:
        explanation = self.words.may(item.content.get("explanation"))
        return f"####{guarded(explanation)}" if explanation else ""

    def _feedback(self, choice: Any) -> str:
        feedback = self.words.may(choice.get("feedback"))
        return f"#{guarded(feedback)}" if feedback else ""

    def _variants(self, choice: Any) -> list[str]:
        return [line.strip() for line in self.words.must(choice.get("text")).split("\n") if line.strip()]


def _refuse_arrows(lines: Sequence[str]) -> None:
    if any("->" in line for line in lines):
        raise LeftOutError("It holds ->, which GIFT would take for terms and meanings.")


def _weight(percent: Decimal, unsaid: Decimal = Decimal(0)) -> str:
    return "" if percent == unsaid else f"%{written(percent)}%"


def _comment(item: Item) -> str:
    marks = [("id", tidy(item.key))] if item.key else []
    marks += [("tag", tag_of(tag)) for tag in item.tags]
    return f"// {' '.join(f'[{label}:{value.translate(BRACKETS)}]' for label, value in marks)}\n" if marks else ""
