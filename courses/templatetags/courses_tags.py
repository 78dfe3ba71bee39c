"""Words for templates of courses."""

from collections.abc import Mapping

from django import template

from quizzes import marking

register = template.Library()


@register.filter
def in_language(texts: Mapping[str, str], code: str) -> str:
    """One of several texts by language code; English where it is missing."""
    return marking.in_language(texts, code)
