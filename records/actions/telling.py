"""Tells leads that their organisation is asked to a briefing, and who comes to one that it is cancelled or moved;
and keeps whom their lead told instead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from organisations.audit import write_log
from organisations.clock import LONDON, day_of
from organisations.letter_limits import next_letters
from organisations.models import Organisation, User
from organisations.rules_letters import GRACE, leaves_at
from records.mail_briefings import queue_news
from records.models import BriefingLetter, Session, SessionInvitation
from records.rules.sessions import tell_by
from records.selectors.telling import leads_of, letters_that_wait, letters_to_tell, who_comes

About = BriefingLetter.About
DAY = timedelta(days=1)
#: So long a letter waits for what else its reader is asked to: whoever plans several briefings invites to all of them.
GATHERED = timedelta(hours=1)


def tell_of_invitations(*, invitations: Sequence[SessionInvitation], at: datetime) -> None:
    """Gives the leads of these organisations, which are asked to one session, a letter with its time.

    As with a change, nobody gets a second letter within a week; what waits about other briefings goes into the same
    one. Whom none reaches before the day is kept as such: whoever plans it reads of the organisation and rings it.
    """
    by_place = {each.organisation_id: each for each in invitations}
    asked: dict[int, SessionInvitation] = {}
    for pk, organisation in leads_of(by_place):
        asked.setdefault(pk, by_place[organisation])
    leaving, waiting = _leaving(asked, at)
    letters = []
    for pk, invitation in asked.items():
        starts_at = invitation.session.starts_at
        goes_at = leaving.get(pk)
        if goes_at is not None and pk not in waiting:
            # One that goes into a letter that waits leaves with it: an hour later it would be a second letter.
            goes_at = max(goes_at, leaves_at((at + GATHERED).astimezone(LONDON)))
        letters.append(
            BriefingLetter(
                invitation=invitation,
                person_id=pk,
                about=About.ASKED,
                changed_at=at,
                tell_by=tell_by(starts_at.astimezone(LONDON)),
                goes_at=_in_time(goes_at, starts_at),
            )
        )
    BriefingLetter.objects.bulk_create(letters)
    for letter in letters:
        if letter.goes_at is not None:
            queue_news(letter)


def tell_of_change(*, session: Session, known_start: datetime, at: datetime) -> None:
    """Gives everybody who comes to a session a letter that says how it stands; called where that has changed.

    Nobody gets a second letter of ours within a week, and none while they are away. Whom none reaches before the day
    on which they would set out is kept as such: their lead reads it and tells them. Invitations whose letter has not
    left, or leaves at this moment, follow to another day.
    """
    comes = who_comes(session)
    unposted = BriefingLetter.objects.filter(invitation__session=session, posted_at__isnull=True)
    asked = unposted.filter(about=About.ASKED, invitation__answer=SessionInvitation.Answer.NONE)
    # Held together, so that whoever posts to one of them has noted it or sees what is kept here.
    leaving, _waiting = _leaving({*comes, *asked.values_list("person_id", flat=True)}, at)
    waiting = {(each.invitation_id, each.person_id): each for each in unposted.filter(about=About.CHANGED)}
    is_off = session.state == Session.State.CANCELLED
    last_use = known_start if is_off else session.starts_at
    first_start = known_start if is_off else min(known_start, session.starts_at)
    new: list[BriefingLetter] = []
    kept: list[BriefingLetter] = []
    with_a_time: list[BriefingLetter] = []
    for pk, invitation in comes.items():
        letter = waiting.get((invitation.pk, pk)) or BriefingLetter(invitation=invitation, person_id=pk)
        # What an earlier change left to be told stays as pressing as it was, until that day is over.
        by = tell_by(first_start.astimezone(LONDON))
        letter.tell_by = min(by, letter.tell_by) if letter.pk and letter.tell_by > at - DAY else by
        letter.changed_at = at
        # Who was told of an earlier change has not heard of this one.
        letter.told_at, letter.told_by = None, None
        if not _is_on_its_way(letter, at):
            letter.goes_at = _in_time(leaving.get(pk), last_use)
            with_a_time += [letter] if letter.goes_at else []
        (kept if letter.pk else new).append(letter)
    for letter in asked if session.starts_at != known_start else ():
        _put_right(letter, session, known_start, at)
        if _is_on_its_way(letter, at):
            letter.goes_at = _in_time(letter.goes_at, last_use)
        else:
            letter.goes_at = _in_time(leaving.get(letter.person_id), last_use)
            with_a_time += [letter] if letter.goes_at else []
        kept.append(letter)
    BriefingLetter.objects.bulk_create(new)
    BriefingLetter.objects.bulk_update(kept, ["tell_by", "changed_at", "told_at", "told_by", "goes_at"])
    for letter in with_a_time:
        queue_news(letter)


@transaction.atomic
def note_told(
    *, organisation: Organisation, letter_ids: Collection[int], seen_at: datetime, by: User, at: datetime
) -> int:
    """Says that people of an organisation whom no letter reaches in time were told in another way; says of how many.

    Does nothing for letters of other organisations, for who is not on the list, as twice is once, and where a briefing
    has changed once more since the list was seen: of that nobody can have been told.
    """
    listed = letters_to_tell(organisation, letter_ids, at).filter(changed_at__lte=seen_at)
    told = list(listed.select_for_update(of=("self",)).order_by("pk"))
    BriefingLetter.objects.filter(pk__in=[each.pk for each in told]).update(told_at=at, told_by=by)
    sessions = Session.objects.filter(invitations__letters__in=told).distinct().order_by("pk")
    for session in sessions:
        write_log(session, "records.told", by, organisation=organisation.pk)
    return len(told)


@transaction.atomic
def take_back_told(*, letter: BriefingLetter, by: User) -> None:
    """Says that somebody was not told after all: they stand on the list again. Does nothing twice."""
    letter = BriefingLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.told_at is not None:
        letter.told_at, letter.told_by = None, None
        letter.save(update_fields=["told_at", "told_by"])
        invitation = letter.invitation
        write_log(invitation.session, "records.not_told", by, organisation=invitation.organisation_id)


def _put_right(letter: BriefingLetter, session: Session, known_start: datetime, at: datetime) -> None:
    """The letter of an invitation to a session that begins at another time, as it is to stand now.

    It tells the day, and neither the hour nor the place: only another day has changed what it says.
    """
    letter.tell_by = tell_by(session.starts_at.astimezone(LONDON))
    if day_of(session.starts_at) != day_of(known_start):
        letter.changed_at = at


def _is_on_its_way(letter: BriefingLetter, at: datetime) -> bool:
    """Whether it has a time; one whose time has passed without its leaving was held back."""
    return letter.goes_at is not None and letter.goes_at > at - GRACE


def _in_time(goes_at: datetime | None, until: datetime) -> datetime | None:
    return goes_at if goes_at is not None and goes_at < until else None


def _leaving(person_ids: Collection[int], at: datetime) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When a letter to each of these may leave, and to whom one waits that takes the news along: none to who cannot be
    written to, or is away without an end."""
    # Whoever else writes to one of them at this moment waits, and sees what is kept here.
    people = User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk").in_bulk()
    reachable = [pk for pk, person in people.items() if person.email and person.is_active]
    waiting = letters_that_wait(reachable, at)
    return {**next_letters(reachable, at), **waiting}, waiting
