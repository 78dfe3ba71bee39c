"""Words for templates of courses."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import translation
from django.utils.safestring import SafeString

from courses.beside import body_html, text_html
from courses.translated import DEFAULT, TranslatedPage
from quizzes import questions

register = template.Library()


@register.filter
def in_language(texts: Mapping[str, str], code: str) -> str:
    """One of several texts by language code; English where it is missing."""
    return questions.in_language(texts, code)


@register.simple_tag(takes_context=True)
def body_of(context: Any, page: TranslatedPage, field: str, english: str = "") -> SafeString:
    """The blocks of a page in the language it is served in; `english` says how much English goes with them."""
    return body_html(page, field, english, context.flatten())


@register.simple_tag
def text_of(page: TranslatedPage, field: str, english: str = "") -> SafeString:
    """A text of a page in the language it is served in; `english` says how much English goes with it."""
    return text_html(page, field, english)


@register.inclusion_tag("courses/alternates.html", takes_context=True)
def alternates(context: Any, page: TranslatedPage) -> dict[str, Any]:
    """For the head of a public page: the languages it is really there in, English for others."""
    request = context["request"]
    current = translation.get_language_from_path(request.path)
    if current is None:
        return {"links": []}
    rest = request.path[len(current) + 1 :]
    codes = [("x-default", DEFAULT), *((code, code) for code in page.languages)]
    return {"links": [(name, request.build_absolute_uri(f"/{code}{rest}")) for name, code in codes]}
