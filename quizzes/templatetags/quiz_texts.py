"""What templates need to show a question in the one language of its quiz."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quizzes import marking

register = template.Library()


@register.filter
def in_language(texts: marking.Texts, code: str) -> str:
    """The text in a language, or in English."""
    return marking.in_language(texts, code)


@register.simple_tag
def in_english(texts: marking.Texts, english: Collection[str] = ()) -> SafeString:
    """The English of a text, to stand under its translation, if it is among the texts given."""
    text = texts.get(marking.DEFAULT_LANGUAGE, "")
    if not text or text not in (english or ()):
        return SafeString("")
    return format_html('<span class="in-english" lang="en" dir="ltr">{}</span>', text)


@register.filter
def direction(code: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if translation.get_language_info(code)["bidi"] else "ltr"


@register.filter
def chosen(question: marking.Question, answer: Iterable[str] | None) -> list[marking.Choice]:
    """The choices of the question that the answer names."""
    keys = set(marking.known_answer(question, answer or ()))
    return [choice for choice in question.choices if choice.key in keys]


@register.filter
def right(question: marking.Question) -> list[marking.Choice]:
    """The right choices; only for a page after the quiz is handed in."""
    return [choice for choice in question.choices if choice.is_correct]


@register.filter
def verdict(marked: Decimal) -> str:
    """The word for a mark, as in the class `verdict--…`."""
    return marking.verdict(marked)
