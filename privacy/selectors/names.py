"""Who looked at the names of an organisation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from organisations.audit import PLACES
from organisations.clock import LONDON
from organisations.models import NamesSeen, Organisation


def looks_at(organisation: Organisation, day: date | None) -> QuerySet[NamesSeen]:
    """The looks at an organisation's names, the newest first; on one London day where one is given."""
    looks = NamesSeen.objects.filter(organisation=organisation).select_related("seen_by", "about")
    if day is None:
        return looks
    start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    return looks.filter(seen_at__gte=start, seen_at__lt=start + timedelta(days=1))


def place_of(look: NamesSeen) -> str:
    """Where it was, in words."""
    return str(PLACES.get(look.place, look.place))


def moment_of(look: NamesSeen) -> datetime:
    """When, on a clock in London."""
    return timezone.localtime(look.seen_at, LONDON)
