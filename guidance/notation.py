"""How a text quotes a fact or a contact: by its key, never by what it says. No Django in here.

Rich text holds `<embed embedtype="fact" id="key"/>`; a plain text holds `{fact:key}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

FACT = "fact"
CONTACT = "contact"
#: The names by which a rich text field allows them, too.
KINDS = (FACT, CONTACT)

_EMBED = re.compile(r"<embed\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_TOKEN = re.compile(r"\{(fact|contact):([-a-zA-Z0-9_]+)\}")


class Quote(NamedTuple):
    """A fact or a contact by its key."""

    kind: str
    key: str

    @property
    def token(self) -> str:
        """How a plain text holds it."""
        return f"{{{self.kind}:{self.key}}}"

    @property
    def embed(self) -> str:
        """How rich text holds it."""
        return f'<embed embedtype="{self.kind}" id="{self.key}"/>'


def quotes_in(text: str) -> Iterator[Quote]:
    """Everything that a rich or plain text quotes, in its order and as often as it does."""
    found = [(match.start(), Quote(*match.groups())) for match in _TOKEN.finditer(text)]
    for match in _EMBED.finditer(text):
        given = dict(_ATTRIBUTE.findall(match.group(1)))
        if given.get("embedtype") in KINDS and given.get("id"):
            found.append((match.start(), Quote(given["embedtype"], given["id"])))
    yield from (quote for _place, quote in sorted(found))


def has_tokens(text: str) -> bool:
    """Whether a plain text quotes anything; most do not."""
    return "{" in text and _TOKEN.search(text) is not None


def split(text: str) -> list[str | Quote]:
    """A plain text as what was written and what it quotes, in turn."""
    parts: list[str | Quote] = []
    end = 0
    for match in _TOKEN.finditer(text):
        parts += [text[end : match.start()], Quote(*match.groups())]
        end = match.end()
    return [part for part in (*parts, text[end:]) if part != ""]


def replace_tokens(text: str, by: Callable[[Quote], str]) -> str:
    """The text with something else in the place of each token."""
    return _TOKEN.sub(lambda match: by(Quote(*match.groups())), text)


def tokens_as_embeds(html: str) -> str:
    """Rich text as the editor stores it, from one written with tokens."""
    return replace_tokens(html, lambda quote: quote.embed)
