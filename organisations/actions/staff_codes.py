"""Writes about people without e-mail: known by organisation and staff number, let in by a code from their lead."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.access_people import part_of_actor
from organisations.actions.doors import end_sign_ins
from organisations.actions.memberships import add_membership
from organisations.actions.people import create_person
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Appointment, Membership, Organisation, Role, SignInCode, Unit, User
from organisations.parts import Part
from organisations.querysets import same_person
from organisations.selectors import member_by_staff_number

#: Letters and digits that nobody mistakes for another when reading from paper.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
WORKS_FOR = timedelta(days=7)


@transaction.atomic
def add_person_without_email(
    *,
    name: str,
    staff_number: str,
    organisation: Organisation,
    role: Role,
    kind: str,
    by: User,
    started_on: date,
    unit: Unit | None = None,
) -> Membership:
    """Makes a person known by staff number only, and their membership.

    Raises PermissionDenied where the people of the unit, or of none, are not the actor's to look after,
    ValidationError when somebody in the organisation has the number already.
    """
    part = part_of_actor(by, organisation)
    if part is None or not part.has(unit.pk if unit else None):
        raise PermissionDenied(_("Only the organisation's own lead sees names."))
    # Two presses at one moment take turns, so that one number never stands for two people.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _refuse_taken(part, staff_number, started_on)
    person = create_person(name=name, by=by)
    return add_membership(
        person=person,
        organisation=organisation,
        role=role,
        kind=kind,
        unit=unit,
        by=by,
        started_on=started_on,
        staff_number=staff_number,
    )


def _refuse_taken(part: Part, staff_number: str, day: date, but: User | None = None) -> None:
    same = Membership.objects.for_organisation(part.organisation).active_on(day)
    same = same.filter(staff_number__iexact=staff_number.strip())
    if not (same.exclude(person=but.pk) if but else same).exists():
        return
    if not part.is_whole:
        raise ValidationError({"staff_number": _("This number cannot be used. Ask the organisation's own lead.")})
    raise ValidationError({"staff_number": _("Somebody here has this staff number already.")})


@transaction.atomic
def give_sign_in_code(*, membership: Membership, by: User, at: datetime) -> str:
    """Makes the code with which a member without e-mail chooses a password, once and within a week; returns it.

    Whoever hands it over vouches that it reaches that person. A code given before stops working. Raises
    PermissionDenied for people who are not the actor's to look after and for one's own; ValidationError for a person
    who has an address, has no staff number, shares it, has left, or works elsewhere too, whose account is not this
    organisation's alone. Who leads units gives none to people who work outside them as well, or who lead something:
    with the code goes the whole account.
    """
    person, organisation, day = membership.person, membership.organisation, day_of(at)
    part = None if person.is_same_as(by) else part_of_actor(by, organisation)
    if part is None or not part.has(membership.unit_id):
        raise PermissionDenied(_("Only the organisation's own lead does this, and nobody for themselves."))
    if person.email or EmailAddress.objects.filter(user=person).exists():
        raise ValidationError(_("This person has an e-mail address. They sign in with a code sent to it."))
    if not membership.staff_number:
        raise ValidationError(_("This person has no staff number here. Without one we cannot tell who signs in."))
    active = Membership.objects.of(person).active_on(day)
    if not active.filter(pk=membership.pk).exists():
        raise ValidationError(_("This person does not work here today."))
    # Before anything that tells of places beyond the units.
    if not _may_open(part, membership, day):
        raise ValidationError(_("Only the organisation's own lead gives this person a code."))
    if active.exclude(organisation=organisation).exists():
        raise ValidationError(
            _("This person works for another organisation too. Ask whoever runs Signpost to let them in.")
        )
    _refuse_taken(part, membership.staff_number, day, but=person)
    code = "".join(secrets.choice(LETTERS) for _letter in range(10))
    SignInCode.objects.update_or_create(
        membership=membership,
        defaults={"code_hash": make_password(code), "given_at": at, "given_by": by, "expires_at": at + WORKS_FOR},
    )
    write_log(membership, "organisations.give_sign_in_code", by)
    return f"{code[:5]}-{code[5:]}"


def _may_open(part: Part | None, membership: Membership, day: date) -> bool:
    """Whether it is the part of who leads the organisation, or the account opens nothing beyond these units."""
    person = membership.person
    if part is None or part.unit_ids is None:
        return part is not None
    if person.is_superuser or Appointment.objects.filter(same_person(person)).exists():
        return False
    here = Membership.objects.of(person).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day))
    return not here.exclude(unit__in=part.unit_ids).exists()


@transaction.atomic
def use_sign_in_code(*, short_name: str, staff_number: str, code: str, password: str, at: datetime) -> User | None:
    """Gives a member the password they chose, uses the code up and signs them out elsewhere; None if it does not fit.

    Why it does not fit is not told: a stranger would learn who works where. One does not outlive the right to give it:
    who held on to a code would get in where they cannot any more, or never could. Nor does anybody use one that they
    gave to an entry that has turned out to be their own.
    """
    membership = member_by_staff_number(short_name, staff_number, day_of(at))
    row = membership and SignInCode.objects.select_for_update().filter(membership=membership).first()
    plain = "".join(code.upper().split()).replace("-", "")
    # As much work for an unknown number as for a known one, so that the time tells nothing either.
    is_right = check_password(plain, row.code_hash if row else make_password(secrets.token_hex(8)))
    if not membership or not row or not is_right or row.expires_at < at:
        return None
    person = membership.person
    if row.given_by is not None:
        part = part_of_actor(row.given_by, membership.organisation)
        if row.given_by.is_same_as(person) or not _may_open(part, membership, day_of(at)):
            return None
    person.set_password(password)
    person.save(update_fields=["password"])
    row.delete()
    end_sign_ins(person=person)
    write_log(membership, "organisations.use_sign_in_code", person)
    return person
