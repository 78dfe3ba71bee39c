"""Writes by which people come into an organisation."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.access import may_appoint
from organisations.access_invitations import part_of_inviter, refusal_of_invitation, refusal_of_own, require_of_units
from organisations.actions.appointments import appoint
from organisations.actions.memberships import add_membership
from organisations.actions.turns import hold_people, hold_places_of
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.mail import send_decision, send_invitation
from organisations.models import Appointment, Invitation, JoinRequest, Membership, Organisation, Role, Unit, User
from organisations.rules import normal_email
from organisations.selectors import find_opening, verified_emails_of

INVITATION_LASTS = timedelta(days=30)
#: The same invitation asked for again so soon is the same press of the button.
SAME_PRESS = timedelta(minutes=1)


@transaction.atomic
def invite_person(
    *,
    organisation: Organisation,
    role: Role,
    email: str,
    by: User | None,
    at: datetime,
    kind: str = Membership.Kind.EMPLOYEE,
    unit: Unit | None = None,
    language: str = "en",
    is_for_lead: bool = False,
) -> Invitation:
    """Invites one address to join in a role, and posts the letter; an older open invitation to it is withdrawn.

    Of the same asked for twice within a minute the first stays, and so its link; there is one letter.
    With `is_for_lead` the person will also lead the organisation; PermissionDenied unless the actor may appoint its
    leads, and to who leads units for what is none of these. Raises ValidationError for what is no address, a unit of
    another organisation, a role closed to new people and somebody who has the role here; who leads units does not
    invite themselves, is not told of places elsewhere and takes back only what they sent.
    """
    part = part_of_inviter(by, organisation)
    require_of_units(part, unit)
    email = normal_email(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": _("Enter an e-mail address, like name@example.gov.uk.")}) from error
    if unit is not None and unit.organisation_id != organisation.pk:
        raise ValidationError({"unit": _("That unit belongs to another organisation.")})
    if not role.is_active:
        raise ValidationError({"role": _("This role can no longer be chosen.")})
    # Of two presses at one moment the second finds what the first has sent.
    hold_places_of((), and_of=[organisation.pk])
    if refusal := refusal_of_invitation(by, part, organisation, role, email, at):
        raise ValidationError({"email": refusal})
    leading = Appointment.Kind.ORGANISATION_LEAD
    if is_for_lead and by is not None and not may_appoint(by, leading, organisation=organisation):
        raise PermissionDenied(_("You may not make this appointment."))
    open_ones = Invitation.objects.filter(
        organisation=organisation, email=email, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    if part is not None:
        # What others offered, perhaps to lead the organisation, is not theirs to take back.
        open_ones = open_ones.filter(invited_by=by)
    asked = {
        "unit": unit,
        "role": role,
        "kind": kind,
        "language": language,
        "is_for_lead": is_for_lead,
        "invited_by": by,
    }
    if same := open_ones.filter(**asked, created_at__gt=at - SAME_PRESS, unsent_at__isnull=True).first():
        return same
    open_ones.update(withdrawn_at=at)
    invitation = Invitation(
        **asked,
        organisation=organisation,
        email=email,
        token=secrets.token_urlsafe(32),
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    invitation.full_clean(exclude=["invited_by"])
    invitation.save()
    write_log(invitation, "organisations.invite", by, organisation=organisation.pk, role=role.slug)
    send_invitation(invitation)
    return invitation


@transaction.atomic
def invite_people(
    *,
    organisation: Organisation,
    role: Role,
    emails: Iterable[str],
    by: User | None,
    at: datetime,
    kind: str = Membership.Kind.EMPLOYEE,
    unit: Unit | None = None,
    language: str = "en",
) -> list[Invitation]:
    """Invites several addresses to join in a role, all or none; refuses what `invite_person` refuses."""
    return [
        invite_person(
            organisation=organisation, role=role, email=email, by=by, at=at, kind=kind, unit=unit, language=language
        )
        for email in emails
    ]


@transaction.atomic
def send_unsent_again(*, organisation: Organisation, invitation_ids: Collection[int], by: User | None) -> int:
    """Has the letters of these invitations tried again that could not be sent; says how many."""
    waiting = Invitation.objects.select_for_update().filter(
        organisation=organisation,
        pk__in=invitation_ids,
        unsent_at__isnull=False,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    found = list(waiting.order_by("pk"))
    # Pressed twice, nothing is left to try; what fails once more is marked anew.
    Invitation.objects.filter(pk__in=[each.pk for each in found]).update(unsent_at=None, unsent_why="")
    for invitation in found:
        write_log(invitation, "organisations.send_again", by)
        send_invitation(invitation)
    return len(found)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User | None, at: datetime) -> None:
    """Makes an invitation void; refuses one that was accepted."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has been used. End the membership instead."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        write_log(invitation, "organisations.withdraw_invitation", by)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, person: User, at: datetime) -> Membership:
    """Uses an invitation up, once: the person joins in its role, confirmed because another person chose it.

    Accepting again gives the same membership. Raises ValidationError with a code (used, withdrawn, expired,
    other_address) unless it is open and the person has proved the address that it was sent to; and what they sent
    themselves, but for who leads the organisation.
    """
    # Whoever appoints holds the person, and people are held before the places where they work.
    hold = hold_people if invitation.is_for_lead else hold_places_of
    hold([person.human_id], and_of=[invitation.organisation_id])
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "role").get(pk=invitation.pk)
    )
    here = Membership.objects.of(person).for_organisation(invitation.organisation).filter(role=invitation.role)
    existing = here.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day_of(at))).first()
    if invitation.accepted_at and invitation.accepted_by_id == person.pk and existing:
        return existing
    if invitation.state_at(at) != Invitation.State.OPEN:
        raise ValidationError(_("This invitation can no longer be used."), code=invitation.state_at(at))
    if invitation.email not in verified_emails_of(person):
        raise ValidationError(_("This invitation was sent to another address."), code="other_address")
    if refusal := refusal_of_own(invitation, person):
        raise ValidationError(refusal)
    inviter = invitation.invited_by
    membership = existing or add_membership(
        person=person,
        organisation=invitation.organisation,
        role=invitation.role,
        kind=invitation.kind,
        unit=invitation.unit,
        started_on=day_of(at),
        by=inviter,
        is_role_confirmed=inviter is None or not inviter.is_same_as(person),
        work_email=invitation.email,
        at=at,
    )
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    write_log(invitation, "organisations.accept_invitation", person, membership=membership.pk)
    if invitation.is_for_lead:
        _appoint_as_promised(invitation, person, at)
    return membership


def _appoint_as_promised(invitation: Invitation, person: User, at: datetime) -> None:
    """Makes the person lead of the organisation, unless whoever promised it has lost the right since."""
    promised_by, organisation = invitation.invited_by, invitation.organisation
    if promised_by is not None:
        is_theirs = may_appoint(promised_by, Appointment.Kind.ORGANISATION_LEAD, organisation=organisation)
        if not is_theirs or promised_by.is_same_as(person):
            return
    held = Appointment.objects.of(person).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation, ended_on__isnull=True
    )
    if not held.exists():
        appoint(
            person=person,
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=organisation,
            by=promised_by,
            started_on=day_of(at),
        )


@transaction.atomic
def join_by_domain(*, person: User, organisation: Organisation, role: Role, email: str, at: datetime) -> Membership:
    """Joins an organisation by a proved address of its domain; the role is the person's word until confirmed.

    Raises ValidationError when no proved address fits, and with code needs_approval when a lead must decide.
    """
    opening = find_opening(person, organisation, email)
    if opening is None:
        raise ValidationError(_("Your address does not belong to this organisation."), code="other_address")
    if opening.needs_approval:
        raise ValidationError(_("A lead of this organisation must agree first."), code="needs_approval")
    return add_membership(
        person=person,
        organisation=organisation,
        role=role,
        started_on=day_of(at),
        by=person,
        is_role_confirmed=False,
        work_email=opening.email,
        at=at,
    )


@transaction.atomic
def request_to_join(*, person: User, organisation: Organisation, role: Role, email: str, at: datetime) -> JoinRequest:
    """Asks a lead to let the person in; asking again while it is open gives the same request.

    Raises ValidationError when no proved address fits the organisation.
    """
    opening = find_opening(person, organisation, email)
    if opening is None:
        raise ValidationError(_("Your address does not belong to this organisation."), code="other_address")
    if not role.is_active:
        raise ValidationError({"role": _("This role can no longer be chosen.")})
    request, is_new = JoinRequest.objects.get_or_create(
        person=person,
        organisation=organisation,
        decided_at=None,
        defaults={"role": role, "email": opening.email, "requested_at": at},
    )
    if is_new:
        write_log(request, "organisations.request_to_join", person, organisation=organisation.pk)
    return request


@transaction.atomic
def decide_join_request(
    *, join_request: JoinRequest, is_approved: bool, by: User, at: datetime, role: Role | None = None
) -> Membership | None:
    """Lets a person in, perhaps in another role, or not; the person is told by mail either way.

    Raises ValidationError when it was decided before or the actor decides on themselves.
    """
    hold_places_of([join_request.person.human_id], and_of=[join_request.organisation_id])
    request = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("person", "organisation", "role")
        .get(pk=join_request.pk)
    )
    if request.decided_at:
        raise ValidationError(_("Somebody has decided this already."))
    if request.person.is_same_as(by):
        raise ValidationError(_("Somebody else must decide on your request."))
    membership = None
    if is_approved:
        membership = add_membership(
            person=request.person,
            organisation=request.organisation,
            role=role or request.role,
            started_on=day_of(at),
            by=by,
            work_email=request.email,
            at=at,
        )
    request.decided_at, request.decided_by = at, by
    request.outcome = JoinRequest.Outcome.APPROVED if is_approved else JoinRequest.Outcome.REFUSED
    request.save(update_fields=["decided_at", "decided_by", "outcome"])
    write_log(request, f"organisations.{'approve' if is_approved else 'refuse'}_request", by)
    send_decision(request)
    return membership
