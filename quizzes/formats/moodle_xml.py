"""Moodle XML, read question by question: never the whole file as a tree, and nothing that it points at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from quizzes.formats import cloze
from quizzes.formats.building import HUNDRED, Answer, Builder, decimal_of
from quizzes.formats.items import LONGEST_SOURCE, Item, RefusedError, Report, Result, where_of
from quizzes.formats.pictures import LIMITS, data_of, usable
from quizzes.formats.texts import from_html, looks_like_html, name_of, tag_of, tags_of_category, tidy
from quizzes.formats.xml_reading import children
from quizzes.questions import MOST_TAGS

#: What Moodle writes when nobody wrote anything.
USUAL = frozenset(("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.", ""))
NAMES = {
    "description": "a description: there is nothing to ask",
    "calculated": "a calculated question",
    "calculatedsimple": "a calculated question",
    "calculatedmulti": "a calculated question",
    "ddimageortext": "a question of dragging onto a picture",
    "ddmarker": "a question of dragging onto a picture",
    "random": "a question drawn by chance",
    "randomsamatch": "a question drawn by chance",
}
Made = tuple[str, dict[str, Any]]


def read(data: bytes, language: str = "en") -> Result:
    """The questions of a Moodle XML file; refuses (UnreadableError) one that is broken, hostile or something else."""
    report, reader = Report(), _Reader(language)
    category: list[str] = []
    for number, element in enumerate(children(data, "question"), start=1):
        kind = element.get("type", "")
        if kind == "category":
            category = tags_of_category(_plain(element, "category/text"))
            continue
        name, key = name_of(_plain(element, "name/text")), tidy(_plain(element, "idnumber"))
        where = where_of(number, name, key)
        try:
            made, content = reader.question(kind, element)
        except RefusedError as refusal:
            reader.builder.taken_notes()
            report.refuse(where, refusal.message)
        else:
            own = [tag_of(_inside(tag)) for tag in element.iterfind("tags/tag/text")]
            tags = tuple(dict.fromkeys(tag for tag in (*category, *own) if tag))[:MOST_TAGS]
            report.add(Item(made, content, name, tags, key))
            for note in reader.builder.taken_notes():
                report.note(where, note)
    return report.result("moodle_xml")


class _Reader:
    """Reads one question after the other."""

    def __init__(self, language: str) -> None:
        self.builder = Builder(language)
        #: Where the picture stands that the question keeps. The words alone show it: in a choice, the same name is
        #: that of another file.
        self.kept_source = ""
        self.readers: Mapping[str, Callable[[Element, str, str], Made]] = {
            "multichoice": self._multichoice,
            "truefalse": self._true_false,
            "shortanswer": self._short_answer,
            "numerical": self._numerical,
            "matching": self._matching,
            "match": self._matching,
            "essay": self._essay,
            "ordering": self._ordering,
            "gapselect": self._gapselect,
            "ddwtos": self._ddwtos,
            "cloze": self._cloze,
            "multianswer": self._cloze,
        }

    def question(self, kind: str, element: Element) -> Made:
        """What a question comes to; refuses (RefusedError) what cannot be asked here."""
        reader = self.readers.get(kind)
        if reader is None:
            raise RefusedError(f"It is {NAMES.get(kind, f'of the kind “{kind[:40]}”')}, which Signpost does not have.")
        words = element.find("questiontext")
        picture = self._picture(words)
        stem = "" if reader == self._cloze else self._text(words, self.kept_source)
        made, content = reader(element, stem, self._text(element.find("generalfeedback")))
        self._leave_out(element)
        return made, {**content, "picture": picture} if picture else content

    def _picture(self, words: Element | None) -> dict[str, Any] | None:
        """The first picture that stands in the words of a question and comes with the file; others are left out."""
        self.kept_source = ""
        text = "" if words is None else _plain(words, "text")
        if words is None or "<img" not in text.lower():
            return None
        files = {each.get("name", ""): _inside(each) for each in words.iterfind("file")}
        for shown in from_html(text).pictures:
            if data := data_of(shown, files):
                if kept := usable(data):
                    self.kept_source = shown.source
                    return {"data": kept, "alt": {self.builder.language: shown.alt} if shown.alt else {}}
                self.builder.notes.append(f"A picture cannot be used. {LIMITS}")
        return None

    def _multichoice(self, element: Element, stem: str, explanation: str) -> Made:
        is_single = _is_yes(_plain(element, "single"), True)
        keeps_order = not _is_yes(_plain(element, "shuffleanswers"), True)
        return self.builder.choices(stem, self._answers(element), explanation, is_single, keeps_order)

    def _true_false(self, element: Element, stem: str, explanation: str) -> Made:
        by_word = {answer.text.casefold(): answer for answer in self._answers(element, is_plain=True)}
        true, false = by_word.get("true"), by_word.get("false")
        if true is None or false is None or (true.percent > 0) == (false.percent > 0):
            raise RefusedError("It does not say whether true or false is right.")
        return self.builder.true_false(stem, true.percent > 0, true.feedback, false.feedback, explanation)

    def _short_answer(self, element: Element, stem: str, explanation: str) -> Made:
        if _is_yes(_plain(element, "usecase"), False):
            self.builder.notes.append("Capital letters counted in Moodle. In Signpost they do not.")
        return self.builder.short_answer(stem, self._answers(element, is_plain=True), explanation)

    def _numerical(self, element: Element, stem: str, explanation: str) -> Made:
        answers = zip(element.iterfind("answer"), self._answers(element, is_plain=True), strict=True)
        numbers = [(answer.text, _plain(source, "tolerance") or "0", answer) for source, answer in answers]
        if element.find("units/unit") is not None:
            self.builder.notes.append("Units were left out: only the number is asked for.")
        return self.builder.numeric(stem, numbers, explanation)

    def _matching(self, element: Element, stem: str, explanation: str) -> Made:
        pairs = [(self._text(pair), tidy(_plain(pair, "answer/text"))) for pair in element.iterfind("subquestion")]
        return self.builder.matching(stem, [pair for pair in pairs if any(pair)], explanation)

    def _essay(self, element: Element, stem: str, explanation: str) -> Made:
        if self._text(element.find("graderinfo")):
            self.builder.notes.append("The notes for those who mark were left out: nobody marks it here.")
        return self.builder.reflection(stem, explanation)

    def _ordering(self, element: Element, stem: str, explanation: str) -> Made:
        lines = [self._text(answer) for answer in element.iterfind("answer")]
        return self.builder.ordering(stem, lines, explanation)

    def _gapselect(self, element: Element, stem: str, explanation: str) -> Made:
        options = [(tidy(_plain(o, "text")), _plain(o, "group").strip()) for o in element.iterfind("selectoption")]
        return self._from_options(options, stem, explanation)

    def _ddwtos(self, element: Element, stem: str, explanation: str) -> Made:
        boxes = element.iterfind("dragbox")
        options = [(self.builder.cleaned(from_html(_plain(b, "text"))), _plain(b, "group").strip()) for b in boxes]
        return self._from_options(options, stem, explanation)

    def _from_options(self, options: list[tuple[str, str]], stem: str, explanation: str) -> Made:
        """Gaps that name their right option by its number, and offer all options of its group."""
        pieces: list[str] = []
        gaps: list[list[Answer]] = []
        rest = stem
        while True:
            before, opening, after = rest.partition("[[")
            number, closing, after = after.partition("]]")
            pieces.append(before)
            if not opening:
                break
            if not closing or not (number.isascii() and number.isdecimal()) or not 0 < int(number[:6]) <= len(options):
                raise RefusedError(f"Its gap [[{number[:20]}]] names no option.")
            right, group = options[int(number) - 1]
            same = [text for text, other in options if other == group]
            gaps.append([Answer(text, HUNDRED if text == right else Decimal(0)) for text in dict.fromkeys(same)])
            pieces.append(f"[[{len(gaps)}]]")
            rest = after
        return self.builder.gaps("".join(pieces), gaps, explanation)

    def _cloze(self, element: Element, _stem: str, explanation: str) -> Made:
        source = element.find("questiontext")
        raw = _plain(source, "text") if source is not None else ""
        if len(raw) > LONGEST_SOURCE:
            raise RefusedError("Its text is far too long.")
        marked, gaps = cloze.parse(raw)
        if marked.count("[[") != len(gaps):
            raise RefusedError("Its text holds [[, which marks a gap in Signpost.")
        format_name = source.get("format", "html") if source is not None else "html"
        passage = self._formatted(marked, format_name, self.kept_source)
        if len(gaps) == 1 and gaps[0].kind in cloze.NUMBERS:
            return self.builder.numeric(passage.replace("[[1]]", "_____"), cloze.number(gaps[0]), explanation)
        return self.builder.gaps(passage, [self._gap(gap) for gap in gaps], explanation)

    def _gap(self, gap: cloze.Gap) -> list[Answer] | str:
        if cloze.is_list(gap):
            return cloze.listed(gap)
        if gap.kind in cloze.TYPED:
            return cloze.typed(gap, self.builder)
        if gap.kind in cloze.NUMBERS:
            values = [
                (value, tolerance) for value, tolerance, answer in cloze.number(gap) if answer.percent >= HUNDRED
            ]
            if any(decimal_of(tolerance or "0") != 0 for _value, tolerance in values):
                raise RefusedError(
                    "One of its gaps asks for a number with a tolerance. Ask it as a question of its own."
                )
            return "\n".join(filter(None, (cloze.as_words(value) for value, _tolerance in values)))
        raise RefusedError(f"One of its gaps is of the kind {gap.kind}, which Signpost does not have.")

    def _answers(self, element: Element, is_plain: bool = False) -> list[Answer]:
        answers = []
        for source in element.iterfind("answer"):
            fraction = source.get("fraction", "0")
            percent = decimal_of(fraction.replace(",", "."))
            if percent is None:
                raise RefusedError(f"“{fraction[:20]}” is no share in per cent.")
            text = tidy(_plain(source, "text")) if is_plain else self._text(source)
            answers.append(Answer(text, percent, self._text(source.find("feedback"))))
        return answers

    def _leave_out(self, element: Element) -> None:
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if self._text(element.find(name)) not in USUAL:
                self.builder.notes.append("Feedback for a right, partly right or wrong answer was left out.")
        if any(self._text(hint) for hint in element.iterfind("hint")):
            self.builder.notes.append("Hints were left out.")

    def _text(self, element: Element | None, kept_source: str = "") -> str:
        if element is None:
            return ""
        return self._formatted(_plain(element, "text"), element.get("format", ""), kept_source)

    def _formatted(self, text: str, format_name: str, kept_source: str = "") -> str:
        if not text or text.isspace():
            return ""
        if format_name == "html" or (format_name in ("", "moodle_auto_format") and looks_like_html(text)):
            return self.builder.cleaned(from_html(text), kept_source)
        if format_name == "markdown":
            self.builder.notes.append("It is written in Markdown; its marks stay as they are.")
        return tidy(text)


def _plain(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else _inside(found)


def _inside(element: Element) -> str:
    return "".join(element.itertext()) if len(element) else element.text or ""


def _is_yes(text: str, unsaid: bool) -> bool:
    word = text.strip().casefold()
    return word in ("1", "true", "yes") if word else unsaid
