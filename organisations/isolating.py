"""Names, addresses, codes and numbers inside a sentence of another direction: each kept together and in its place."""

from __future__ import annotations

import unicodedata

from django.utils import translation

#: First-strong isolate and its end: they hold in pages, titles and letters without formatting alike.
START, END = "\u2068", "\u2069"


def isolated(text: object) -> str:
    """The text, set apart where its direction could differ from that of the active language; else as it is."""
    words = str(text)
    if not words or words.startswith(START):
        return words
    return f"{START}{words}{END}" if translation.get_language_bidi() or is_rtl(words) else words


def comma() -> str:
    """What stands between two things of a list in the active language, with its space."""
    return "، " if translation.get_language_bidi() else ", "


def is_rtl(words: str) -> bool:
    """Whether anything in it is written from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)
