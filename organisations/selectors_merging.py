"""Reads about accounts that are one person's: why two cannot be put together, and which are."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.clock import day_of
from organisations.models import Appointment, Merge, User
from organisations.selectors import has_second_factor


def refusal_of_merge(kept: User, merged: User, at: datetime) -> str:
    """Why the second cannot be merged into the first, as a sentence; empty when it can."""
    if kept.pk == merged.pk:
        return _("This is one account already.")
    if kept.merged_into_id or merged.merged_into_id:
        return _("One of the two was put together with another already. Undo that first.")
    if User.objects.filter(merged_into=merged).exists():
        return _("The other one was put together with a third. Let that one go on, or undo it first.")
    if kept.erased_at or merged.erased_at or not kept.is_active:
        return _("One of the two accounts is closed.")
    in_force = Q(ended_on__isnull=True) | Q(ended_on__gt=day_of(at))
    held = Appointment.objects.of(merged).filter(in_force)
    if merged.is_superuser or held.exists() or has_second_factor(merged):
        return _("The other one has a second step to sign in, or an appointment. Let that one go on.")
    return ""


def merges_into(person: User, *, by_lead: bool) -> list[Merge]:
    """Who was merged into a person, and is so still: by leads or by the person; 1 query."""
    merges = Merge.objects.filter(kept=person.human_id, undone_at__isnull=True, organisation__isnull=not by_lead)
    return list(merges.select_related("merged", "organisation", "merged_by"))
