"""Moodle XML, written: one language of the kinds that it knows, as plain texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from quizzes.formats import cloze
from quizzes.formats.building import HUNDRED, Answer, starred, written
from quizzes.formats.items import Item, Written
from quizzes.formats.pictures import WITH_IT, bytes_of, ending_of
from quizzes.formats.texts import from_html, name_of, one_line, tag_of, tidy
from quizzes.formats.writing import NO_PICTURE, LeftOutError, Writer, percents


def write(items: Iterable[Item], language: str = "en") -> Written:
    """The questions as Moodle XML in one language; what it cannot carry is named."""
    return _XmlWriter(language).write(items)


def node(name: str, text: str, attributes: str = "") -> str:
    """An element that holds a text the way Moodle wants it."""
    return f"<{name}{attributes}><text>{escape(text)}</text></{name}>"


def plain(name: str, text: str) -> str:
    """An element with a text that is not HTML."""
    return node(name, text, ' format="plain_text"')


class _XmlWriter(Writer):
    title = "Moodle XML"
    writers = {
        "single_choice": "choices",
        "multiple_choice": "choices",
        "true_false": "true_false",
        "matching": "matching",
        "ordering": "ordering",
        "gaps": "gaps",
        "short_answer": "short_answer",
        "numeric": "numeric",
        "reflection": "reflection",
    }

    def framed(self, pieces: Sequence[str]) -> str:
        body = "\n".join(pieces)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'

    def choices(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        answers = [
            self._answer(percent, self.words.must(choice.get("text")), choice)
            for choice, percent in zip(choices, percents(item.kind, choices), strict=True)
        ]
        is_single = str(item.kind == "single_choice").lower()
        is_shuffled = str(not item.content.get("keeps_order")).lower()
        options = [f"<single>{is_single}</single>", f"<shuffleanswers>{is_shuffled}</shuffleanswers>"]
        return self._question("multichoice", item, [*options, *answers])

    def true_false(self, item: Item) -> str:
        answers = [
            self._answer(HUNDRED * bool(choice.get("is_correct")), choice["key"], choice)
            for choice in item.content.get("choices") or ()
        ]
        return self._question("truefalse", item, answers)

    def matching(self, item: Item) -> str:
        meanings = {choice["key"]: self.words.must(choice.get("text")) for choice in item.content.get("choices") or ()}
        pairs, used = [], set()
        for part in item.content.get("parts") or ():
            if self.words.may(part.get("feedback")):
                self.words.note("Feedback for single terms is not in the file.")
            used.add(part.get("right"))
            pairs.append((self.words.must(part.get("text")), meanings.get(part.get("right"), "")))
        pairs += [("", meaning) for key, meaning in meanings.items() if key not in used]
        written_pairs = [
            f'<subquestion format="plain_text"><text>{escape(term)}</text>{node("answer", meaning)}</subquestion>'
            for term, meaning in pairs
        ]
        return self._question("matching", item, ["<shuffleanswers>true</shuffleanswers>", *written_pairs])

    def ordering(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        if any(self.words.may(choice.get("feedback")) for choice in choices):
            self.words.note("Feedback for single things to order is not in the file.")
        options = [
            "<layouttype>VERTICAL</layouttype>",
            "<selecttype>ALL</selecttype>",
            "<selectcount>0</selectcount>",
            "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>",
            "<showgrading>SHOW</showgrading>",
            "<numberingstyle>none</numberingstyle>",
        ]
        answers = [
            node("answer", self.words.must(choice.get("text")), f' fraction="{number}.0000000" format="plain_text"')
            for number, choice in enumerate(choices, start=1)
        ]
        return self._question("ordering", item, [*options, *answers])

    def gaps(self, item: Item) -> str:
        parts = item.content.get("parts") or ()
        if any(self.words.may(part.get("feedback")) for part in parts):
            self.words.note("Feedback for gaps as a whole is not in the file.")
        passage = self.words.must(item.content.get("text"))
        between = _between_gaps(passage, len(parts))
        is_listed = all(
            not part.get("is_typed")
            and not any(self.words.may(choice.get("feedback")) for choice in part.get("choices") or ())
            for part in parts
        )
        return self._gapselect(item, parts, between) if is_listed else self._cloze(item, parts, between)

    def short_answer(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        answers = [
            self._answer(percent, starred(variant), choice)
            for choice, percent in zip(choices, percents(item.kind, choices), strict=True)
            for variant in self._variants(choice)
        ]
        return self._question("shortanswer", item, ["<usecase>0</usecase>", *answers])

    def numeric(self, item: Item) -> str:
        choices = item.content.get("choices") or ()
        answers = [
            self._answer(percent, str(choice.get("value", "")), choice, str(choice.get("tolerance", "0")))
            for choice, percent in zip(choices, percents(item.kind, choices), strict=True)
        ]
        return self._question("numerical", item, answers)

    def reflection(self, item: Item) -> str:
        return self._question("essay", item, ["<responseformat>editor</responseformat>"])

    def _gapselect(self, item: Item, parts: Sequence[Mapping[str, Any]], between: Sequence[str]) -> str:
        options: list[str] = []
        passage = [between[0]]
        count = 0
        for group, (part, after) in enumerate(zip(parts, between[1:], strict=True), start=1):
            for choice in part.get("choices") or ():
                count += 1
                if choice.get("is_correct"):
                    passage.append(f"[[{count}]]")
                text = escape(one_line(self.words.must(choice.get("text"))))
                options.append(f"<selectoption><text>{text}</text><group>{group}</group></selectoption>")
            passage.append(after)
        return self._question("gapselect", item, ["<shuffleanswers>0</shuffleanswers>", *options], "".join(passage))

    def _cloze(self, item: Item, parts: Sequence[Mapping[str, Any]], between: Sequence[str]) -> str:
        if any(cloze.START.search(text) for text in between):
            raise LeftOutError("Its words look like one of Moodle's embedded answers.")
        passage = [between[0]]
        for part, after in zip(parts, between[1:], strict=True):
            choices = part.get("choices") or ()
            if part.get("is_typed"):
                variants = [line for choice in choices for line in self._variants(choice)]
                passage.append(cloze.write_typed(variants))
            else:
                passage.append(
                    cloze.write_listed(
                        [
                            Answer(
                                one_line(self.words.must(choice.get("text"))),
                                HUNDRED * bool(choice.get("is_correct")),
                                one_line(self.words.may(choice.get("feedback"))),
                            )
                            for choice in choices
                        ]
                    )
                )
            passage.append(after)
        return self._question("cloze", item, [], "".join(passage))

    def _question(self, kind: str, item: Item, inner: Iterable[str], stem: str | None = None) -> str:
        text = self.words.must(item.content.get("text")) if stem is None else stem
        lines = [
            f'<question type="{kind}">',
            node("name", name_of(item.name)),
            self._asked(item, text, can_be_html=kind != "cloze"),
            plain("generalfeedback", self.words.may(item.content.get("explanation"))),
            "<defaultgrade>1</defaultgrade>",
            f"<idnumber>{escape(tidy(item.key))}</idnumber>",
            *inner,
        ]
        if item.tags:
            lines.append(f"<tags>{''.join(node('tag', tag_of(tag)) for tag in item.tags)}</tags>")
        return "\n".join([*lines, "</question>"])

    def _asked(self, item: Item, text: str, *, can_be_html: bool) -> str:
        """The words of a question, with its picture: that needs HTML, and embedded answers need none."""
        picture = item.content.get("picture")
        if not picture or not can_be_html:
            if picture:
                self.words.note(NO_PICTURE)
            return plain("questiontext", text)
        words = "<br>".join(map(escape, text.split("\n")))
        if from_html(words).text != text:
            self.words.note("Its blanks and empty lines are not all in the file, because it has a picture.")
        name = f"picture.{ending_of(bytes_of(picture.get('data')))}"
        alt = quoteattr(one_line(self.words.may(picture.get("alt"))))
        html = f"<p>{words}</p><p><img src={quoteattr(WITH_IT + name)} alt={alt}></p>"
        file = f'<file name={quoteattr(name)} path="/" encoding="base64">{picture.get("data")}</file>'
        return f'<questiontext format="html"><text>{escape(html)}</text>{file}</questiontext>'

    def _answer(self, percent: Decimal | int, text: str, choice: Mapping[str, Any], tolerance: str = "") -> str:
        said = plain("feedback", self.words.may(choice.get("feedback")))
        margin = f"<tolerance>{escape(tolerance)}</tolerance>" if tolerance else ""
        share = written(Decimal(percent))
        return f'<answer fraction="{share}" format="plain_text"><text>{escape(text)}</text>{said}{margin}</answer>'

    def _variants(self, choice: Mapping[str, Any]) -> list[str]:
        return [line.strip() for line in self.words.must(choice.get("text")).split("\n") if line.strip()]


def _between_gaps(passage: str, count: int) -> list[str]:
    """What stands before, between and after the gaps; refuses (LeftOutError) a passage that lacks one."""
    pieces = []
    for number in range(1, count + 1):
        before, marker, passage = passage.partition(f"[[{number}]]")
        if not marker:
            raise LeftOutError("The gaps of its text are not in order in this language.")
        pieces.append(before)
    pieces.append(passage)
    if any("[[" in piece for piece in pieces):
        raise LeftOutError("Its text holds [[ where there is no gap.")
    return pieces
