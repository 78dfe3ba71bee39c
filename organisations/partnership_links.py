"""The link by which a partnership asks an organisation to join: signed, dated, and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT, LASTS = "organisations.join_partnership", timedelta(days=14)


@dataclass(frozen=True)
class Asked:
    """Which partnership asks, who asked for it, and from which day."""

    partnership_id: int
    by_id: int
    on: date


def asking_token(asked: Asked) -> str:
    """What the link holds."""
    return signing.dumps([asked.partnership_id, asked.by_id, asked.on.isoformat()], salt=SALT)


def asking_url(asked: Asked) -> str:
    """The link to hand over."""
    return settings.BASE_URL + reverse("organisations:partnership_join_own", args=[asking_token(asked)])


def read_asking_token(token: str) -> Asked | None:
    """What a link says; None for one that is too old or not ours."""
    try:
        partnership_id, by_id, on = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Asked(partnership_id, by_id, date.fromisoformat(on))
