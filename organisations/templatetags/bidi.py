"""Keeps names and codes together inside sentences of another direction, and writes the comma that goes with it."""

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


@register.simple_tag
def comma() -> str:
    """What stands between two things of a list."""
    return isolating.comma()
