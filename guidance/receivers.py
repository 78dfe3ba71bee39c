"""What happens when a contact changes: the CMS saves contacts itself, so this listens to the model."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction

from guidance.selectors import CONTACTS_KEY


def forget_contacts(**kwargs: Any) -> None:
    """Drops the cached contacts, again once the change can be read by everyone."""
    cache.delete(CONTACTS_KEY)
    transaction.on_commit(lambda: cache.delete(CONTACTS_KEY))
