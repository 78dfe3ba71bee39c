"""Letters to leads about briefings: neither place nor names in them, only where to answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from organisations.clock import LONDON, today
from organisations.mail import post, queue_letter
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
        queue_letter(letter, each.pk)


@task()
def post_invitation(pk: int) -> None:
    """Writes to each lead of the organisation, unless it has answered or the briefing is off by now."""
    invitation = (
        SessionInvitation.objects.select_related("session__partnership", "organisation")
        .filter(
            pk=pk,
            answer=SessionInvitation.Answer.NONE,
            session__state=Session.State.PLANNED,
            session__starts_at__gt=timezone.now(),
        )
        .first()
    )
    if invitation is None:
        return
    leads = Appointment.objects.active_on(today()).filter(
        kind=Appointment.Kind.ORGANISATION_LEAD, organisation=invitation.organisation
    )
    people = User.objects.filter(pk__in=leads.values("person"), is_active=True).exclude(email="").order_by("pk")
    for person in people:
        post("records/lead/mail/briefing", person.email, LANGUAGE, _answer_link, invitation=invitation)


def _answer_link(**context: object) -> str:
    invitation = context["invitation"]
    assert isinstance(invitation, SessionInvitation)
    return settings.BASE_URL + reverse("records:briefings", args=[invitation.organisation.slug])
