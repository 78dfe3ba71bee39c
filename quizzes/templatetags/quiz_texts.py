"""What templates need to show a question in the one language of its quiz."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils import translation

from quizzes import marking

register = template.Library()


@register.filter
def in_language(texts: marking.Texts, code: str) -> str:
    """The text in a language, or in English."""
    return marking.in_language(texts, code)


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
