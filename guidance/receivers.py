"""What happens when guidance changes: the CMS saves it itself, so this listens to the models."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction

from guidance.selectors import STAMP_KEY


def change_stamp(**kwargs: Any) -> None:
    """Outdates everything made of facts, contacts and sources, again once the change can be read by everyone."""
    cache.delete(STAMP_KEY)
    transaction.on_commit(lambda: cache.delete(STAMP_KEY))
