"""Letters to leads about briefings: neither place nor names in them, only where to answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from organisations.clock import LONDON, today
from organisations.mail import post, queue_with_write
from organisations.models import Appointment, User
from organisations.rules_letters import leaves_at
from records.mail import later
from records.models import Session, SessionInvitation

#: What leads read is English.
LANGUAGE = "en"


def queue_invitations(invitations: Iterable[SessionInvitation], at: datetime) -> None:
    """Has the leads of the invited organisations told, by day."""
    letter = later(post_invitation, leaves_at(at.astimezone(LONDON)))
    for each in invitations:
        queue_with_write(letter, each.pk)


@task()
def post_invitation(pk: int) -> None:
    """Queues a letter to each lead of the organisation: one that cannot be sent holds no other up."""
    invitation = _waiting(pk)
    if invitation is not None:
        for person in _leads_of(invitation):
            queue_with_write(post_to_lead, [pk, person.pk])


@task()
def post_to_lead(invitation_and_person: list[int]) -> None:
    """Writes to one lead of the organisation, unless it has answered or the briefing is off by now."""
    pk, person_pk = invitation_and_person
    invitation = _waiting(pk)
    person = _leads_of(invitation).filter(pk=person_pk).first() if invitation else None
    if person is not None:
        post("records/lead/mail/briefing", person.email, LANGUAGE, _answer_link, invitation=invitation)


def _waiting(pk: int) -> SessionInvitation | None:
    """The invitation, while it is to be answered and the briefing is still to come."""
    invitations = SessionInvitation.objects.select_related("session__partnership", "organisation").filter(
        answer=SessionInvitation.Answer.NONE,
        session__state=Session.State.PLANNED,
        session__starts_at__gt=timezone.now(),
    )
    return invitations.filter(pk=pk).first()


def _leads_of(invitation: SessionInvitation) -> QuerySet[User]:
    leads = Appointment.objects.active_on(today()).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation=invitation.organisation
    )
    return User.objects.filter(pk__in=leads.values("person"), is_active=True).exclude(email="").order_by("pk")


def _answer_link(**context: object) -> str:
    invitation = context["invitation"]
    assert isinstance(invitation, SessionInvitation)
    return settings.BASE_URL + reverse("records:briefings", args=[invitation.organisation.slug])
