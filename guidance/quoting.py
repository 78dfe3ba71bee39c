"""What quoted facts and contacts say, read when a text is shown: nothing of it is stored in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname as localised

from guidance.models import Contact, FactVersion
from guidance.notation import CONTACT, FACT, Quote, has_tokens, quotes_in, split
from guidance.reading import reading_day
from guidance.selectors import contacts_by_key, facts_on

DEFAULT = settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Loaded:
    """What some quotes stand for on a day; a key that nothing has is kept as None."""

    day: date
    facts: Mapping[str, FactVersion | None] = field(default_factory=dict)
    contacts: Mapping[str, Contact | None] = field(default_factory=dict)


_at_hand: ContextVar[Loaded | None] = ContextVar("quotes_at_hand", default=None)


def _keys(quotes: Iterable[Quote], kind: str) -> set[str]:
    return {quote.key for quote in quotes if quote.kind == kind}


def load(quotes: Iterable[Quote]) -> Loaded:
    """What they stand for on the reading day: a query for facts and one for contacts, as far as any are quoted."""
    quotes, day, known = set(quotes), reading_day(), _at_hand.get()
    if known is None or known.day != day:
        known = Loaded(day)
    facts, contacts = _keys(quotes, FACT) - known.facts.keys(), _keys(quotes, CONTACT) - known.contacts.keys()
    found_facts = facts_on(facts, day) if facts else {}
    found_contacts = contacts_by_key(contacts) if contacts else {}
    return Loaded(
        day,
        {**known.facts, **{key: found_facts.get(key) for key in facts}},
        {**known.contacts, **{key: found_contacts.get(key) for key in contacts}},
    )


@contextmanager
def at_hand(quotes: Iterable[Quote]) -> Iterator[None]:
    """Loads everything that a page quotes at once, so that its many texts ask for nothing."""
    token = _at_hand.set(load(quotes))
    try:
        yield
    finally:
        _at_hand.reset(token)


def refuse_unknown(text: str) -> None:
    """Raises ValidationError when a text quotes what does not exist, in words for whoever wrote it."""
    loaded = load(quotes_in(text))
    unknown = [key for row in (loaded.facts, loaded.contacts) for key, found in row.items() if found is None]
    if unknown:
        message = _("Nothing has the key “%(key)s”. Copy the key from the list of facts and contacts.")
        raise ValidationError([message % {"key": key} for key in sorted(unknown)])


def quoted(text: str, language: str | None = None, *, links: bool = True) -> SafeString:
    """A plain text as HTML in its language (the active one), with what it quotes; `links` makes numbers dial."""
    if not has_tokens(text):
        return conditional_escape(text)
    parts, loaded = split(text), load(quotes_in(text))
    return mark_safe(  # noqa: S308 - each part is escaped, or made by quote_html
        "".join(
            quote_html(part, loaded, language, links=links) if isinstance(part, Quote) else conditional_escape(part)
            for part in parts
        )
    )


def quoted_words(text: str, language: str | None = None) -> str:
    """The same without HTML, for letters."""
    if not has_tokens(text):
        return text
    loaded = load(quotes_in(text))
    return "".join(quote_words(part, loaded, language) if isinstance(part, Quote) else part for part in split(text))


def quote_html(quote: Quote, loaded: Loaded, language: str | None = None, *, links: bool = True) -> SafeString:
    """One quote as HTML; a quote of what is gone says so."""
    with translation.override(language or translation.get_language()):
        if quote.kind == FACT and (version := loaded.facts.get(quote.key)):
            return format_html('<span class="quote">{}{}</span>', _in_language(version, "value"), _mark(version))
        if quote.kind == CONTACT and (contact := loaded.contacts.get(quote.key)):
            return _contact_html(contact, links=links)
        return format_html('<span class="quote quote--gone">{}</span>', _gone())


def quote_words(quote: Quote, loaded: Loaded, language: str | None = None) -> str:
    """One quote as words."""
    with translation.override(language or translation.get_language()):
        row: FactVersion | Contact | None
        if quote.kind == FACT:
            row = loaded.facts.get(quote.key)
            words = [_text_of(row, "value")[0]] if row else []
        else:
            row = loaded.contacts.get(quote.key)
            words = [_text_of(row, "label")[0], row.number or row.url] if isinstance(row, Contact) else []
        if row is None:
            return _gone()
        return " ".join(words) + ("" if row.is_confirmed else f" ({_('check this')})")


def _contact_html(contact: Contact, *, links: bool) -> SafeString:
    number = contact.number or contact.url
    shown = format_html("<bdi>{}</bdi>", number)
    if links:
        shown = format_html('<a class="govuk-link" href="{}">{}</a>', contact.href, shown)
    return format_html('<span class="quote">{} {}{}</span>', _in_language(contact, "label"), shown, _mark(contact))


def _text_of(row: Any, name: str) -> tuple[str, str]:
    """The words in the active language, or in English, and the language they are in."""
    code = translation.get_language() or DEFAULT
    if words := getattr(row, localised(name, code), ""):
        return words, code
    return getattr(row, localised(name, DEFAULT)), DEFAULT


def _in_language(row: Any, name: str) -> SafeString:
    words, code = _text_of(row, name)
    if code == translation.get_language():
        return format_html("<bdi>{}</bdi>", words)
    return format_html('<bdi lang="{}" dir="ltr">{}</bdi>', code, words)


def _mark(row: FactVersion | Contact) -> str:
    return "" if row.is_confirmed else format_html(' <span class="quote__check">({})</span>', _("check this"))


def _gone() -> str:
    return _("(not known at the moment)")
