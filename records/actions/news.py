"""What becomes of a letter about a briefing when its task has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from organisations.letter_limits import next_letters
from organisations.models import User
from records.models import BriefingLetter


@transaction.atomic
def put_off_news(*, letter: BriefingLetter, leaves: datetime | None) -> list[BriefingLetter]:
    """Gives a letter that may not leave yet, and what would go along with it, the next time; gives them back.

    One that would come too late then has none, and is kept as not told.
    """
    _hold(letter.person_id)
    along = BriefingLetter.objects.filter(person=letter.person_id, goes_at=letter.goes_at, posted_at__isnull=True)
    letters = list(along.select_related("invitation__session").order_by("pk"))
    for each in letters:
        each.goes_at = _in_time(each, leaves)
    BriefingLetter.objects.bulk_update(letters, ["goes_at"])
    return letters


@transaction.atomic
def note_posted(*, letters: Sequence[BriefingLetter], at: datetime) -> list[BriefingLetter]:
    """Notes that letters to one person have left; gives back those that follow, for briefings that have changed once
    more while the mail server took them.

    The words were made before that change, and nobody who plans waits for a mail server. So it is told as one after
    the letter: a week later, or kept as not told where that is too late.
    """
    person_id = letters[0].person_id
    _hold(person_id)
    seen = {each.pk: each.changed_at for each in letters}
    rows = BriefingLetter.objects.filter(pk__in=seen).select_related("invitation__session").order_by("pk")
    changed = [each for each in rows if each.changed_at > seen[each.pk]]
    # Of one whose time had passed, the change may have taken it away.
    rows.update(posted_at=at, goes_at=Coalesce("goes_at", Value(at)))
    if not changed:
        return []
    leaves = next_letters([person_id], at).get(person_id)
    following = [
        BriefingLetter(
            invitation=each.invitation,
            person_id=person_id,
            about=each.about,
            changed_at=each.changed_at,
            tell_by=each.tell_by,
            goes_at=_in_time(each, leaves),
        )
        for each in changed
    ]
    BriefingLetter.objects.bulk_create(following)
    return following


def _hold(person_id: int) -> None:
    """Whoever plans or changes a briefing holds the people whom it tells: one waits for the other."""
    User.objects.select_for_update(no_key=True).get(pk=person_id)


def _in_time(letter: BriefingLetter, leaves: datetime | None) -> datetime | None:
    return leaves if leaves is not None and leaves < letter.invitation.session.starts_at else None
