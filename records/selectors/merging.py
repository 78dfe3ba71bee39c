"""What a lead reads of two people's work before they are put together: numbers only."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import ngettext

from organisations.models import User
from records.models import Enrolment


def told_of_merge(kept: User, merged: User) -> list[str]:
    """In how many modules both are in the middle of the work; one query."""
    begun = Enrolment.objects.filter(person__in=[kept, merged], state=Enrolment.State.OPEN).order_by()
    both = begun.values("module_key").annotate(people=Count("person", distinct=True)).filter(people=2).count()
    if not both:
        return []
    text = ngettext(
        "Both have begun %(count)d module. The work that is further goes on, the other is closed.",
        "Both have begun %(count)d modules. Of each the work that is further goes on, the other is closed.",
        both,
    )
    return [text % {"count": both}]
