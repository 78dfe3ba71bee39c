"""What is not asked of somebody, and what could be left out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from organisations.models import Membership
from records.models import Standing, Waiver


@dataclass(frozen=True)
class AskedModule:
    """A module that is required of a member."""

    key: uuid.UUID
    title: str


def modules_asked_of(membership: Membership, day: date) -> list[AskedModule]:
    """What is required of the member on the day or later, by title."""
    still = Q(required_to__isnull=True) | Q(required_to__gte=day)
    rows = Standing.objects.filter(still, membership=membership).order_by("requirement_version__requirement_id")
    titles = dict(rows.values_list("module_key", "requirement_version__requirement__module_title"))
    return sorted((AskedModule(key, title) for key, title in titles.items()), key=lambda each: each.title.casefold())


def waivers_of(membership: Membership) -> QuerySet[Waiver]:
    """What is or was not asked of the member, the newest first."""
    return membership.waivers.all()
