"""Writes by which organisations close, merge, and leave or join partnerships; nothing of the past is rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.access import forget_authority
from organisations.actions.appointments import end_appointment
from organisations.actions.places import create_unit
from organisations.actions.turns import hold_reach_of
from organisations.audit import write_log, write_logs
from organisations.clock import today
from organisations.events import memberships_changed, memberships_went_on, partnership_membership_changed
from organisations.models import (
    Appointment,
    Away,
    Invitation,
    Membership,
    Organisation,
    OrganisationDomain,
    PartnershipMembership,
    Unit,
    User,
)
from organisations.selectors_leads_history import last_day_in_words

ONE_DAY = timedelta(days=1)


@transaction.atomic
def close_organisation(*, organisation: Organisation, on: date, by: User | None, at: datetime) -> None:
    """Makes the day the organisation's last: its memberships and its places in partnerships end on it.

    Appointments end with it, invitations are withdrawn. What people did stays theirs, and figures of the past stay.
    Raises ValidationError for one that has closed, and while somebody begins after the day.
    """
    hold_reach_of([organisation.pk])
    organisation = _hold(organisation)
    _refuse_later(organisation, on + ONE_DAY)
    organisation.closed_on = on
    organisation.save(update_fields=["closed_on"])
    people = _end_memberships(organisation, on, by, at)
    _end_the_rest(organisation, on, at)
    write_log(organisation, "organisations.close", by, on=on.isoformat())
    forget_authority(by)
    memberships_changed.send(sender=Membership, person_ids=people)
    partnership_membership_changed.send(sender=PartnershipMembership, organisation=organisation)


@transaction.atomic
def merge_organisations(
    *, organisation: Organisation, into: Organisation, on: date, by: User | None, at: datetime
) -> None:
    """From the day on the organisation is part of another: its people move there, and it closes on the day before.

    Everybody keeps role, kind, staff number, days away and what is waived, in a unit of the old name with the old
    units below it, and their clocks run on. Who has the same role there already only ends the old one. E-mail domains
    go over too. Raises ValidationError for one and the same, for one that has closed, and while somebody begins on the
    day or later.
    """
    if organisation.pk == into.pk:
        raise ValidationError({"into": _("Choose another organisation.")})
    hold_reach_of([organisation.pk, into.pk])
    organisation, into = _hold(organisation), _hold(into)
    _refuse_later(organisation, on)
    organisation.closed_on, organisation.merged_into = on - ONE_DAY, into
    organisation.save(update_fields=["closed_on", "merged_into"])
    moving = list(
        Membership.objects.for_organisation(organisation)
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))
        .select_related("person")
    )
    away = list(Away.objects.filter(membership__in=moving).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on)))
    people = _end_memberships(organisation, on - ONE_DAY, by, at, cuts_away=True)
    _begin_there(moving, away, into, _units_there(organisation, into, by), on, by, at)
    known = {domain.lower() for domain in into.domains.values_list("domain", flat=True)}
    for row in organisation.domains.all():
        if row.domain.lower() not in known:
            OrganisationDomain.objects.filter(pk=row.pk).update(organisation=into)
    _end_the_rest(organisation, on - ONE_DAY, at)
    write_log(organisation, "organisations.merge_organisation", by, into=into.pk, on=on.isoformat())
    forget_authority(by)
    memberships_changed.send(sender=Membership, person_ids=people)
    partnership_membership_changed.send(sender=PartnershipMembership, organisation=organisation)


def _hold(organisation: Organisation) -> Organisation:
    """The organisation as it is now; whoever joins or closes it meanwhile waits."""
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if refusal := last_day_in_words(held):
        raise ValidationError(refusal)
    return held


def _refuse_later(organisation: Organisation, day: date) -> None:
    if Membership.objects.for_organisation(organisation).filter(started_on__gte=day).exists():
        raise ValidationError({"on": _("Somebody begins there on that day or later. Choose a later day.")})


def _end_memberships(
    organisation: Organisation, on: date, by: User | None, at: datetime, *, cuts_away: bool = False
) -> list[int]:
    """Ends what lasts beyond the day; gives whose it was."""
    rows = Membership.objects.for_organisation(organisation).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))
    ending = list(rows.values_list("pk", "person_id"))
    pks = [pk for pk, _person in ending]
    Membership.objects.filter(pk__in=pks).update(ended_on=on)
    Away.objects.filter(membership__in=pks, started_on__gt=on).delete()
    if cuts_away:
        still = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        Away.objects.filter(still, membership__in=pks).update(ended_on=on)
    write_logs(Membership, [(pk, "organisations.end_membership") for pk in pks], by, at)
    return sorted({person for _pk, person in ending})


def _units_there(organisation: Organisation, into: Organisation, by: User | None) -> dict[int | None, Unit]:
    """A unit of the old name, and below it each unit of the organisation, by the old one's number."""
    names = set(into.units.filter(parent=None).values_list("name", flat=True))
    name = organisation.name
    while name in names:
        name = f"{name[:190]} *"
    there: dict[int | None, Unit] = {None: create_unit(organisation=into, name=name, by=by)}
    left = list(organisation.units.order_by("pk"))
    while left:
        ready = [unit for unit in left if unit.parent_id in there]
        if not ready:
            break
        for unit in ready:
            there[unit.pk] = create_unit(organisation=into, name=unit.name, by=by, parent=there[unit.parent_id])
        left = [unit for unit in left if unit not in ready]
    return there


def _begin_there(
    moving: list[Membership],
    away: list[Away],
    into: Organisation,
    units: dict[int | None, Unit],
    on: date,
    by: User | None,
    at: datetime,
) -> None:
    lasts = Q(ended_on__isnull=True) | Q(ended_on__gte=on)
    taken = {
        (role, merged or person)
        for role, person, merged in Membership.objects.for_organisation(into)
        .filter(lasts)
        .values_list("role_id", "person_id", "person__merged_into_id")
    }
    made: dict[int, Membership] = {}
    for old in moving:
        if (old.role_id, old.person.human_id) in taken:
            continue
        made[old.pk] = Membership(
            person_id=old.person_id,
            organisation=into,
            unit=units.get(old.unit_id, units[None]),
            role_id=old.role_id,
            kind=old.kind,
            staff_number=old.staff_number,
            work_email=old.work_email,
            started_on=on,
            ended_on=old.ended_on,
            role_confirmed_at=old.role_confirmed_at,
            role_confirmed_by_id=old.role_confirmed_by_id,
        )
    Membership.objects.bulk_create(made.values(), batch_size=500)
    Away.objects.bulk_create(
        Away(membership=made[each.membership_id], started_on=max(each.started_on, on), ended_on=each.ended_on)
        for each in away
        if each.membership_id in made
    )
    if made:
        following = {old: new.pk for old, new in made.items()}
        memberships_went_on.send(sender=Membership, following=following, on=on)
    write_logs(Membership, [(each.pk, "organisations.start_membership") for each in made.values()], by, at)


def _end_the_rest(organisation: Organisation, on: date, at: datetime) -> None:
    """What ends with an organisation: appointments, places in partnerships, and invitations that wait."""
    held = Appointment.objects.filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation),
        Q(ended_on__isnull=True) | Q(ended_on__gt=on),
    )
    # Today means now; a later last day is worked to its end.
    end_on = on if on <= today() else on + ONE_DAY
    for appointment in held.select_related("person", "organisation", "unit"):
        if appointment.ended_on is None or appointment.ended_on > end_on:
            end_appointment(appointment=appointment, on=max(end_on, appointment.started_on), by=None)
    belongs = PartnershipMembership.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), started_on__lte=on)
    belongs.filter(organisation=organisation).update(ended_on=on)
    waiting = Invitation.objects.filter(organisation=organisation, accepted_at__isnull=True, withdrawn_at__isnull=True)
    waiting.update(withdrawn_at=at)
