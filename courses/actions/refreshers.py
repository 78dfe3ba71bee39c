"""Taking back that people must learn an edition again."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.events import refresher_called_off
from courses.models import Edition
from organisations.models import User


@transaction.atomic
def call_off_refresher(*, edition: Edition, by: User, at: datetime, reason: str) -> Edition:
    """Lets what was completed before an edition hold again as long as it would have; the edition stays as it is.

    Raises ValidationError without a reason, and where nobody is asked to learn it again.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others know later.")})
    # A completion of it can be recorded meanwhile: who does so may hold what an app above needs to hear of this.
    locked = Edition.objects.select_for_update(of=("self",), no_key=True).defer("content").get(pk=edition.pk)
    if not locked.is_refreshing:
        raise ValidationError(_("Nobody is asked to learn this edition again. Nothing was changed."))
    locked.refresh_ended_at, locked.refresh_ended_by, locked.refresh_end_reason = at, by, reason.strip()
    locked.save(update_fields=["refresh_ended_at", "refresh_ended_by", "refresh_end_reason"])
    if locked.module:
        data = {"edition": locked.number, "reason": reason.strip()}
        log(instance=locked.module, action="courses.call_off_refresher", user=by, data=data, timestamp=at)
    refresher_called_off.send(sender=Edition, edition=locked)
    return locked
