"""What reports do when something below them changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reporting.actions import note_came_back


def on_letter_came_back(
    sender: object, *, kind: str, about: Collection[int], why: str, at: datetime, **kwargs: object
) -> None:
    """A mail server says that a letter did not arrive."""
    note_came_back(kind=kind, about=about, why=why, at=at)
