"""Tells those who come to a briefing that it is cancelled or moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from organisations.clock import LONDON
from organisations.letter_limits import next_letters
from organisations.models import User
from records.mail_briefings import queue_change
from records.models import BriefingLetter, Session
from records.rules.sessions import tell_by
from records.selectors.telling import GRACE, letters_of_others, who_comes

DAY = timedelta(days=1)


def tell_of_change(*, session: Session, known_start: datetime, at: datetime) -> None:
    """Gives everybody who comes to a session a letter that says how it stands; called where that has changed.

    Nobody gets a second letter of ours within a week, and none while they are away. Whom none reaches before the day
    on which they would set out is kept as such: their lead reads it and tells them.
    """
    comes = who_comes(session)
    # Whoever else writes to one of them at this moment waits, and sees what is kept here.
    people = User.objects.select_for_update(no_key=True).filter(pk__in=comes).order_by("pk").in_bulk()
    reachable = [pk for pk, person in people.items() if person.email and person.is_active]
    # What waits to be told of another briefing goes into the same letter.
    leaving = {**next_letters(reachable, at), **letters_of_others(session, reachable, at)}
    waiting = {
        (each.invitation_id, each.person_id): each
        for each in BriefingLetter.objects.filter(invitation__session=session, posted_at__isnull=True)
    }
    is_off = session.state == Session.State.CANCELLED
    last_use = known_start if is_off else session.starts_at
    first_start = known_start if is_off else min(known_start, session.starts_at)
    for pk, invitation in comes.items():
        letter = waiting.get((invitation.pk, pk)) or BriefingLetter(invitation=invitation, person_id=pk)
        is_on_its_way = letter.goes_at is not None and letter.goes_at > at - GRACE
        # What an earlier change left to be told stays as pressing as it was, until that day is over.
        by = tell_by(first_start.astimezone(LONDON))
        letter.tell_by = min(by, letter.tell_by) if letter.pk and letter.tell_by > at - DAY else by
        letter.changed_at = at
        if not is_on_its_way:
            goes_at = leaving.get(pk)
            letter.goes_at = goes_at if goes_at is not None and goes_at < last_use else None
        letter.save()
        if letter.goes_at is not None and not is_on_its_way:
            queue_change(letter)
