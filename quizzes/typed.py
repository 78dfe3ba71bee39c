"""How typed answers are read and compared: small differences of writing are no mistakes. Pure, without Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from quizzes.questions import Choice, Texts

#: How much of a typed answer is kept.
LONGEST = 200
LONGEST_NUMBER = 30
#: Forms of one letter or sign that people type for another.
_SAME = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"), "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ە": "ه", "ـ": "",
        **dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("“”«»„", '"'), **dict.fromkeys("‐‑‒–—−", "-"),
    }
)  # fmt: skip
_FULL_STOPS = ".。۔"
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,3})?", re.ASCII)
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[ '٬](?=\d)")


def cleaned(text: str) -> str:
    """A typed answer as it is kept: one line without control signs, as long as we keep it."""
    printable = "".join(" " if char.isspace() else char for char in text[: LONGEST * 4])
    kept = (char for char in printable if unicodedata.category(char) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())[:LONGEST].strip()


def folded(text: str) -> str:
    """What is left of a text when case, accents, spaces, a final full stop and forms of letters do not matter."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf", "Cc", "Cs"))
    with_digits = (str(unicodedata.decimal(char, char)) for char in "".join(kept).translate(_SAME))
    return " ".join("".join(with_digits).split()).rstrip(_FULL_STOPS + " ")


def variants(texts: Texts) -> tuple[str, ...]:
    """The accepted ways of writing one answer, in every language: one a line."""
    return tuple(line.strip() for text in texts.values() for line in text.splitlines() if line.strip())


def accepts(texts: Texts, typed: str) -> bool:
    """Whether what was typed is one of the accepted ways of writing."""
    wanted = folded(typed)
    return bool(wanted) and any(folded(variant) == wanted for variant in variants(texts))


def as_read(texts: Texts) -> Texts:
    """An accepted answer to be read: the first way of writing it in each language."""
    return {code: lines[0] for code, text in texts.items() if (lines := variants({code: text}))}


def first_variant(choices: Iterable[Choice]) -> str:
    """One right answer as it could be typed; "" where there is none."""
    return next((line for choice in choices if choice.is_correct for line in variants(choice.text)), "")


def number_in(text: str) -> Fraction | None:
    """The number that was typed; None where it is none, or longer than anybody means."""
    if len(text) > LONGEST_NUMBER:
        return None
    plain = _BETWEEN_THOUSANDS.sub("", folded(text.replace("٫", ",").replace("٬", " ")))
    # Folding takes a final full stop away, which no number needs.
    if not _NUMBER.fullmatch(plain):
        return None
    return Fraction(Decimal(plain.replace(",", ".")))
