"""How many people are asked to learn a module again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from organisations.clock import today
from organisations.models import Membership
from organisations.querysets import human_of
from records.models import Completion


def people_who_completed(module_key: UUID, role_ids: Collection[int]) -> int:
    """How many people completed the module, of those who are in these roles today, or of everybody; one query."""
    done = Completion.objects.filter(module_key=module_key, voided_at__isnull=True).annotate(human=human_of())
    if role_ids:
        there = Membership.objects.active_on(today()).filter(role__in=role_ids).order_by()
        done = done.filter(human__in=there.annotate(human=human_of()).values("human"))
    return done.order_by().values("human").distinct().count()
