"""PDFs from typst templates: tagged for screen readers (PDF/UA-1), in our fonts, the same bytes for the same data.

A template lies in `site/templates`, begins with `#import "/downloads/signpost.typ": *` and finds what it shows in
`data`. Nothing that anybody typed ever becomes part of a template: data travels as JSON only.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.http import content_disposition_header

FONTS = Path(__file__).resolve().with_name("fonts")
TEMPLATES = Path(__file__).resolve().parents[1] / "site" / "templates"
#: Longer texts end in an ellipsis; longer lists are the caller's to refuse.
MAX_TEXT = 2000
MAX_DATA = 4_000_000
#: Words that no line can hold are broken after so many letters.
MAX_WORD = 24
#: What stands for a letter that no font has.
REPLACEMENT = "\ufffd"
#: Controls that shape Arabic, mark direction or isolate; all others go, and with them what turns a line around.
KEPT_CONTROLS = frozenset("\n\u200b\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069")
NOT_DISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed')
#: How typst writes letters in a message that would be unseen in it.
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class FontsAreMissing(RuntimeError):
    """The set-up has not made the fonts."""


class LettersAreMissing(ValueError):
    """The data has letters that no font has; `letters` are the ones."""

    def __init__(self, letters: str) -> None:
        self.letters = letters
        super().__init__("No font has some of the letters.")


def make_pdf(template: str, data: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """The template set with the data, in the language.

    Raises LettersAreMissing rather than leave boxes in place of letters, FontsAreMissing before the set-up has made
    the fonts, and ValueError for more data than any document of ours has.
    """
    whole = {"data": prepared(data), "title": clean(title), "language": language}
    inputs = json.dumps(whole)
    if len(inputs) > MAX_DATA:
        raise ValueError("This is more than fits in a PDF.")
    try:
        # Not one shared typst.Compiler: two threads at once in one fail.
        made = typst.compile(
            TEMPLATES / template,
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"whole": inputs},
            timestamp=0,
        )
    except typst.TypstError as error:
        if missing := _not_displayed(error):
            raise LettersAreMissing(missing) from None
        raise
    return made


def make_whole_pdf(template: str, data: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """The same for long documents: � stands for a letter that no font has, and `data.is_replaced` says that it does.

    Raises FontsAreMissing and ValueError as `make_pdf` does.
    """
    try:
        return make_pdf(template, {**data, "is_replaced": False}, title=title, language=language)
    except LettersAreMissing as missing:
        table = str.maketrans(dict.fromkeys(missing.letters, REPLACEMENT))
    replaced = _replaced({**data, "is_replaced": True}, table)
    return make_pdf(template, replaced, title=title.translate(table), language=language)


def words(text: str, language: str = "") -> dict[str, str]:
    """Words that somebody typed, for a template's `words()`: set by themselves, in one face and their own direction.

    Give the language where it is known and may differ from the document's.
    """
    text = clean(text)
    return {
        "words": _breakable(text),
        "language": language,
        "direction": direction_of(text),
        "face": "own" if _is_ours(text) else "other",
    }


def clean(text: str) -> str:
    """The text without controls that could turn a line around, composed, and no longer than MAX_TEXT."""
    text = unicodedata.normalize("NFC", text.replace("\t", " "))
    kept = "".join(sign for sign in text if sign in KEPT_CONTROLS or unicodedata.category(sign)[0] != "C")
    return kept if len(kept) <= MAX_TEXT else f"{kept[: MAX_TEXT - 1]}…"


def direction_of(text: str) -> str:
    """`rtl` or `ltr`, by the first letter that has a direction."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def prepared(value: Any) -> Any:
    """Data as JSON takes it, every text in it clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {str(key): prepared(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [prepared(each) for each in value]
    return value


def pdf_response(filename: str, content: bytes) -> HttpResponse:
    """A download, kept by no cache on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@cache
def _letters() -> frozenset[str]:
    """Every letter that our own faces have."""
    try:
        families = json.loads((FONTS / "letters.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FontsAreMissing("There are no fonts for PDFs yet. Run `make setup`.") from None
    return frozenset("".join(families.values()))


@cache
def _fonts() -> typst.Fonts:
    """Ours, and those that typst brings for letters that ours do not have."""
    _letters()
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


def _is_ours(text: str) -> bool:
    return all(sign in _letters() or sign in KEPT_CONTROLS for sign in text)


def _breakable(text: str) -> str:
    """Long words with places where a line may end."""
    return re.sub(rf"\S{{{MAX_WORD}}}(?=\S)", "\\g<0>\u200b", text)


def _not_displayed(error: typst.TypstError) -> str:
    found = NOT_DISPLAYED.findall(f"{error.message}\n{error.diagnostic}")
    texts = [ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], text) for text in found]
    return "".join(sorted({sign for text in texts for sign in text}))


def _replaced(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).translate(table)
    if isinstance(value, Mapping):
        return {key: _replaced(each, table) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_replaced(each, table) for each in value]
    return value
