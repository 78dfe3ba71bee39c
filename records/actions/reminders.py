"""Reminds people of what is asked of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.clock import LONDON, day_of
from organisations.letter_limits import last_letters
from organisations.models import Organisation, User
from organisations.rules_letters import is_too_soon, leaves_at
from records.mail import queue_reminders
from records.models import Reminder, ReminderRound
from records.rules.reminders import (
    LONGEST_WORDS,
    MOST_PEOPLE,
    holds_address,
    is_time_to_remind,
    names_in,
)
from records.selectors.reminders import away_on, ending_soon, last_automatic, outcomes_of

Outcome = Reminder.Outcome


@transaction.atomic
def remind_people(
    *,
    organisation: Organisation,
    person_ids: Collection[int],
    words: str,
    key: uuid.UUID,
    by: User,
    at: datetime,
) -> ReminderRound:
    """Sends these people of an organisation a letter with a lead's own words; at most one a person in seven days.

    Who may not get one is kept in the list with the reason. The same key gives back what it sent. Raises
    ValidationError for words that hold an address, a name of somebody on the list or hidden signs, for nobody, and for
    too many people at once.
    """
    if not person_ids:
        raise ValidationError(_("Nobody is on this list any more. Nothing was sent."))
    if len(person_ids) > MOST_PEOPLE:
        raise ValidationError(
            _("These are more than %(most)s people. Choose a part of them, such as one unit or one role.")
            % {"most": MOST_PEOPLE}
        )
    # Of two leads who remind the same person at once, the second sees what the first has sent.
    people = list(User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk"))
    if found := ReminderRound.objects.filter(key=key, organisation=organisation).first():
        return found
    goes_at = leaves_at(at.astimezone(LONDON))
    sent = ReminderRound.objects.create(
        key=key,
        organisation=organisation,
        words=checked_words(words, people),
        sent_by=by,
        sent_at=at,
    )
    outcomes = outcomes_of(people, organisation, goes_at=goes_at)
    _keep(sent, [(pk, organisation.pk, outcome) for pk, outcome in outcomes.items()], goes_at)
    write_log(sent, "records.remind", by, people=sum(each == Outcome.SENT for each in outcomes.values()))
    return sent


def checked_words(words: str, people: Collection[User]) -> str:
    """A lead's words as they go into the letter: plain lines. Raises ValidationError as `remind_people` says."""
    lines = [" ".join(line.split()) for line in words.strip().splitlines()]
    plain = "\n".join(lines)
    if len(plain) > LONGEST_WORDS:
        raise ValidationError({"words": _("Say it in at most %(most)s signs.") % {"most": LONGEST_WORDS}})
    if not all(letter.isprintable() or letter == "\n" or letter in "\u200c\u200d" for letter in plain):
        raise ValidationError({"words": _("The text holds signs that cannot be seen. Type it anew.")})
    if holds_address(plain):
        raise ValidationError(
            {"words": _("Take the address out. The letter leads to My learning, and people trust it for that.")}
        )
    if names_in(plain, [person.name for person in people]):
        raise ValidationError(
            {"words": _("Take the name out. Everyone on the list gets the same words, so they would read of others.")}
        )
    return plain


@transaction.atomic
def remind_before_expiry(*, at: datetime) -> ReminderRound | None:
    """Reminds everybody of whom something ends soon: thirty and seven days before. Once a day; None where it was done.

    Who is away anywhere, or had a letter within the week, is asked again on a later day.
    """
    day, goes_at = day_of(at), leaves_at(at.astimezone(LONDON))
    sent, is_new = ReminderRound.objects.get_or_create(automatic_on=day, defaults={"sent_at": at})
    if not is_new:
        return None
    ending = ending_soon(day)
    ids = [person for person, _place, _ends_on in ending]
    list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    away, last, automatic = away_on(day, ids), last_letters(ids), last_automatic(ids)
    _keep(
        sent,
        [
            (person, place, Outcome.SENT)
            for person, place, ends_on in ending
            if person not in away
            and not is_too_soon(last.get(person), goes_at)
            and is_time_to_remind(ends_on, day, day_of(automatic[person]) if person in automatic else None)
        ],
        goes_at,
    )
    return sent


def _keep(sent: ReminderRound, rows: Collection[tuple[int, int, str]], goes_at: datetime) -> None:
    made = Reminder.objects.bulk_create(
        [
            Reminder(
                round=sent,
                person_id=person,
                organisation_id=organisation,
                outcome=outcome,
                goes_at=goes_at if outcome == Outcome.SENT else None,
            )
            for person, organisation, outcome in rows
        ],
        batch_size=1000,
    )
    queue_reminders([each.pk for each in made if each.outcome == Outcome.SENT], goes_at)
