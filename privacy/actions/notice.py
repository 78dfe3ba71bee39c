"""Says who is responsible, on the privacy notice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from organisations.audit import write_log
from organisations.models import Partnership, User
from privacy.models import NoticeDetails


@transaction.atomic
def change_notice(
    *, partnership: Partnership, controller: str, contact: str, more: str, by: User, at: datetime
) -> NoticeDetails:
    """Sets what the partnership says of itself; refuses (ValidationError) an empty name or contact."""
    details = NoticeDetails.objects.filter(partnership=partnership).first() or NoticeDetails(partnership=partnership)
    details.controller, details.contact, details.more = controller.strip(), contact.strip(), more.strip()
    details.changed_by, details.changed_at = by, at
    details.full_clean()
    details.save()
    write_log(details, "privacy.notice", by)
    return details
