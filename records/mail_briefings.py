"""Letters about briefings.

To leads who are invited: neither place nor names in them, only where to answer. To those who come, when it is
cancelled or moved: the place is only in the file for their calendar, as it is in their calendar already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.clock import LONDON, day_of, today
from organisations.mail import Attached, post, queue_with_write
from organisations.models import Appointment, User
from organisations.rules_letters import leaves_at
from records.calendar import FILE, calendar_of, method_of
from records.mail import later
from records.models import BriefingLetter, Session, SessionInvitation
from records.selectors.learning import module_title
from records.selectors.reminders import away_on

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


def queue_change(letter: BriefingLetter) -> None:
    """Has somebody who comes told that a briefing is cancelled or moved, when their letter may leave."""
    assert letter.goes_at is not None
    queue_with_write(later(post_change, letter.goes_at), letter.pk)


@dataclass(frozen=True)
class Change:
    """How a briefing stands now, for one letter."""

    letter: BriefingLetter
    module: str

    @property
    def session(self) -> Session:
        """The briefing."""
        return self.letter.invitation.session

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.session.state == Session.State.CANCELLED

    def is_worth_telling(self, at: datetime) -> bool:
        """Whether the person still comes, and it is not over: of one that is off, it would not have begun."""
        ends_at = self.session.starts_at if self.is_off else self.session.ends_at
        return self.letter.invitation.answer == SessionInvitation.Answer.ACCEPTED and at < ends_at


@task()
def post_change(pk: int) -> None:
    """Writes in the person's language how briefings stand now that have changed, with files for their calendar: all of
    them in one letter, as there is but one a week.

    None where they do not come any more, where it is over, or while they are away.
    """
    waiting = BriefingLetter.objects.filter(posted_at__isnull=True, goes_at__isnull=False)
    letter = waiting.filter(pk=pk).select_related("person").first()
    now = timezone.now()
    if letter is None or letter.goes_at is None:
        return
    person = letter.person
    if not person.email or not person.is_active or away_on(day_of(now), [person.pk]):
        return
    opens = max(letter.goes_at, leaves_at(now.astimezone(LONDON)))
    if opens > now and post_change.get_backend().supports_defer:
        queue_with_write(later(post_change, opens), pk)
        return
    due = waiting.filter(person=person, goes_at__lte=max(now, letter.goes_at)).order_by("pk")
    with override(person.language):
        changes = [
            each
            for each in map(_change, due.select_related("invitation__organisation", "invitation__session__edition"))
            if each.is_worth_telling(now)
        ]
    if not changes:
        return
    post(
        "records/mail/briefing_changed",
        person.email,
        person.language,
        _link_of_changes,
        [_file(each.session, number) for number, each in enumerate(changes)],
        changes=changes,
    )
    BriefingLetter.objects.filter(pk__in=[each.letter.pk for each in changes]).update(posted_at=now)


def _change(letter: BriefingLetter) -> Change:
    session = letter.invitation.session
    return Change(letter, module_title(session.edition).text if session.edition else session.title)


def _file(session: Session, number: int) -> Attached:
    name = f"{number + 1}-{FILE}" if number else FILE
    return Attached(name, calendar_of(session).decode(), f"text/calendar; method={method_of(session)}")


def _link_of_changes(**context: object) -> str:
    changes = cast("list[Change]", context["changes"])
    places = {each.letter.invitation.person_id for each in changes}
    if places == {None}:
        # A lead: to the page of the organisation, or where they choose one.
        organisations = {each.letter.invitation.organisation_id for each in changes}
        if len(organisations) == 1:
            return _answer_link(invitation=changes[0].letter.invitation)
        return settings.BASE_URL + reverse("records:sessions")
    return settings.BASE_URL + reverse("records:my_briefings")


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
