"""Texts that quote facts and contacts, in templates of pages and of letters."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from guidance import quoting
from guidance.notation import CONTACT, FACT, Quote
from guidance.texts import html_of

register = template.Library()


@register.filter
def quoted(text: str) -> SafeString:
    """A plain text as HTML in the active language, with what it quotes."""
    return quoting.quoted(text)


@register.filter
def quoted_words(text: str) -> str:
    """The same as words, for a letter."""
    return quoting.quoted_words(text)


@register.filter
def said(row: Any, name: str) -> SafeString:
    """A text of a fact or a contact in the active language, or in English and marked as such."""
    return html_of(row, name)


@register.simple_tag
def contact_card(key: str) -> SafeString:
    """The contacts that the reader is shown for a key, as cards; a slot in a page that is kept for several readers."""
    return quoting.contact_card(key)


@register.simple_tag
def fact(key: str) -> str:
    """What a fact says today in the active language, as words: `{% fact "nrm-referrals-2025" %}`."""
    return _words(FACT, key)


@register.simple_tag
def contact(key: str) -> str:
    """A contact's name and number in the active language, as words: `{% contact "helpline" %}`."""
    return _words(CONTACT, key)


def _words(kind: str, key: str) -> str:
    quote = Quote(kind, key)
    return quoting.quote_words(quote, quoting.load([quote]))
