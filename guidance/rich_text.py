"""Facts and contacts inside rich text: how the editor holds them, how they are stored and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate_models import Entity, EntityRange
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    FORCE_WHITESPACE,
    KEEP_WHITESPACE,
    add_paragraph_block,
)
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import EmbedHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from guidance.models import Contact, Fact
from guidance.notation import CONTACT, FACT, Quote
from guidance.quoting import load, quote_html, quote_words


class QuoteHandler(EmbedHandler):
    """Shows `<embed embedtype="…" id="key"/>` as what it says on the reading day, in the reader's language."""

    model: type[Model]

    @classmethod
    def get_model(cls) -> type[Model]:
        return cls.model

    @classmethod
    def expand_db_attributes(cls, attrs: dict[str, str]) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        quotes = [Quote(cls.identifier, attrs.get("id", "")) for attrs in attrs_list]
        loaded = load(quotes)
        return [quote_html(quote, loaded) for quote in quotes]

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[type[Model], str, str, str]]:
        found = cls.model._default_manager.filter(key=attrs.get("id", "")).values_list("pk", flat=True).first()
        if found is not None:
            yield cls.model, str(found), "", ""


class FactHandler(QuoteHandler):
    """Facts."""

    identifier = FACT
    model = Fact


class ContactHandler(QuoteHandler):
    """Contacts."""

    identifier = CONTACT
    model = Contact


class QuoteElementHandler:
    """Makes of a stored embed the entity that the editor shows: its text is what is said now, and is not stored."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def handle_starttag(self, name: str, attrs: list[tuple[str, str]], state: Any, contentstate: Any) -> None:
        quote = Quote(self.kind, dict(attrs).get("id", ""))
        if state.current_block is None:
            add_paragraph_block(state, contentstate)
        if state.leading_whitespace == FORCE_WHITESPACE:
            state.current_block.text += " "
        state.leading_whitespace = KEEP_WHITESPACE
        text = quote_words(quote, load([quote]))
        span = EntityRange(contentstate.add_entity(Entity(self.kind.upper(), "IMMUTABLE", {"key": quote.key})))
        span.offset, span.length = len(state.current_block.text), len(text)
        state.current_block.text += text
        state.current_block.entity_ranges.append(span)

    def handle_endtag(self, name: str, state: Any, contentstate: Any) -> None:
        """Nothing: the tag is empty."""


def _stored(kind: str) -> Any:
    def entity(props: dict[str, Any]) -> Any:
        return DOM.create_element("embed", {"embedtype": kind, "id": props.get("key", "")})

    return entity


def register(features: FeatureRegistry) -> None:
    """Adds the features `fact` and `contact`; none is on unless a field asks for it."""
    # Beside them the editor offers whole blocks called Fact and Contact.
    looks: dict[str, dict[str, Any]] = {
        FACT: {"icon": "info-circle", "description": _("Fact in the sentence")},
        CONTACT: {"icon": "mail", "description": _("Contact in the sentence")},
    }
    for handler in (FactHandler, ContactHandler):
        kind = handler.identifier
        features.register_embed_type(handler)
        features.register_converter_rule(
            "contentstate",
            kind,
            {
                "from_database_format": {f'embed[embedtype="{kind}"]': QuoteElementHandler(kind)},
                "to_database_format": {"entity_decorators": {kind.upper(): _stored(kind)}},
            },
        )
        features.register_editor_plugin(
            "draftail",
            kind,
            EntityFeature(
                {
                    "type": kind.upper(),
                    **looks[kind],
                    "chooserUrls": {"chooser": reverse_lazy(f"wagtailsnippetchoosers_guidance_{kind}:choose")},
                },
                js=["wagtailadmin/js/chooser-modal.js", "js/cms-quotes.js"],
            ),
        )
