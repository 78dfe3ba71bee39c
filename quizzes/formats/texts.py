"""Texts of files as plain texts: decoded, freed of what no screen shows, and HTML turned into lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO

from quizzes.formats.items import LONGEST_NAME, LONGEST_SOURCE, RefusedError, UnreadableError
from quizzes.formats.pictures import Shown, shown_by
from quizzes.questions import LONGEST_TAG

#: The byte order marks that Windows puts before a text.
MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: What a text may not hold: control characters but line feed and tab, halves of pairs and the two non-characters.
UNSEEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
BLOCKS = _names(
    "address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr main nav ol p pre section table tbody tfoot thead tr ul"
)
MEDIA = _names("img audio video iframe object embed svg canvas")
UNREAD = _names("script style head title template noscript")
END_OR_QUOTE = re.compile("[>\"']")
KNOWN = (
    BLOCKS
    | MEDIA
    | UNREAD
    | _names(
        "a abbr b bdi bdo big br cite code del dfn em font i ins kbd label li mark q s samp small span strike "
        "strong sub sup td th tt u var"
    )
)


def decoded(data: bytes) -> str:
    """The text of a file; refuses (UnreadableError) one that is not UTF-8 or UTF-16 with a mark."""
    return "\n".join(lines_of(data))


def lines_of(data: bytes) -> Iterator[str]:
    """The lines of a file one by one, whatever ends them; refuses (UnreadableError) what is no UTF-8."""
    if data[:2] in UTF_16:
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise UnreadableError("The file cannot be read as text. Save it as UTF-8 and try again.") from None
    for number, raw in enumerate(BytesIO(data.removeprefix(MARK)), start=1):
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            raise UnreadableError(
                f"Line {number} holds letters that are not UTF-8. Save the file as UTF-8 and try again."
            ) from None
        line = line.removesuffix("\n").removesuffix("\r")
        if "\r" in line:
            yield from line.split("\r")
        else:
            yield line


def tidy(text: str) -> str:
    """A text with plain line ends and nothing unseen, without blanks around it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = text.translate(UNSEEN)
    return text.strip()


def one_line(text: str, longest: int = 0) -> str:
    """A text on one line; cut where it is longer than what holds it."""
    line = " ".join(tidy(text).split())
    return f"{line[: longest - 1].rstrip()}…" if longest and len(line) > longest else line


def name_of(text: str) -> str:
    """The name of a question, from plain text."""
    return one_line(text, LONGEST_NAME)


def tag_of(text: str) -> str:
    """A tag, from plain text; empty where there is nothing in it. Commas part tags in a list, so none is in a tag."""
    return one_line(text.replace(",", " "), LONGEST_TAG)


def tags_of_category(path: str) -> list[str]:
    """The tags that a Moodle category stands for: each of its levels, without those that every course has."""
    slash = "\x00"
    levels = [tag_of(level.replace(slash, "/")) for level in path.replace("//", slash).split("/")]
    return [
        level
        for level in levels
        if level and level != "top" and not level.startswith("Default for ") and not _is_variable(level)
    ]


def _is_variable(level: str) -> bool:
    # $course$, $module$, $cat1$ …
    return len(level) > 1 and level.startswith("$") and level.endswith("$")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What stands in a piece of HTML."""

    text: str
    media: int = 0
    links: int = 0
    #: Those of the media that are pictures.
    pictures: tuple[Shown, ...] = ()


def looks_like_html(text: str) -> bool:
    """Whether a text that does not say what it is holds tags that a browser knows, or entities."""
    if "<" not in text:
        return "&" in text and unescape(text) != text
    return any(_tag_name(text[start + 1 : start + 12]) in KNOWN for start in _places(text, "<"))


def from_html(html: str) -> Cleaned:
    """HTML as plain text: paragraphs and list items as lines; pictures and sound are counted and stand beside it.

    Refuses (RefusedError) more than any question needs.
    """
    if len(html) > LONGEST_SOURCE:
        raise RefusedError("One of its texts is far too long, or holds a picture that is far too large.")
    if "<" not in html:
        return Cleaned(tidy(" ".join(unescape(html).split()) if "&" in html else " ".join(html.split())))
    return _Reader(html).read()


class _Reader:
    """Walks through HTML once, from left to right, however broken it is."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.lines: list[str] = []
        self.line: list[str] = []
        self.media = 0
        self.links = 0
        self.pictures: list[Shown] = []
        self.lists: list[int | None] = []
        self.skipping = ""
        self.prefix = ""
        self.is_raw = 0

    def read(self) -> Cleaned:
        html, place = self.html, 0
        while (start := html.find("<", place)) >= 0:
            self._text(html[place:start])
            place = start
            if html.startswith("<!--", start):
                end = html.find("-->", start)
                place = len(html) if end < 0 else end + 3
                continue
            if not _tag_name(html[start + 1 : start + 12]) and html[start + 1 : start + 2] not in ("!", "?"):
                self._text("<")
                place = start + 1
                continue
            end = _tag_end(html, start)
            if end < 0:
                # No tag ends from here on: the rest is text.
                break
            self._tag(html[start + 1 : end])
            place = end + 1
        self._text(html[place:])
        self._break()
        return Cleaned(tidy("\n".join(self.lines)), self.media, self.links, tuple(self.pictures))

    def _text(self, text: str) -> None:
        if text and not self.skipping:
            self.line.append(unescape(text) if "&" in text else text)

    def _tag(self, inner: str) -> None:
        is_end = inner.startswith("/")
        name = _tag_name(inner)
        if self.skipping:
            if is_end and name == self.skipping:
                self.skipping = ""
            return
        if name in MEDIA:
            self.media += not is_end
            if name == "img" and not is_end:
                self.pictures.append(shown_by(inner[3:]))
        elif name in UNREAD:
            if not is_end and not inner.endswith("/"):
                self.skipping = name
        elif name == "br":
            self._break(keeps_empty=True)
        elif name in ("ul", "ol"):
            self._list(name, is_end)
        elif name == "li":
            self._break()
            if not is_end:
                self.prefix = self._bullet()
        elif name in ("td", "th"):
            self.line.append(" ")
        elif name in BLOCKS:
            self._break()
            if name == "pre":
                self.is_raw = max(0, self.is_raw + (-1 if is_end else 1))
        elif name == "a" and not is_end:
            self.links += 1

    def _list(self, name: str, is_end: bool) -> None:
        self._break()
        if is_end:
            if self.lists:
                self.lists.pop()
        elif len(self.lists) < 20:
            self.lists.append(0 if name == "ol" else None)

    def _bullet(self) -> str:
        if not self.lists or self.lists[-1] is None:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _break(self, keeps_empty: bool = False) -> None:
        raw = "".join(self.line)
        self.line.clear()
        if self.is_raw:
            self.lines += [line.rstrip() for line in raw.split("\n")]
            return
        text = " ".join(raw.split())
        if text or self.prefix:
            self.lines.append(self.prefix + text)
            self.prefix = ""
        elif keeps_empty and self.lines and self.lines[-1]:
            self.lines.append("")


def _places(text: str, mark: str) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _tag_name(inner: str) -> str:
    start = 1 if inner.startswith("/") else 0
    end = start
    while end < len(inner) and inner[end].isascii() and inner[end].isalnum():
        end += 1
    name = inner[start:end].lower()
    return name if name[:1].isalpha() else ""


def _tag_end(html: str, start: int) -> int:
    """Where the tag ends that begins here: at the first ">" outside quotation marks."""
    place = start + 1
    while mark := END_OR_QUOTE.search(html, place):
        if mark[0] == ">":
            return mark.start()
        closing = html.find(mark[0], mark.end())
        if closing < 0:
            # The quotation mark is never closed: its author forgot it.
            return html.find(">", mark.end())
        place = closing + 1
    return -1
