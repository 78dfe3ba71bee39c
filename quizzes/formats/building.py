"""Questions put together from what a file says of them, in the one shape that all kinds share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from quizzes.formats.items import LONGEST_TEXT, MOST_CHOICES, RefusedError
from quizzes.formats.texts import Cleaned

HUNDRED = Decimal(100)
#: Moodle rounds a third to 33.33333 and people write 33.3 or 33.
ALMOST = Decimal("0.5")
DIGITS = frozenset("0123456789")
LONGEST_NUMBER = 30
STRICTER = "In Moodle a wrong choice costs nothing here. In Signpost it takes back a right one."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a file gives it: what it says, what it is worth in per cent, what is said about it."""

    text: str
    percent: Decimal = Decimal(0)
    feedback: str = ""


def decimal_of(text: str) -> Decimal | None:
    """A number written with digits, or nothing where it is none."""
    bare = text.strip()
    if not bare or len(bare) > LONGEST_NUMBER or not bare.isascii():
        return None
    mantissa, _e, exponent = bare.lower().partition("e")
    if len(exponent.lstrip("+-")) > 3 or not DIGITS & set(mantissa):
        return None
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def written(number: Decimal) -> str:
    """A number in one way only: no exponent, no zeros at the end."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


def starred(text: str) -> str:
    """A text whose stars are stars for Moodle, where a bare one stands for any letters."""
    return text.replace("*", "\\*")


def unstarred(text: str, builder: Builder) -> str:
    """The other way round; a star for any letters is noted, because here it is a star."""
    if "*" in text.replace("\\*", ""):
        builder.notes.append("A star * stands for any letters in Moodle. In Signpost it is a star.")
    return text.replace("\\*", "*")


def _counted(count: int, one: str, several: str) -> str:
    return f"1 {one} was" if count == 1 else f"{count} {several} were"


class Builder:
    """Makes contents in one language; what it had to change is in `notes` until they are taken."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.notes: list[str] = []

    def taken_notes(self) -> list[str]:
        """The notes on the question that was just made."""
        notes, self.notes = self.notes, []
        return list(dict.fromkeys(notes))

    def cleaned(self, html: Cleaned, kept_source: str = "") -> str:
        """The text of cleaned HTML; what no text can hold is noted, but for the picture that the question keeps, which
        comes from `kept_source`."""
        media = html.media - sum(bool(each.source) and each.source == kept_source for each in html.pictures)
        if media:
            self.notes.append(f"{_counted(media, 'picture or recording', 'pictures or recordings')} left out.")
        if html.links:
            self.notes.append(f"{_counted(html.links, 'link', 'links')} left out; the words stay.")
        return html.text

    def choices(
        self, stem: str, answers: Sequence[Answer], explanation: str, is_single: bool, keeps_order: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """A question with one or several right choices; refuses one that nobody could answer."""
        if len(answers) < 2:
            raise RefusedError("It has fewer than two choices.")
        for answer in answers:
            if not answer.text:
                raise RefusedError("One of its choices has no words.")
        right = [answer for answer in answers if answer.percent > 0]
        if not right:
            raise RefusedError("None of its choices is marked as right.")
        has_one = is_single or len(right) == 1
        made = self._one_right(answers, is_single) if has_one else self._several_right(answers)
        kind = "single_choice" if has_one else "multiple_choice"
        content = self._content(stem, explanation, choices=made)
        if keeps_order:
            content["keeps_order"] = True
        return kind, content

    def true_false(
        self, stem: str, is_true: bool, feedback_true: str, feedback_false: str, explanation: str
    ) -> tuple[str, dict[str, Any]]:
        """A statement that is true or false."""
        choices = [
            # Their words are the same everywhere: the kind knows them in every language.
            self._choice("true", "", is_true, feedback_true),
            self._choice("false", "", not is_true, feedback_false),
        ]
        return "true_false", self._content(stem, explanation, choices=choices)

    def short_answer(self, stem: str, answers: Sequence[Answer], explanation: str) -> tuple[str, dict[str, Any]]:
        """A question with typed words for an answer; equal answers in a row become variants of one."""
        kept = [answer for answer in answers if not self._is_catch_all(answer)]
        if not any(answer.percent >= HUNDRED for answer in kept):
            raise RefusedError("None of its answers is wholly right.")
        groups: list[Answer] = []
        for answer in kept:
            text = unstarred(" ".join(answer.text.split()), self)
            if not text:
                raise RefusedError("One of its answers has no words.")
            percent = min(max(answer.percent, Decimal(0)), HUNDRED)
            last = groups[-1] if groups else None
            if last and (last.percent, last.feedback) == (percent, answer.feedback):
                groups[-1] = Answer(f"{last.text}\n{text}", percent, answer.feedback)
            else:
                groups.append(Answer(text, percent, answer.feedback))
        choices = [
            self._choice(str(number), each.text, each.percent == HUNDRED, each.feedback, each.percent)
            for number, each in enumerate(groups, start=1)
        ]
        return "short_answer", self._content(stem, explanation, choices=choices)

    def numeric(
        self, stem: str, answers: Iterable[tuple[str, str, Answer]], explanation: str
    ) -> tuple[str, dict[str, Any]]:
        """A question with a typed number for an answer; each comes with its value and tolerance as written."""
        choices: list[dict[str, Any]] = []
        for value_text, tolerance_text, answer in answers:
            if value_text.strip() == "*":
                self._is_catch_all(Answer("*", answer.percent, answer.feedback))
                continue
            value, tolerance = decimal_of(value_text), decimal_of(tolerance_text or "0")
            if value is None:
                raise RefusedError(f"“{value_text.strip()[:40]}” is not a number.")
            if tolerance is None or tolerance < 0:
                raise RefusedError(f"“{tolerance_text.strip()[:40]}” is not a tolerance.")
            percent = min(max(answer.percent, Decimal(0)), HUNDRED)
            choice = self._choice(str(len(choices) + 1), "", percent == HUNDRED, answer.feedback, percent)
            choice["value"] = written(value)
            if tolerance:
                choice["tolerance"] = written(tolerance)
            choices.append(choice)
        if not any(choice["is_correct"] for choice in choices):
            raise RefusedError("None of its answers is wholly right.")
        return "numeric", self._content(stem, explanation, choices=choices)

    def matching(self, stem: str, pairs: Sequence[tuple[str, str]], explanation: str) -> tuple[str, dict[str, Any]]:
        """Terms and their meanings; a pair without a term is a meaning that belongs to none."""
        # By the meaning in small letters, as the editor knows it: two terms may have the same one.
        meanings: dict[str, dict[str, Any]] = {}
        terms = [(term, meaning) for term, meaning in pairs if term]
        for _term, meaning in [*terms, *((term, meaning) for term, meaning in pairs if not term)]:
            if not meaning:
                raise RefusedError("One of its terms has no meaning to go with it.")
            key = f"c{len(meanings) + 1}"
            meanings.setdefault(meaning.casefold(), {"key": key, "text": self._texts(meaning)})
        if len(terms) < 2 or len(meanings) < 2:
            raise RefusedError("It has fewer than two terms or meanings.")
        parts = [
            {"key": f"p{number}", "text": self._texts(term), "right": meanings[meaning.casefold()]["key"]}
            for number, (term, meaning) in enumerate(terms, start=1)
        ]
        choices = list(meanings.values())
        return "matching", self._content(stem, explanation, choices=choices, parts=parts)

    def ordering(self, stem: str, lines: Sequence[str], explanation: str) -> tuple[str, dict[str, Any]]:
        """Things to bring into the right order, given in it."""
        if len(lines) < 2:
            raise RefusedError("It has fewer than two things to put in order.")
        if not all(lines):
            raise RefusedError("One of the things to put in order has no words.")
        choices = [{"key": str(number), "text": self._texts(line)} for number, line in enumerate(lines, start=1)]
        return "ordering", self._content(stem, explanation, choices=choices)

    def gaps(
        self, passage: str, gaps: Sequence[Sequence[Answer] | str], explanation: str
    ) -> tuple[str, dict[str, Any]]:
        """A text with gaps, marked [[1]], [[2]] …; a gap is its list of choices, or its accepted answers as lines."""
        if not gaps:
            raise RefusedError("It has no gaps to fill.")
        parts: list[dict[str, Any]] = []
        for number, gap in enumerate(gaps, start=1):
            part: dict[str, Any] = {"key": str(number)}
            if isinstance(gap, str):
                if not gap:
                    raise RefusedError(f"Gap {number} has no answer.")
                part["is_typed"] = True
                part["choices"] = [self._choice("1", gap, True, "")]
            else:
                if len(gap) < 2 or not all(answer.text for answer in gap):
                    raise RefusedError(f"Gap {number} has fewer than two choices with words.")
                if sum(answer.percent >= HUNDRED for answer in gap) != 1:
                    raise RefusedError(f"Gap {number} must have exactly one right choice.")
                if any(0 < answer.percent < HUNDRED for answer in gap):
                    self.notes.append("Part marks for a choice in a gap were left out: a gap is right or not.")
                part["choices"] = [
                    self._choice(str(index), answer.text, answer.percent >= HUNDRED, answer.feedback)
                    for index, answer in enumerate(gap, start=1)
                ]
            parts.append(part)
        return "gaps", self._content(passage, explanation, parts=parts)

    def reflection(self, stem: str, explanation: str) -> tuple[str, dict[str, Any]]:
        """A question to think about."""
        return "reflection", self._content(stem, explanation)

    def _one_right(self, answers: Sequence[Answer], is_single: bool) -> list[dict[str, Any]]:
        # Where several were allowed and one is right, that one is it whatever it was worth.
        whole = [a for a in answers if (a.percent >= HUNDRED if is_single else a.percent > 0)]
        if not whole:
            raise RefusedError("None of its choices is wholly right.")
        if len(whole) > 1:
            raise RefusedError("More than one of its choices is wholly right, but only one may be chosen.")
        if any(answer.percent < 0 for answer in answers):
            self.notes.append("Points off for a wrong choice were left out: it counts nothing.")
        return [
            self._choice(
                str(number),
                answer.text,
                answer is whole[0],
                answer.feedback,
                answer.percent if 0 < answer.percent < HUNDRED and answer is not whole[0] else None,
            )
            for number, answer in enumerate(answers, start=1)
        ]

    def _several_right(self, answers: Sequence[Answer]) -> list[dict[str, Any]]:
        right = [answer.percent for answer in answers if answer.percent > 0]
        average = sum(right, Decimal(0)) / len(right)
        own = {id(a) for a in answers if a.percent < 0 and abs(a.percent + average) > ALMOST}
        if own or any(abs(percent - average) > ALMOST for percent in right):
            own |= {id(answer) for answer in answers if answer.percent > 0}
        if any(answer.percent == 0 for answer in answers):
            self.notes.append(STRICTER)
        return [
            self._choice(
                str(number),
                answer.text,
                answer.percent > 0,
                answer.feedback,
                min(max(answer.percent, -HUNDRED), HUNDRED) if id(answer) in own else None,
                drops_whole=False,
            )
            for number, answer in enumerate(answers, start=1)
        ]

    def _is_catch_all(self, answer: Answer) -> bool:
        if answer.text.strip() != "*":
            return False
        if answer.percent > 0:
            raise RefusedError("It takes any answer (*). Ask it as a question to think about instead.")
        if answer.feedback:
            self.notes.append(f"What is said about all other answers was left out: “{answer.feedback[:200]}”")
        return True

    def _content(self, stem: str, explanation: str, **lists: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if not stem:
            raise RefusedError("It has no words.")
        content: dict[str, Any] = {"text": self._texts(stem)}
        for name in ("choices", "parts"):
            if given := lists.get(name):
                if len(given) > MOST_CHOICES:
                    raise RefusedError(f"It has more than {MOST_CHOICES} answers.")
                content[name] = list(given)
        if explanation:
            content["explanation"] = self._texts(explanation)
        return content

    def _choice(
        self,
        key: str,
        text: str,
        is_correct: bool,
        feedback: str,
        percent: Decimal | None = None,
        *,
        drops_whole: bool = True,
    ) -> dict[str, Any]:
        choice: dict[str, Any] = {"key": key}
        if text:
            choice["text"] = self._texts(text)
        choice["is_correct"] = is_correct
        if feedback:
            choice["feedback"] = self._texts(feedback)
        if percent is not None and not (drops_whole and percent == HUNDRED):
            choice["weight"] = written(percent)
        return choice

    def _texts(self, text: str) -> dict[str, str]:
        if len(text) > LONGEST_TEXT:
            raise RefusedError(f"One of its texts is longer than {LONGEST_TEXT:,} characters.")
        return {self.language: text}
