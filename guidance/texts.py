"""Texts of guidance in the active language, or in English and marked as such."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from modeltranslation.utils import build_localized_fieldname as localised

DEFAULT = settings.LANGUAGE_CODE


def text_of(row: Any, name: str) -> tuple[str, str]:
    """The words of a field in the active language, or in English, and the language they are in."""
    code = translation.get_language() or DEFAULT
    if words := getattr(row, localised(name, code), ""):
        return words, code
    return getattr(row, localised(name, DEFAULT)) or "", DEFAULT


def words_of(row: Any, name: str) -> str:
    """The words alone."""
    return text_of(row, name)[0]


def html_of(row: Any, name: str) -> SafeString:
    """The words as HTML, kept apart from the text around them; empty when there are none."""
    words, code = text_of(row, name)
    if not words:
        return SafeString("")
    if code == translation.get_language():
        return format_html("<bdi>{}</bdi>", words)
    return format_html('<bdi lang="{}" dir="ltr">{}</bdi>', code, words)
