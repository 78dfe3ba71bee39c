"""Which sentences a reader also gets in English while nobody has reviewed the translation, and where they stand.

Pure rules over words and HTML. No Django in here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

#: English words of sentences on which somebody's safety or rights turn: consent, duty, danger, children.
_WORDS = (
    r"consent\w*|agree\w*|permission|informed|refus\w+|may say no|says? (?:yes|no)|free yes|change their mind",
    r"must|duty|duties|obliged|required|notif\w+|refer(?:s|red|ring|rals?)?|by law|legal\w*",
    r"danger\w*|emergenc\w+|urgent\w*|immediate\w*|at once|straight away|unsafe|threat\w*|violen\w+|weapons?",
    r"risk (?:of|to)|at risk|injur\w+|suicid\w*|self-harm|serious harm|die[ds]?|kill\w*",
    r"safeguard\w*|child protection|protect\w* (?:a |the |any )?child\w*|children[’']s (?:services|social care)",
    r"under 18",
)
_CRITICAL = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
#: 999 and its like, and numbers of seven digits and more, however they are spaced.
_NUMBER = re.compile(r"(?<![\d.,])(?:999|112|101|111|105)(?!,?\d)|☎|\+?\d(?:[\s()-]{0,2}\d){6,}")

# fmt: off
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "picture",
    "q", "s", "small", "source", "span", "strong", "sub", "sup", "svg", "time", "u", "wbr",
})
# fmt: on


def needs_english(text: str) -> bool:
    """Whether an English text speaks of consent, a duty, danger, the protection of children or a telephone number."""
    return bool(_CRITICAL.search(text) or _NUMBER.search(text))


@dataclass(frozen=True)
class _Piece:
    """A boundary between two texts, such as the end of a paragraph, or the words between two boundaries."""

    html: str
    #: The name of the boundary; empty for words.
    boundary: str = ""
    text: str = ""

    @property
    def says_something(self) -> bool:
        return bool(self.text)


#: Stands for a contact that is put into a kept page later.
_TELEPHONE = "☎"
#: A tag, whose attributes may hold what looks like its end, or a comment.
_TAG = re.compile(r"""(<!--.*?-->|</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>)""", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")


def _as_text(tag: re.Match[str]) -> str:
    if tag[0].startswith("<!--contact inline "):
        # It names its language, so it is never taken for the same in both.
        return _TELEPHONE + tag[0]
    if tag[0].startswith("<!--contact "):
        # A whole card gets its English when it is put in.
        return _TELEPHONE
    return " " if tag[0].startswith("<br") else ""


def _pieces(html: str) -> list[_Piece]:
    """The HTML, cut at the boundaries of its blocks; every character of it is in one of the pieces."""
    pieces: list[_Piece] = []
    words: list[str] = []

    def finish() -> None:
        if raw := "".join(words):
            text = unescape(_TAG.sub(_as_text, raw))
            pieces.append(_Piece(raw, text=" ".join(text.split())))
        words.clear()

    for number, part in enumerate(_TAG.split(html)):
        name = _NAME.match(part) if number % 2 else None
        if name is None or name[1].lower() in _INLINE:
            words.append(part)
            continue
        finish()
        pieces.append(_Piece(part, boundary=("/" if part.startswith("</") else "") + name[1].lower()))
    finish()
    return pieces


def _shape(pieces: Sequence[_Piece]) -> list[str]:
    return [piece.boundary or "words" for piece in pieces if piece.boundary or piece.says_something]


def english_under(translated: str, english: str, *, always: bool = False) -> str:
    """The translated HTML with the English under each text that needs it, or under each text at all.

    Texts are matched by their place. Where the two are not built alike, the English of the whole follows, if any of
    it is needed. A text that is the same in both, such as a number, is not repeated.
    """
    ours, theirs = _pieces(translated), _pieces(english)
    texts = [piece for piece in theirs if piece.says_something]
    if not any(always or needs_english(piece.text) for piece in texts):
        return translated
    if _shape(ours) != _shape(theirs):
        return f'{translated}<div class="in-english" lang="en" dir="ltr">{english}</div>'
    waiting = iter(texts)
    merged = []
    for piece in ours:
        merged.append(piece.html)
        if not piece.says_something:
            continue
        below = next(waiting)
        if below.text != piece.text and (always or needs_english(below.text)):
            merged.append(f'<span class="in-english" lang="en" dir="ltr">{below.html.strip()}</span>')
    return "".join(merged)


def pair_up(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which block of a translation stands beside which block of the English, by kind and place; None for no block."""
    pairs: list[tuple[int | None, int | None]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, list(ours), list(theirs), autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            pairs += [(number, None) for number in range(i1, i2)]
            pairs += [(None, number) for number in range(j1, j2)]
    return pairs
