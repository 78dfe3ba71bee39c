"""Leaves a module out of what is asked of one person, and asks for it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.actions.turns import hold_places_of
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Membership, User
from records.actions.standing import rebuild_standing_of_people
from records.models import Waiver
from records.selectors.waivers import AskedModule


@transaction.atomic
def waive_module(
    *, membership: Membership, module: AskedModule, reason: str, by: User, at: datetime, until: date | None = None
) -> Waiver:
    """Does not require the module of the member from today on, through a last day if one is given.

    Refuses one's own (PermissionDenied); without a reason, a last day that has passed, and what is waived already
    (ValidationError).
    """
    hold_places_of([membership.person_id])
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    _refuse_own(membership, by)
    today = day_of(at)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. The person has a right to know.")})
    if until is not None and until < today:
        raise ValidationError({"until": _("Days that have passed keep what was required then.")})
    if membership.waivers.filter(module_key=module.key).filter(_still(today)).exists():
        raise ValidationError(_("This module is waived already."))
    waiver = Waiver.objects.create(
        membership=membership,
        module_key=module.key,
        module_title=module.title,
        started_on=today,
        ended_on=until,
        reason=reason.strip(),
        created_by=by,
        created_at=at,
    )
    write_log(waiver, "records.waive", by)
    rebuild_standing_of_people([membership.person_id], [waiver.module_key])
    return waiver


@transaction.atomic
def end_waiver(*, waiver: Waiver, by: User, at: datetime) -> None:
    """Asks for the module again from today on; a waiver that began today goes as if it had never been.

    Does nothing to one that has ended. Refuses one's own (PermissionDenied).
    """
    hold_places_of([waiver.membership.person_id])
    waiver = Waiver.objects.select_for_update(of=("self",)).select_related("membership").get(pk=waiver.pk)
    _refuse_own(waiver.membership, by)
    today = day_of(at)
    if waiver.ended_on is not None and waiver.ended_on < today:
        return
    write_log(waiver, "records.end_waiver", by)
    if waiver.started_on >= today:
        waiver.delete()
    else:
        waiver.ended_on = today - timedelta(days=1)
        waiver.save(update_fields=["ended_on"])
    rebuild_standing_of_people([waiver.membership.person_id], [waiver.module_key])


def carry_waivers_over(*, following: Mapping[int, int], on: date) -> None:
    """Splits what is waived beyond the day between memberships and those that follow; the caller renews standing."""
    beyond = list(Waiver.objects.filter(_still(on), membership__in=[*following]))
    Waiver.objects.bulk_create(
        [
            Waiver(
                membership_id=following[each.membership_id],
                module_key=each.module_key,
                module_title=each.module_title,
                started_on=max(each.started_on, on),
                ended_on=each.ended_on,
                reason=each.reason,
                created_by_id=each.created_by_id,
                created_at=each.created_at,
            )
            for each in beyond
        ]
    )
    rows = Waiver.objects.filter(pk__in=[each.pk for each in beyond])
    rows.filter(started_on__gte=on).delete()
    rows.update(ended_on=on - timedelta(days=1))


def _refuse_own(membership: Membership, by: User) -> None:
    if membership.person.is_same_as(by):
        raise PermissionDenied(_("Another lead must decide this for you."))


def _still(day: date) -> Q:
    return Q(ended_on__isnull=True) | Q(ended_on__gte=day)
