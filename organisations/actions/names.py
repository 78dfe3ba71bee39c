"""Lets a partnership read an organisation's names, and ends that."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import NamesAgreement, Organisation, Partnership, PartnershipMembership, User


@transaction.atomic
def agree_to_names(*, organisation: Organisation, partnership: Partnership, by: User, at: datetime) -> NamesAgreement:
    """Lets the partnership's leads read the names of the organisation's people, until it is withdrawn.

    Twice is once. Refuses a partnership that the organisation does not belong to on the day.
    """
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk))
    belongs = PartnershipMembership.objects.active_on(day_of(at)).filter(
        organisation=organisation, partnership=partnership
    )
    if not belongs.exists():
        raise ValidationError(_("The organisation does not belong to this partnership."))
    agreement, is_new = NamesAgreement.objects.get_or_create(
        organisation=organisation,
        partnership=partnership,
        withdrawn_at=None,
        defaults={"agreed_by": by, "agreed_at": at},
    )
    if is_new:
        write_log(organisation, "organisations.agree_to_names", by, partnership=partnership.pk)
    return agreement


@transaction.atomic
def withdraw_names(*, agreement: NamesAgreement, by: User, at: datetime) -> None:
    """Ends an agreement at once; one that has ended stays as it is."""
    agreement = NamesAgreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.withdrawn_at is None:
        agreement.withdrawn_by, agreement.withdrawn_at = by, at
        agreement.save(update_fields=["withdrawn_by", "withdrawn_at"])
        write_log(agreement.organisation, "organisations.withdraw_names", by, partnership=agreement.partnership_id)
