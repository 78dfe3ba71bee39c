"""Every write of guidance that the CMS's own forms do not do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from guidance.models import Check, Contact, FactVersion
from organisations.clock import day_of
from organisations.models import User

#: How long a check holds where nothing says how long the last one did.
USUAL = timedelta(days=90)
LONGEST = timedelta(days=365)


@transaction.atomic
def record_check(*, of: FactVersion | Contact, by: User, at: datetime) -> Check:
    """Notes that it was looked up in its source today and is still true; the next review is as far off as the last.

    What it says stays. Refuses (ValidationError) what was never confirmed: that needs its source and its words looked
    at, in its own form; and what was checked today already, so that a second press changes nothing.
    """
    model = type(of)
    row = model._default_manager.select_for_update().get(pk=of.pk)
    day = day_of(at)
    if not row.is_confirmed:
        raise ValidationError(_("This was never confirmed. Open it, look it up and save what you found."))
    if row.checked_on == day:
        raise ValidationError(_("This was already checked today."))
    before, row.checked_on = row.review_by, day
    row.review_by = day + _interval(before, of.checked_on)
    with translation.override("en"):
        row.save(update_fields=["checked_on", "review_by"])
    check = Check.objects.create(
        fact_version=row if isinstance(row, FactVersion) else None,
        contact=row if isinstance(row, Contact) else None,
        source=row.source,
        checked_on=day,
        review_by_before=before,
        review_by=row.review_by,
        checked_by=by,
        created_at=at,
    )
    subject = row.fact if isinstance(row, FactVersion) else row
    log(instance=subject, action="guidance.check", user=by, timestamp=at, data={"review_by": str(row.review_by)})
    return check


def _interval(review_by: date | None, checked_on: date | None) -> timedelta:
    if review_by is None or checked_on is None or review_by <= checked_on:
        return USUAL
    return min(review_by - checked_on, LONGEST)
