"""A page's words in the reader's language, with as much English as they need while nobody has reviewed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.fields import RichTextField
from wagtail.rich_text import expand_db_html

from courses.models.editions import Edition
from courses.rules_translations import english_under, pair_up
from courses.translated import DEFAULT, TranslatedPage, direction, localised

#: The end of an address that asks for all the English.
QUERY = f"?beside={DEFAULT}"


class English(StrEnum):
    """How much English stands beside a text."""

    NONE = ""
    #: Under every text about consent, a duty, danger or a telephone number.
    UNDER = "under"
    #: Beside everything, because the reader asked for it.
    BESIDE = "beside"


def is_english_asked(request: HttpRequest) -> bool:
    """Whether the address asks for all the English beside a language that nobody has reviewed."""
    return request.GET.get("beside") == DEFAULT


def english_query(request: HttpRequest) -> str:
    """The end of an address that asks for the English if the present one does."""
    return QUERY if is_english_asked(request) else ""


def english_for(edition: Edition, code: str, *, is_asked: bool) -> English:
    """How much English a reader of the edition gets in a language: none where its words were signed off."""
    if edition.is_reviewed(code):
        return English.NONE
    return English.BESIDE if is_asked else English.UNDER


def body_html(
    page: TranslatedPage, field: str, english: English | str, context: Mapping[str, Any] | None = None
) -> SafeString:
    """The blocks of a page in the language it is served in, with the English."""
    code, given = page.served_language, dict(context or {})
    ours = list(getattr(page, localised(field, code)))
    if not english or code == DEFAULT:
        return joined(block.render(given) for block in ours)
    theirs = list(getattr(page, localised(field, DEFAULT)))
    rows = []
    for here, there in pair_up([block.block_type for block in ours], [block.block_type for block in theirs]):
        translated = str(ours[here].render(given)) if here is not None else ""
        with translation.override(DEFAULT):
            original = str(theirs[there].render(given)) if there is not None else ""
        if english == English.BESIDE:
            rows.append(side_by_side(code, translated, original))
        else:
            is_contact = here is not None and ours[here].block_type == "contact"
            # Both are drawn by templates.
            rows.append(mark_safe(english_under(translated, original, always=is_contact)))  # noqa: S308
    return joined(rows)


def card_with_english(translated: str, english: str) -> str:
    """A contact's card with the English under each of its words; what is the same in both is not repeated."""
    return english_under(translated, english, always=True)


def text_html(page: TranslatedPage, field: str, english: English | str) -> SafeString:
    """A text of a page, plain or rich, in the language it is served in, with the English."""
    code = page.served_language
    translated = _as_html(getattr(page, localised(field, code)), page, field)
    if not english or code == DEFAULT or not translated:
        return translated
    original = _as_html(getattr(page, localised(field, DEFAULT)), page, field)
    # A warning about what follows is never left to a translation alone.
    always = english == English.BESIDE or field == "content_note"
    return mark_safe(english_under(translated, original, always=always))  # noqa: S308 both are escaped


def _as_html(text: str | None, page: TranslatedPage, field: str) -> SafeString:
    if not text:
        return SafeString("")
    if isinstance(page._meta.get_field(field), RichTextField):
        return mark_safe(expand_db_html(str(text)))  # noqa: S308 what editors may write is cleaned when it is saved
    return linebreaksbr(text)


def side_by_side(code: str, translated: str, english: str) -> SafeString:
    """HTML in a language with its English, in two columns where there is room."""
    return format_html(
        '<div class="side-by-side"><div lang="{}" dir="{}">{}</div><div lang="{}" dir="ltr">{}</div></div>',
        code,
        direction(code),
        mark_safe(translated),  # noqa: S308 drawn by templates
        DEFAULT,
        mark_safe(english),  # noqa: S308 drawn by templates
    )


def joined(parts: Iterable[str]) -> SafeString:
    """Pieces of HTML one after another; what is not marked as HTML is escaped."""
    return format_html_join("\n", "{}", ((part,) for part in parts))
