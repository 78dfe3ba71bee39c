"""Grants certificates and takes them back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import User
from records.models import Certificate, Completion
from records.rules.certificates import new_code
from records.rules.days import add_months


@transaction.atomic(savepoint=False)
def grant_certificate(*, completion: Completion, at: datetime) -> Certificate:
    """Grants the certificate of a new completion, with all that it says copied.

    A completion that has one that stands is refused by the database (IntegrityError).
    """
    months = completion.edition.content.get("certificate_months") if completion.edition else None
    valid_until = add_months(completion.completed_on, months) if months else None
    return Certificate.objects.create(
        code=new_code(secrets.choice),
        completion=completion,
        person=completion.person,
        payload={
            "name": completion.person.name,
            "module": completion.title,
            "edition": completion.edition_number,
            "minutes": completion.minutes,
            "completed_on": completion.completed_on.isoformat(),
            "valid_until": valid_until.isoformat() if valid_until else None,
        },
        issued_at=at,
        valid_until=valid_until,
    )


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, by: User, reason: str, at: datetime) -> Certificate:
    """Takes a certificate back; who checks it then reads so. The completion stays.

    Refuses without a reason (ValidationError). Does nothing to one that is revoked already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the certificate is taken back."))
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.revoked_at is None:
        certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = at, by, reason.strip()
        certificate.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    return certificate
