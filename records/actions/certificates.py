"""Grants certificates and takes them back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.models import User
from organisations.querysets import same_person
from organisations.selectors import partnership_name_of
from records.models import Certificate, Completion
from records.rules.certificates import new_code
from records.rules.days import add_months


@transaction.atomic(savepoint=False)
def grant_certificate(*, completion: Completion, at: datetime) -> Certificate:
    """Grants the certificate of a new completion, with all that it says copied.

    A completion that has one that stands is refused by the database (IntegrityError).
    """
    issuer = partnership_name_of(completion.person, completion.completed_on)
    # Read under a lock: whoever is renamed at this moment gets the new name here, or is replaced there.
    holders = User.objects.select_for_update(no_key=True).annotate(issuer=issuer)
    name, issuer_name = holders.values_list("name", "issuer").get(pk=completion.person.human_id)
    months = completion.edition.content.get("certificate_months") if completion.edition else None
    # Lessons that are added do not prolong what they are added to.
    valid_until = add_months(completion.counted_from or completion.completed_on, months) if months else None
    return Certificate.objects.create(
        code=new_code(secrets.choice),
        completion=completion,
        person=completion.person,
        payload={
            "name": name,
            "module": completion.title,
            "edition": completion.edition_number,
            "minutes": completion.minutes,
            "completed_on": completion.completed_on.isoformat(),
            "valid_until": valid_until.isoformat() if valid_until else None,
            "issuer": issuer_name,
        },
        issued_at=at,
        valid_until=valid_until,
    )


@transaction.atomic
def replace_certificates(*, person: User, by: User, at: datetime) -> list[Certificate]:
    """Replaces each certificate of the person that stands in another name; the old codes then show no name.

    A certificate that was taken back stays so. Returns the new ones.
    """
    standing = Certificate.objects.select_for_update(of=("self",)).filter(
        same_person(person), superseded_at__isnull=True, revoked_at__isnull=True
    )
    return [_replace(old, person.name, by, at) for old in standing if old.payload.get("name") != person.name]


def _replace(old: Certificate, name: str, by: User, at: datetime) -> Certificate:
    # First the old one steps aside: of a completion's certificates the database lets one stand.
    old.superseded_at = at
    old.save(update_fields=["superseded_at"])
    new = Certificate.objects.create(
        code=new_code(secrets.choice),
        completion_id=old.completion_id,
        person_id=old.person_id,
        payload={**old.payload, "name": name},
        issued_at=at,
        valid_until=old.valid_until,
    )
    old.superseded_by = new
    old.save(update_fields=["superseded_by"])
    write_log(new, "records.replace_certificate", by)
    return new


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
        write_log(certificate, "records.revoke_certificate", by)
    return certificate
