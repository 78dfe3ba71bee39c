"""What is written when a letter comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from organisations.bounces import Bounce
from organisations.events import letter_came_back
from organisations.mail import INVITATION
from organisations.models import Invitation, SentLetter

#: Servers give up after some five days, and say so at once.
KEPT = timedelta(days=30)


@transaction.atomic
def note_bounce(*, bounce: Bounce, at: datetime) -> bool:
    """Marks what the letter with this key was about as not delivered; says whether it was news.

    Anybody can send such a report: an unknown key does nothing, the same one twice does nothing more, nothing is
    deleted and nobody is written to. Only the newest letter about something tells of it: what comes late about one
    before it is no news, for the letter after it may have arrived.
    """
    letter = SentLetter.objects.select_for_update().filter(key=bounce.key, came_back_at__isnull=True).first()
    if letter is None:
        return False
    letter.came_back_at = at
    letter.save(update_fields=["came_back_at"])
    if SentLetter.objects.filter(kind=letter.kind, about=letter.about, pk__gt=letter.pk).exists():
        return False
    if letter.kind == INVITATION.template:
        unanswered = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
        unanswered.filter(pk__in=letter.about).update(unsent_at=at, unsent_why=bounce.why)
    letter_came_back.send(sender=SentLetter, kind=letter.kind, about=letter.about, why=bounce.why, at=at)
    return True


def forget_sent_letters(*, at: datetime) -> None:
    """Lets go of the keys of letters that nobody will send back any more."""
    SentLetter.objects.filter(sent_at__lt=at - KEPT).delete()
