"""What quoted facts and contacts say, read when a text is shown: nothing of it is stored in the text.

A page that is kept for several readers leaves slots for contacts, because each reader sees the nearest; they are
filled each time it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guidance.cards import Card, card_of
from guidance.models import Contact, Fact, FactVersion
from guidance.notation import CONTACT, FACT, Quote, has_tokens, quotes_in, split
from guidance.reading import reader, reading_day
from guidance.selectors import contacts_shown, facts_on
from guidance.texts import html_of, words_of

#: The two looks of a contact.
INLINE = "inline"
WHOLE = "whole"
_SLOT = re.compile(r"<!--contact (inline|whole) ([-a-zA-Z0-9_]+) ([-a-zA-Z]+)-->")


@dataclass(frozen=True)
class Loaded:
    """What some quotes stand for on a day; a key that nothing has is kept as None."""

    day: date
    facts: Mapping[str, FactVersion | None] = field(default_factory=dict)
    contacts: Mapping[str, Sequence[Contact]] = field(default_factory=dict)


_at_hand: ContextVar[Loaded | None] = ContextVar("quotes_at_hand", default=None)
_leaves_slots: ContextVar[bool] = ContextVar("leaves_slots", default=False)


def load(quotes: Iterable[Quote]) -> Loaded:
    """What they stand for on the reading day and for the reader: a query for facts; contacts come from the cache."""
    quotes, day, known = set(quotes), reading_day(), _at_hand.get()
    if known is None or known.day != day:
        known = Loaded(day)
    facts = {quote.key for quote in quotes if quote.kind == FACT} - known.facts.keys()
    contacts = {quote.key for quote in quotes if quote.kind == CONTACT} - known.contacts.keys()
    if _leaves_slots.get():
        contacts = set()
    found_facts = facts_on(facts, day) if facts else {}
    found_contacts = contacts_shown(contacts, reader()) if contacts else {}
    return Loaded(
        day, {**known.facts, **{key: found_facts.get(key) for key in facts}}, {**known.contacts, **found_contacts}
    )


@contextmanager
def at_hand(quotes: Iterable[Quote]) -> Iterator[None]:
    """Loads everything that a page quotes at once, so that its many texts ask for nothing."""
    token = _at_hand.set(load(quotes))
    try:
        yield
    finally:
        _at_hand.reset(token)


@contextmanager
def leaving_slots() -> Iterator[None]:
    """Draws slots in the place of contacts, for a page that is kept for several readers."""
    token = _leaves_slots.set(True)
    try:
        yield
    finally:
        _leaves_slots.reset(token)


def fill_slots(html: str, with_english: Callable[[str, str], str] | None = None) -> SafeString:
    """The kept page with the contacts nearest to the reader, as they are now, each in the language of its slot.

    `with_english` joins a card in another language and the same card in English, where readers are to have both.
    """
    keys = {key for _look, key, _language in _SLOT.findall(html)}
    if not keys:
        return mark_safe(html)  # noqa: S308 - it was drawn by our own templates
    shown = contacts_shown(keys, reader())

    def fill(slot: re.Match[str]) -> str:
        look, key, language = slot.groups()
        with translation.override(language):
            drawn = contacts_html(shown.get(key, ()), look)
        if with_english is None or look != WHOLE or language == settings.LANGUAGE_CODE:
            return drawn
        with translation.override(settings.LANGUAGE_CODE):
            return with_english(drawn, contacts_html(shown.get(key, ()), look))

    return mark_safe(_SLOT.sub(fill, html))  # noqa: S308 - likewise, and contacts_html escapes


def refuse_unknown(text: str) -> None:
    """Raises ValidationError when a text quotes what does not exist, in words for whoever wrote it."""
    unknown = sorted(quote.key for quote in unknown_in(quotes_in(text)))
    if unknown:
        message = _("Nothing has the key “%(key)s”. Copy the key from the list of facts and contacts.")
        raise ValidationError([message % {"key": key} for key in unknown])


def unknown_in(quotes: Iterable[Quote]) -> set[Quote]:
    """Those quotes that stand for nothing: no fact or contact has the key."""
    quotes = set(quotes)
    rows: dict[str, type[Fact] | type[Contact]] = {FACT: Fact, CONTACT: Contact}
    known = {Quote(CONTACT, purpose) for purpose in Contact.Purpose.values}
    for kind, model in rows.items():
        if keys := {quote.key for quote in quotes if quote.kind == kind}:
            found = model._default_manager.filter(key__in=keys).values_list("key", flat=True)
            known |= {Quote(kind, key) for key in found}
    return quotes - known


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
        if quote.kind == CONTACT:
            if _leaves_slots.get():
                return slot(quote.key, INLINE)
            return contacts_html(loaded.contacts.get(quote.key, ()), INLINE, links=links)
        version = loaded.facts.get(quote.key)
        if version is None:
            return format_html('<span class="quote quote--gone">{}</span>', _("(not known at the moment)"))
        return format_html('<span class="quote">{}{}</span>', html_of(version, "value"), _mark(version))


def slot(key: str, look: str) -> SafeString:
    """Where a contact goes in a page that is kept."""
    if not re.fullmatch(r"[-a-zA-Z0-9_]+", key):
        return SafeString("")
    return format_html("<!--contact {} {} {}-->", look, key, translation.get_language() or settings.LANGUAGE_CODE)


def contacts_html(contacts: Sequence[Contact], look: str, *, links: bool = True) -> SafeString:
    """The contacts in the active language, within a sentence or as cards; says so when there is none."""
    if look == WHOLE:
        cards = [card_of(contact) for contact in contacts]
        return mark_safe(render_to_string("components/contact_cards.html", {"cards": cards}))  # noqa: S308
    if not contacts:
        return format_html('<span class="quote quote--gone">{}</span>', _no_contact())
    return format_html_join("; ", "{}", ((_inline(card_of(contact), links=links),) for contact in contacts))


def contact_card(key: str) -> SafeString:
    """The contacts that the reader is shown for a key, as cards; a slot in a page that is kept."""
    if _leaves_slots.get():
        return slot(key, WHOLE)
    return contacts_html(load([Quote(CONTACT, key)]).contacts.get(key, ()), WHOLE)


def _inline(card: Card, *, links: bool) -> SafeString:
    contact = card.contact
    mark = _mark(contact)
    if not card.lines:
        return format_html(
            '<span class="quote">{} {}{}</span>', card.label, _link(contact.url, contact.url, links), mark
        )
    other = ""
    if card.other:
        shown = _link(card.other.href, card.other.number, links)
        other = format_html(' <span class="quote__check">({}: {})</span>', card.other.words.lower(), shown)
    return format_html(
        '<span class="quote">{} {}{}{}</span>', card.label, _link(card.href, card.number, links), other, mark
    )


def _link(href: str, text: str, links: bool) -> SafeString:
    if not links:
        return format_html("<bdi>{}</bdi>", text)
    return format_html('<a class="govuk-link" href="{}"><bdi>{}</bdi></a>', href, text)


def quote_words(quote: Quote, loaded: Loaded, language: str | None = None) -> str:
    """One quote as words."""
    with translation.override(language or translation.get_language()):
        if quote.kind == CONTACT:
            found = loaded.contacts.get(quote.key, ())
            return "; ".join(_contact_words(card_of(contact)) for contact in found) or _no_contact()
        version = loaded.facts.get(quote.key)
        if version is None:
            return _("(not known at the moment)")
        return words_of(version, "value") + _mark_words(version)


def _contact_words(card: Card) -> str:
    number = card.number or card.contact.url
    other = f" ({card.other.words.lower()}: {card.other.number})" if card.other else ""
    return f"{words_of(card.contact, 'label')} {number}{other}{_mark_words(card.contact)}"


def _mark(row: FactVersion | Contact) -> str:
    return "" if row.is_confirmed else format_html(' <span class="quote__check">({})</span>', _("check this"))


def _mark_words(row: FactVersion | Contact) -> str:
    return "" if row.is_confirmed else f" ({_('check this')})"


def _no_contact() -> str:
    return _("(no number is given here yet: ask your lead)")
