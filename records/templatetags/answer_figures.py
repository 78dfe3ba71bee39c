"""What the figures of answers are in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from quizzes.questions import Line, Part, Question, in_language, pieces_of
from quizzes.showing import plain_text
from quizzes.statistics import Telling

register = template.Library()

TELLING = {
    Telling.WELL: gettext_lazy("well"),
    Telling.A_LITTLE: gettext_lazy("a little"),
    Telling.HARDLY: gettext_lazy("hardly"),
    Telling.EASY: gettext_lazy("almost everybody gets it right"),
    Telling.TURNED: gettext_lazy("look at this question: people who do well elsewhere miss it"),
    Telling.UNKNOWN: gettext_lazy("cannot be said: all marks are the same"),
}


@register.filter
def question_words(question: Question) -> str:
    """The question in English on one line: in a passage its phrases as they stand, and a line for each gap."""
    pieces = pieces_of(plain_text(in_language(question.text, "en")), len(question.parts))
    return "".join(piece if isinstance(piece, str) else _phrase(question.parts[piece]) for piece in pieces)


def _phrase(part: Part) -> str:
    phrase = plain_text(in_language(part.text, "en"))
    return f"“{phrase}”" if phrase else "……"


@register.filter
def option_words(said: Line) -> str:
    """What can be answered in English on one line, with what it belongs to."""
    number = f"{said.number}. " if said.number else ""
    label = plain_text(in_language(said.label or {}, "en"))
    words = said.typed or plain_text(in_language(said.text, "en")) or _("something else")
    return f"{number}{label}: {words}" if label else f"{number}{words}"


@register.filter
def percent(share: float | None) -> int | None:
    """A share as whole per cent."""
    return None if share is None else round(share * 100)


@register.filter
def telling(word: Telling) -> str:
    """How a question tells people apart."""
    return str(TELLING[word])


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as people say them."""
    if seconds is None:
        return _("not known")
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


@register.filter
def language_name(code: str) -> str:
    """A language in English."""
    return str(get_language_info(code)["name"])


@register.filter
def names_of_languages(codes: Any) -> str:
    """Several languages in one line."""
    return ", ".join(map(language_name, codes))
