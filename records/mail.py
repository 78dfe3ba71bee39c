"""Letters that remind people of what is asked of them, and that tell them of a pass they did not have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from organisations.clock import day_of
from organisations.letter_kinds import once_a_week
from organisations.mail import later, post, queue_with_write
from organisations.models import Organisation, User
from organisations.posting import in_turn, next_turn, opens_at, put_off
from records.models import RegradedAttempt, Reminder
from records.selectors.learning import module_title
from records.selectors.regrading import last_letters_of_regrades
from records.selectors.reminders import away_on, last_reminders, lines_for

REMINDER = once_a_week("records/mail/reminder", last_reminders)
LOOKED_AGAIN = once_a_week("records/mail/looked_again", last_letters_of_regrades)

#: What leads read is English.
LANGUAGE = "en"
#: Letters that one task sets going.
AT_ONCE = 500


def queue_reminders(pks: Sequence[int], goes_at: datetime) -> None:
    """Queues letters with the write that they are about; they leave when it is time."""
    for start in range(0, len(pks), AT_ONCE):
        queue_with_write(later(post_reminders, goes_at), list(pks[start : start + AT_ONCE]))


@task()
def post_reminders(pks: list[int]) -> None:
    """Queues letters one by one, so that each that fails is tried again by itself."""
    for pk in pks:
        queue_with_write(post_reminder, pk)


@task()
def post_reminder(pk: int) -> None:
    """Writes one letter in the person's language.

    Outside the hours of letters it is put off until they begin. Who is away by now, had another letter meanwhile,
    cannot be written to any more or is asked for nothing any more is left out, and the round says so: no letter, so
    another may have their week.
    """
    waiting = Reminder.objects.select_related("person", "organisation", "round").filter(
        pk=pk, outcome=Reminder.Outcome.SENT, posted_at__isnull=True
    )
    with in_turn(waiting, lambda found: found.person) as reminder:
        if reminder is None:
            return
        person, organisation, now = reminder.person, reminder.organisation, timezone.now()
        if not person.email or not person.is_active:
            _leave_out(pk, Reminder.Outcome.NO_ADDRESS)
            return
        leaves = next_turn(post_reminder, person, now, organisation=organisation)
        if leaves == now:
            with override(person.language):
                context = letter_context(person, organisation, reminder.round.words, day_of(now))
            if context["lines"]:
                post(REMINDER, [pk], person.email, person.language, my_learning_link, **context)
                Reminder.objects.filter(pk=pk).update(posted_at=now)
            else:
                _leave_out(pk, Reminder.Outcome.NOT_NEEDED)
        elif leaves == opens_at(now):
            put_off(post_reminder, pk, leaves)
        else:
            is_away = away_on(day_of(opens_at(now)), [person.human_id], organisation)
            _leave_out(pk, Reminder.Outcome.AWAY if is_away else Reminder.Outcome.RECENTLY)


def _leave_out(pk: int, why: Reminder.Outcome) -> None:
    Reminder.objects.filter(pk=pk).update(outcome=why, goes_at=None)


@task()
def post_regrade(pk: int) -> None:
    """Tells a person in their language that they pass now, in their next turn; none while they are away with no end.
    They read it on their own pages."""
    row = RegradedAttempt.objects.filter(pk=pk, goes_at__isnull=False, posted_at__isnull=True)
    waiting = row.select_related("attempt__enrolment__person__merged_into", "attempt__enrolment__edition")
    with in_turn(waiting, _who_passed) as found:
        if found is None:
            return
        person, now = _who_passed(found), timezone.now()
        if not person.email or not person.is_active:
            return
        leaves = next_turn(post_regrade, person, now, found.goes_at)
        if leaves != now:
            row.update(goes_at=leaves)
            if leaves is not None:
                put_off(post_regrade, pk, leaves)
            return
        with override(person.language):
            module = module_title(found.attempt.enrolment.edition).text
        post(LOOKED_AGAIN, [pk], person.email, person.language, my_learning_link, module=module)
        row.update(posted_at=now)


def _who_passed(found: RegradedAttempt) -> User:
    person = found.attempt.enrolment.person
    return person.merged_into or person


def letter_context(person: User, organisation: Organisation, words: str, day: date) -> dict[str, object]:
    """What the letter to a person says, in the active language; no name of anybody is in it."""
    return {"organisation": organisation, "words": words, "lines": lines_for(person, day)}


def letter_text(person: User, organisation: Organisation, words: str, day: date) -> str:
    """The letter as text, in the active language, for a look before it is sent."""
    context = letter_context(person, organisation, words, day)
    return render_to_string("records/mail/reminder.txt", {**context, "link": my_learning_link()}).strip()


def my_learning_link(**context: object) -> str:
    """The address of the person's own start page, in the active language."""
    return settings.BASE_URL + reverse("records:my_learning")
