"""Reads: what a fact says on a day, and whom a person can turn to."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet

from guidance.models import Fact, FactVersion


def with_versions(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    """Facts with their versions, newest first, and the sources: one more query for any number of facts."""
    return facts.prefetch_related(Prefetch("versions", FactVersion.objects.select_related("source")))


def current_version(fact: Fact, day: date) -> FactVersion | None:
    """What the fact says on the day: its newest version begun by then; None before the first."""
    begun = [version for version in fact.versions.all() if version.starts_on <= day]
    return max(begun, key=lambda version: (version.starts_on, version.pk), default=None)
