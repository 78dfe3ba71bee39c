"""Letters about briefings: what is new of them for one person, all of it in one letter, as there is but one a week.

To leads whose organisation is asked: neither place nor names, only where to answer. To those who come, when it is
cancelled or moved: the place is only in the file for their calendar, as it is in their calendar already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.letter_kinds import once_a_week
from organisations.mail import Attached, later, post, queue_with_write
from organisations.models import User
from organisations.posting import in_turn, next_turn, put_off
from records.actions.news import note_posted, put_off_news
from records.calendar import FILE, calendar_of, method_of
from records.mail import LANGUAGE
from records.models import BriefingLetter, Session, SessionInvitation
from records.selectors.learning import module_title
from records.selectors.telling import last_letters_of_briefings, leads_of

About = BriefingLetter.About
ASKED = once_a_week("records/lead/mail/briefing", last_letters_of_briefings)
CHANGED = once_a_week("records/mail/briefing_changed", last_letters_of_briefings)


def queue_news(letter: BriefingLetter) -> None:
    """Has somebody told of a briefing when their letter may leave."""
    assert letter.goes_at is not None
    queue_with_write(later(post_change, letter.goes_at), letter.pk)


@dataclass(frozen=True)
class Piece:
    """How a briefing stands now, for one letter."""

    letter: BriefingLetter
    module: str

    @property
    def invitation(self) -> SessionInvitation:
        """Why the person is told of it."""
        return self.letter.invitation

    @property
    def session(self) -> Session:
        """The briefing."""
        return self.letter.invitation.session

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return self.session.state == Session.State.CANCELLED

    @property
    def is_asked(self) -> bool:
        """Whether it asks the organisation to come, and tells of no change."""
        return self.letter.about == About.ASKED

    def is_worth_telling(self, at: datetime) -> bool:
        """Whether the person still comes, and it is not over: of one that is off, it would not have begun.

        Of one that an organisation is asked to: whether it has not answered, and could still come.
        """
        if self.is_asked:
            is_open = self.invitation.answer == SessionInvitation.Answer.NONE
            return is_open and self.session.state == Session.State.PLANNED and at < self.session.starts_at
        ends_at = self.session.starts_at if self.is_off else self.session.ends_at
        return self.invitation.answer == SessionInvitation.Answer.ACCEPTED and at < ends_at


@task()
def post_change(pk: int) -> None:
    """Writes how briefings stand now that have changed, with files for their calendar, and to which new ones the
    organisations are asked that the person leads: in their language, or in English, what leads read, where nothing
    has changed.

    None where they do not come any more, have answered, or lead the organisation no longer, or where it is over. One
    that may not leave yet waits for its next turn; where that is too late, their lead or the planner tells them.
    """
    waiting = BriefingLetter.objects.filter(posted_at__isnull=True, goes_at__isnull=False)
    with in_turn(waiting.filter(pk=pk).select_related("person"), lambda found: found.person) as letter:
        if letter is None or letter.goes_at is None or not letter.person.email or not letter.person.is_active:
            return
        if waiting.filter(person=letter.person, goes_at=letter.goes_at, pk__lt=pk).exists():
            # The first of those that leave at one moment takes the others along.
            return
        now = timezone.now()
        leaves = next_turn(post_change, letter.person, now, letter.goes_at)
        if leaves != now:
            with transaction.atomic():
                for each in put_off_news(letter=letter, leaves=leaves):
                    _queue(each)
            return
        due = waiting.filter(person=letter.person, goes_at__lte=max(now, letter.goes_at)).order_by("pk")
        rows = due.select_related("invitation__organisation", "invitation__session__edition")
        pieces = _pieces(list(rows.select_related("invitation__session__partnership")), letter.person, now)
        if pieces:
            _write(pieces, letter.person)
            with transaction.atomic():
                for each in note_posted(letters=[piece.letter for piece in pieces], at=now):
                    _queue(each)


def _queue(letter: BriefingLetter) -> None:
    if letter.goes_at is not None:
        put_off(post_change, letter.pk, letter.goes_at)


def _write(pieces: Sequence[Piece], person: User) -> None:
    changes = [each for each in pieces if not each.is_asked]
    post(
        CHANGED if changes else ASKED,
        [each.letter.pk for each in pieces],
        person.email,
        person.language if changes else LANGUAGE,
        _link_of,
        [_file(each.session, number) for number, each in enumerate(changes)],
        pieces=pieces,
        changes=changes,
        asked=[each for each in pieces if each.is_asked],
    )


def _pieces(letters: Sequence[BriefingLetter], person: User, at: datetime) -> list[Piece]:
    asked = {each.invitation.organisation_id for each in letters if each.about == About.ASKED}
    led = {organisation for pk, organisation in leads_of(asked) if pk == person.pk} if asked else set()
    language = person.language if any(each.about == About.CHANGED for each in letters) else LANGUAGE
    found = []
    with override(language):
        for each in letters:
            session = each.invitation.session
            piece = Piece(each, module_title(session.edition).text if session.edition else session.title)
            if piece.is_worth_telling(at) and (not piece.is_asked or each.invitation.organisation_id in led):
                found.append(piece)
    return found


def _file(session: Session, number: int) -> Attached:
    name = f"{number + 1}-{FILE}" if number else FILE
    return Attached(name, calendar_of(session).decode(), f"text/calendar; method={method_of(session)}")


def _link_of(**context: object) -> str:
    pieces = cast("list[Piece]", context["pieces"])
    if {each.invitation.person_id for each in pieces} != {None}:
        return settings.BASE_URL + reverse("records:my_briefings")
    # A lead: to the page of the organisation, or where they choose one.
    organisations = {each.invitation.organisation_id: each.invitation.organisation for each in pieces}
    if len(organisations) > 1:
        return settings.BASE_URL + reverse("records:sessions")
    [organisation] = organisations.values()
    return settings.BASE_URL + reverse("records:briefings", args=[organisation.slug])
