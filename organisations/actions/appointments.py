"""Writes about what a person may do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.access import forget_authority, may_appoint
from organisations.actions.turns import hold_partnership
from organisations.audit import write_log
from organisations.clock import today
from organisations.groups import sync_groups
from organisations.models import Appointment, Organisation, Partnership, Unit, User


@transaction.atomic
def appoint(
    *,
    person: User,
    kind: str,
    by: User | None,
    started_on: date,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
    unit: Unit | None = None,
    languages: Iterable[str] = (),
) -> Appointment:
    """Gives a person authority in one scope from the day, and the CMS groups that go with it.

    A trainer may be appointed for some languages only; without any, for all of them. For others they mean nothing.

    Raises PermissionDenied when the actor may not appoint there or appoints themselves, ValidationError when the
    scope does not fit the kind or the person is appointed so already.
    """
    scope: dict[str, Any] = {"partnership": partnership, "organisation": organisation, "unit": unit}
    if by is not None and not may_appoint(by, kind, **scope):
        raise PermissionDenied(_("You may not make this appointment."))
    if by is not None and by.is_same_as(person):
        raise PermissionDenied(_("Nobody appoints themselves."))
    # Two presses at one moment take turns, so that the second is told instead of failing.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Appointment.objects.of(person).filter(kind=kind, ended_on__isnull=True, **scope).exists():
        raise ValidationError(_("This person is already appointed so."))
    wanted = set(languages) if kind == Appointment.Kind.TRAINER else set()
    chosen = [code for code, _name in settings.LANGUAGES if code in wanted]
    appointment = Appointment(
        person=person, kind=kind, started_on=started_on, appointed_by=by, languages=chosen, **scope
    )
    appointment.full_clean()
    appointment.save()
    mark_appointed([person])
    _apply(appointment, "organisations.appoint", by, started_on)
    return appointment


def mark_appointed(people: Iterable[User]) -> None:
    """Notes on people's own rows that an appointment was made for them, so that their authority is looked for."""
    marked = list(people)
    # The rows say who is marked, not the objects, which may come from before.
    User.objects.filter(pk__in=[each.pk for each in marked], has_been_appointed=False).update(has_been_appointed=True)
    for person in marked:
        person.has_been_appointed = True


@transaction.atomic
def end_appointment(*, appointment: Appointment, by: User | None, on: date | None = None) -> None:
    """Takes authority away from the day on, by default today and so at once, and with it the CMS group.

    Raises PermissionDenied when the actor may not, ValidationError for a day before the appointment, for one that
    has ended, and when it would leave a partnership without a lead.
    """
    on = on or today()
    scope: dict[str, Any] = {
        "partnership": appointment.partnership,
        "organisation": appointment.organisation,
        "unit": appointment.unit,
    }
    if by is not None and by.pk != appointment.person_id and not may_appoint(by, appointment.kind, **scope):
        raise PermissionDenied(_("You may not end this appointment."))
    if on < appointment.started_on:
        raise ValidationError({"on": _("Choose a day on or after the first day.")})
    if appointment.ended_on and appointment.ended_on <= on:
        raise ValidationError(_("This appointment has already ended."))
    if by is not None and appointment.partnership_id and appointment.kind == Appointment.Kind.PARTNERSHIP_LEAD:
        # Two leads who end each other at one moment take turns: the second finds nobody else left.
        hold_partnership(appointment.partnership_id)
        others = Appointment.objects.filter(
            kind=appointment.kind, partnership=appointment.partnership, ended_on__isnull=True, person__is_active=True
        ).exclude(pk=appointment.pk)
        if not others.exists():
            raise ValidationError(_("A partnership needs a lead. Appoint another one first."))
    appointment.ended_on = on
    appointment.save(update_fields=["ended_on"])
    _apply(appointment, "organisations.end_appointment", by, on)


def _apply(appointment: Appointment, action: str, by: User | None, on: date) -> None:
    write_log(appointment, action, by, kind=appointment.kind, person=appointment.person_id, on=on.isoformat())
    forget_authority(appointment.person, by)
    sync_groups(appointment.person, today())
