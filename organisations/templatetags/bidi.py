"""Keeps names and codes together inside sentences of another direction."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from organisations import isolating

register = template.Library()


@register.filter(is_safe=True)
def isolated(text: object) -> str:
    """A name, address, code or number in a sentence: `{% blocktranslate with name=unit.name|isolated %}`."""
    words = isolating.isolated(text)
    return SafeString(words) if isinstance(text, SafeString) else words
