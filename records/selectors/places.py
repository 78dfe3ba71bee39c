"""Reads the briefings that a person can go to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from organisations.clock import day_of
from organisations.models import Membership, User
from organisations.querysets import human_of, same_person
from records.models import Attendance, Session, SessionInvitation
from records.selectors.learning import Titled, module_title

Answer = SessionInvitation.Answer


@dataclass(frozen=True)
class OpenBriefing:
    """A briefing that a person's organisation goes to, or that is cancelled and where the person had a place."""

    session: Session
    #: Whether the person has a place; only then they read where it is.
    has_place: bool
    #: Places that are left; none where there is no limit.
    left: int | None

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.session.state == Session.State.CANCELLED

    @property
    def title(self) -> Titled:
        """The module's title."""
        return module_title(self.session.edition) if self.session.edition else Titled(self.session.title, "en")


def sessions_open_to(person: User, at: datetime) -> QuerySet[Session]:
    """Briefings that are not over and that an organisation of the person said it comes to."""
    at_work = Membership.objects.of(person).active_on(day_of(at)).values("organisation")
    coming = SessionInvitation.objects.filter(person__isnull=True, answer=Answer.ACCEPTED, organisation__in=at_work)
    return Session.objects.filter(state=Session.State.PLANNED, ends_at__gte=at, pk__in=coming.values("session"))


def had_a_place(session: Session) -> list[SessionInvitation]:
    """Places in a session of people who are not on its list, by whichever of their entries: one query."""
    on_list = Attendance.objects.filter(session=session, voided_at__isnull=True).annotate(human=human_of())
    places = session.invitations.filter(person__isnull=False, answer=Answer.ACCEPTED).annotate(human=human_of())
    there = Exists(on_list.filter(human=OuterRef("human")))
    return list(places.exclude(there).select_related("person", "organisation").order_by("person__name", "pk"))


def count_no_shows(session: Session, at: datetime) -> int | None:
    """How many had a place or checked in and were not there, as far as is known; none before it is over. 2 queries."""
    if session.ends_at > at or session.state == Session.State.CANCELLED:
        return None
    missed = session.attendances.filter(voided_at__isnull=True, missed_at__isnull=False)
    return missed.count() + len(had_a_place(session))


def briefings_open_to(person: User, at: datetime) -> list[OpenBriefing]:
    """The same with how many places are left and whether the person has one, the next first, and what is cancelled of
    those where they had one: whoever would have come must see it. One query.
    """
    own = SessionInvitation.objects.filter(same_person(person), session=OuterRef("pk"), answer=Answer.ACCEPTED)
    taken = Q(invitations__person__isnull=False, invitations__answer=Answer.ACCEPTED)
    missed = Session.objects.filter(Exists(own), state=Session.State.CANCELLED, ends_at__gte=at)
    sessions = Session.objects.filter(
        Q(pk__in=sessions_open_to(person, at).values("pk")) | Q(pk__in=missed.values("pk"))
    ).annotate(has_place=Exists(own), taken=Count("invitations", filter=taken, distinct=True))
    return [
        OpenBriefing(
            session,
            has_place=session.has_place,
            left=None if session.capacity is None else max(session.capacity - session.taken, 0),
        )
        for session in sessions.select_related("edition").order_by("starts_at", "pk")
    ]
