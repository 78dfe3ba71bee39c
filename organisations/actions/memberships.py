"""Writes about who works where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.access_people import (
    part_of_actor,
    refusal_of_last_day,
    refusal_of_move,
    refusal_of_return,
    refusal_of_role,
    refusal_of_what_is_above,
)
from organisations.actions.appointments import end_appointment
from organisations.actions.turns import hold_places_of
from organisations.audit import write_log
from organisations.clock import today
from organisations.events import membership_changed, memberships_went_on
from organisations.models import Appointment, Away, Membership, Organisation, Role, Unit, User
from organisations.querysets import same_person
from organisations.rules import normal_email

ONE_DAY = timedelta(days=1)
#: What of a membership somebody else may have changed meanwhile.
HELD = (
    "started_on",
    "ended_on",
    "role",
    "unit",
    "kind",
    "staff_number",
    "work_email",
    "role_confirmed_at",
    "role_confirmed_by",
)


def _check_place(organisation: Organisation, role: Role, unit: Unit | None, *, is_kept: bool = False) -> None:
    if unit is not None and unit.organisation_id != organisation.pk:
        raise ValidationError({"unit": _("That unit belongs to another organisation.")})
    if not role.is_active and not is_kept:
        raise ValidationError({"role": _("This role can no longer be chosen.")})


@transaction.atomic
def add_membership(
    *,
    person: User,
    organisation: Organisation,
    role: Role,
    by: User | None,
    started_on: date,
    kind: str = Membership.Kind.EMPLOYEE,
    unit: Unit | None = None,
    is_role_confirmed: bool = True,
    work_email: str = "",
    staff_number: str = "",
    at: datetime | None = None,
) -> Membership:
    """Puts a person into an organisation in a role from the day.

    Refuses a role that the person already has there, a unit of another organisation, a role closed to new people
    and an organisation that has closed.
    """
    _check_place(organisation, role, unit)
    hold_places_of([person.human_id], and_of=[organisation.pk])
    # As it is now: whoever closes it is waited for.
    closed_on = Organisation.objects.values_list("closed_on", flat=True).get(pk=organisation.pk)
    if closed_on and closed_on < started_on:
        raise ValidationError(_("This organisation has closed."))
    others = Membership.objects.of(person).for_organisation(organisation).filter(role=role)
    if others.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=started_on)).exists():
        raise ValidationError(_("This person already has this role here."))
    membership = Membership(
        person=person,
        organisation=organisation,
        role=role,
        kind=kind,
        unit=unit,
        started_on=started_on,
        work_email=normal_email(work_email),
        staff_number=staff_number.strip(),
        role_confirmed_at=(at or timezone.now()) if is_role_confirmed else None,
        role_confirmed_by=by if is_role_confirmed else None,
    )
    membership.full_clean()
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        # The same button pressed twice at one moment.
        raise ValidationError(_("This person already has this role here.")) from error
    write_log(membership, "organisations.start_membership", by, organisation=organisation.pk, role=role.slug)
    membership_changed.send(sender=Membership, membership=membership)
    return membership


@transaction.atomic
def confirm_role(*, membership: Membership, by: User, at: datetime | None = None) -> None:
    """Says that a person really does the job they chose; nobody confirms their own."""
    if membership.person.is_same_as(by):
        raise ValidationError(_("Somebody else must confirm your role."))
    hold_places_of([membership.person.human_id])
    membership.role_confirmed_at = at or timezone.now()
    membership.role_confirmed_by = by
    membership.save(update_fields=["role_confirmed_at", "role_confirmed_by"])
    write_log(membership, "organisations.confirm_role", by)
    membership_changed.send(sender=Membership, membership=membership)


@transaction.atomic
def confirm_roles(*, memberships: Iterable[Membership], by: User, at: datetime | None = None) -> None:
    """Confirms several roles, all or none; nobody confirms their own."""
    chosen = list(memberships)
    hold_places_of(each.person.human_id for each in chosen)
    for membership in chosen:
        confirm_role(membership=membership, by=by, at=at)


@transaction.atomic
def change_role(
    *, membership: Membership, role: Role, on: date, by: User | None, unit: Unit | None = None
) -> Membership:
    """Gives a member another role from the day, as `move_member` does; the unit stays unless another is given."""
    return move_member(
        membership=membership, role=role, unit=unit or membership.unit, kind=membership.kind, on=on, by=by
    )


@transaction.atomic
def move_member(
    *, membership: Membership, role: Role, unit: Unit | None, kind: str, on: date, by: User | None
) -> Membership:
    """Puts a member into another role, unit or kind from the day, as the next membership: every day keeps its own.

    On the membership's first day the row itself is put right. Time away goes on in the new one, and so does what a
    lead confirmed or waived where the role stays. Refuses a day outside the membership, a role that the person has
    there already, and what is no change; who leads units only is not told of places outside them, moves nobody out of
    or into what is not theirs by then, and nobody who looks after more.
    """
    _hold(membership)
    if unit is not None:
        # It waits for who moves the unit, and sees where it is then.
        unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    part = part_of_actor(by, membership.organisation)
    if refusal := refusal_of_move(part, membership, unit.pk if unit else None):
        raise ValidationError({"unit": refusal})
    if refusal := refusal_of_what_is_above(by, part, membership.person):
        raise ValidationError(refusal)
    is_same_role = role.pk == membership.role_id
    if is_same_role and kind == membership.kind and (unit.pk if unit else None) == membership.unit_id:
        raise ValidationError({"role": _("This person already has this role here.")})
    _check_place(membership.organisation, role, unit, is_kept=is_same_role)
    if on < membership.started_on or (membership.ended_on and on > membership.ended_on):
        raise ValidationError({"on": _("Choose a day within the membership.")})
    twins = Membership.objects.of(membership.person).for_organisation(membership.organisation).filter(role=role)
    twins = twins.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on)).exclude(pk=membership.pk)
    # One that begins later stands in the way too, unless this place has ended by then.
    if (twins.filter(started_on__lte=membership.ended_on) if membership.ended_on else twins).exists():
        told = refusal_of_role(part) or _("This person already has this role here.")
        raise ValidationError({"role": told})
    is_confirmed = by is None or not membership.person.is_same_as(by)
    confirmation = {
        "role_confirmed_at": timezone.now() if is_confirmed else None,
        "role_confirmed_by": by if is_confirmed else None,
    }
    if is_same_role:
        confirmation = {name: getattr(membership, name) for name in confirmation}
    if on == membership.started_on:
        membership.role, membership.unit, membership.kind = role, unit, kind
        for field, value in confirmation.items():
            setattr(membership, field, value)
        membership.save()
        following = membership
    else:
        last_day, old_end = on - ONE_DAY, membership.ended_on
        membership.ended_on = last_day
        membership.save(update_fields=["ended_on"])
        following = Membership.objects.create(
            person=membership.person,
            organisation=membership.organisation,
            role=role,
            unit=unit,
            kind=kind,
            staff_number=membership.staff_number,
            work_email=membership.work_email,
            started_on=on,
            ended_on=old_end,
            **confirmation,
        )
        _carry_away_over(membership, following, on)
        if is_same_role:
            memberships_went_on.send(sender=Membership, following={membership.pk: following.pk}, on=on)
        membership_changed.send(sender=Membership, membership=membership)
    write_log(following, "organisations.change_role", by, role=role.slug, on=on.isoformat())
    membership_changed.send(sender=Membership, membership=following)
    return following


def _hold(membership: Membership) -> None:
    """Reads it as it is now; a second press of the same button waits until this transaction ends.

    As a file does that is being saved, it first holds where the person works.
    """
    hold_places_of([membership.person.human_id])
    held = Membership.objects.select_for_update(of=("self",), no_key=True)
    membership.refresh_from_db(fields=HELD, from_queryset=held)


def _refuse_above(by: User | None, membership: Membership) -> None:
    part = part_of_actor(by, membership.organisation)
    if refusal := refusal_of_what_is_above(by, part, membership.person):
        raise ValidationError(refusal)


def _carry_away_over(old: Membership, new: Membership, on: date) -> None:
    """Splits time away that reaches beyond the day between the two memberships."""
    for away in old.away.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on)):
        Away.objects.create(membership=new, started_on=max(away.started_on, on), ended_on=away.ended_on)
        if away.started_on >= on:
            away.delete()
        else:
            away.ended_on = on - ONE_DAY
            away.save(update_fields=["ended_on"])


@transaction.atomic
def change_membership(
    *, membership: Membership, by: User | None, work_email: str | None = None, staff_number: str | None = None
) -> None:
    """Corrects how the organisation reaches or numbers a member."""
    if work_email is not None:
        membership.work_email = normal_email(work_email)
    if staff_number is not None:
        membership.staff_number = staff_number.strip()
    membership.full_clean()
    membership.save(update_fields=["work_email", "staff_number"])
    write_log(membership, "organisations.change_membership", by)


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: User | None) -> None:
    """Makes the day the member's last; what the person did stays theirs.

    With the last membership of the organisation its lead's appointments end too: who has left sees no names.
    Refuses a day before the first and a membership that has ended by then, and to who leads units only the last
    day of somebody who leads something here: they would end what only the organisation's own lead gives.
    """
    _hold(membership)
    if on < membership.started_on:
        raise ValidationError({"on": _("Choose a day on or after the first day.")})
    if membership.ended_on and membership.ended_on <= on:
        if membership.ended_on < today():
            raise ValidationError(_("This membership has already ended."))
        words = {"day": date_format(membership.ended_on)}
        raise ValidationError(_("This membership already has a last day: %(day)s.") % words)
    if refusal := refusal_of_last_day(by, membership):
        raise ValidationError(refusal)
    membership.ended_on = on
    membership.save(update_fields=["ended_on"])
    membership.away.filter(started_on__gt=on).delete()
    write_log(membership, "organisations.end_membership", by, on=on.isoformat())
    end_leading_of_leaver(person=membership.person, organisation=membership.organisation, on=on)
    membership_changed.send(sender=Membership, membership=membership)


@transaction.atomic
def end_leading_of_leaver(*, person: User, organisation: Organisation, on: date) -> None:
    """Ends what somebody leads in an organisation in which no place of theirs lasts beyond the day.

    A place may stand with an account that was merged into the one that leads: both are one person.
    """
    here = Membership.objects.of(person).for_organisation(organisation)
    if here.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on)).exists():
        return
    # Today means now; a later last day is worked to its end.
    end_on = on if on <= today() else on + ONE_DAY
    held = Appointment.objects.filter(
        same_person(person),
        Q(organisation=organisation) | Q(unit__organisation=organisation),
        Q(ended_on__isnull=True) | Q(ended_on__gt=end_on),
    )
    # One that was taken back before its first day has had no day at all.
    for appointment in held.exclude(ended_on=F("started_on")).select_related("person"):
        end_appointment(appointment=appointment, on=max(end_on, appointment.started_on), by=None)


@transaction.atomic
def reopen_membership(*, membership: Membership, by: User | None) -> None:
    """Takes a last day away that was a mistake; appointments that ended with it stay ended.

    Refuses a membership without a last day, one that another of this person here has followed, and one of somebody
    whose details were removed; who leads units only is not told of what followed, and is refused that of somebody who
    looks after more.
    """
    _hold(membership)
    _refuse_above(by, membership)
    if membership.person.erased_at is not None:
        raise ValidationError(_("This person's details were removed. That cannot be undone."))
    if membership.ended_on is None:
        raise ValidationError(_("This membership has no last day."))
    here = Membership.objects.of(membership.person).for_organisation(membership.organisation)
    followed = Q(started_on__gt=membership.ended_on) | Q(role=membership.role_id, ended_on__isnull=True)
    if here.filter(followed).exclude(pk=membership.pk).exists():
        part = part_of_actor(by, membership.organisation)
        told = refusal_of_return(part) or _("This person has had another place here since.")
        raise ValidationError(told)
    membership.ended_on = None
    membership.full_clean()
    membership.save(update_fields=["ended_on"])
    write_log(membership, "organisations.reopen_membership", by)
    membership_changed.send(sender=Membership, membership=membership)


def leave_organisation(*, membership: Membership, person: User, on: date) -> None:
    """Ends the person's own membership; refuses another's."""
    if not membership.person.is_same_as(person):
        raise ValidationError(_("This membership is not yours."))
    end_membership(membership=membership, on=on, by=person)


@transaction.atomic
def record_away(*, membership: Membership, started_on: date, by: User | None, ended_on: date | None = None) -> Away:
    """Notes days on which a member is away, without a reason; refuses days outside the membership or twice, and to who
    leads units only those of somebody who looks after more.
    """
    _hold(membership)
    _refuse_above(by, membership)
    if started_on < membership.started_on or (membership.ended_on and started_on > membership.ended_on):
        raise ValidationError({"started_on": _("Choose days within the membership.")})
    if ended_on is not None and ended_on < started_on:
        raise ValidationError({"ended_on": _("The last day must not be before the first.")})
    rows = membership.away.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=started_on))
    if ended_on is not None:
        rows = rows.filter(started_on__lte=ended_on)
    if rows.exists():
        raise ValidationError(_("Some of these days are already recorded as away."))
    away = Away.objects.create(membership=membership, started_on=started_on, ended_on=ended_on)
    last = (ended_on or date.max).isoformat()
    write_log(membership, "organisations.record_away", by, first=started_on.isoformat(), last=last)
    membership_changed.send(sender=Membership, membership=membership)
    return away


@transaction.atomic
def end_away(*, away: Away, on: date, by: User | None) -> None:
    """Makes the day the last one away; on a day before the first, the row goes. Refuses what `record_away` refuses to
    who leads units only.
    """
    hold_places_of([away.membership.person.human_id])
    _refuse_above(by, away.membership)
    membership, before = away.membership, (away.ended_on or date.max).isoformat()
    if on < away.started_on:
        away.delete()
    else:
        away.ended_on = on
        away.save(update_fields=["ended_on"])
    days = {"first": away.started_on.isoformat(), "before": before, "last": on.isoformat()}
    write_log(membership, "organisations.end_away", by, **days)
    membership_changed.send(sender=Membership, membership=membership)
