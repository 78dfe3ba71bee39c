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
from organisations.mail import is_put_off, later, post, queue_with_write
from organisations.models import Organisation, User
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
    """Writes one letter in the person's language; none where nothing is asked any more, or while they are away.

    Outside the hours of letters it is put off until they begin.
    """
    reminder = (
        Reminder.objects.select_related("person", "organisation", "round")
        .filter(pk=pk, outcome=Reminder.Outcome.SENT, posted_at__isnull=True)
        .exclude(person__email="")
        .first()
    )
    now = timezone.now()
    if reminder is None or away_on(day_of(now), [reminder.person_id], reminder.organisation):
        return
    if is_put_off(post_reminder, pk, now):
        return
    person = reminder.person
    with override(person.language):
        context = letter_context(person, reminder.organisation, reminder.round.words, day_of(now))
    if not context["lines"]:
        return
    post(REMINDER, [pk], person.email, person.language, my_learning_link, **context)
    Reminder.objects.filter(pk=pk).update(posted_at=now)


@task()
def post_regrade(pk: int) -> None:
    """Tells a person in their language that they pass now; none while they are away or where it has left."""
    row = RegradedAttempt.objects.filter(pk=pk, goes_at__isnull=False, posted_at__isnull=True)
    found = row.select_related("attempt__enrolment__person__merged_into", "attempt__enrolment__edition").first()
    if found is None:
        return
    enrolment, now = found.attempt.enrolment, timezone.now()
    person = enrolment.person.merged_into or enrolment.person
    if not person.email or not person.is_active or away_on(day_of(now), [person.pk]):
        return
    if is_put_off(post_regrade, pk, now):
        return
    with override(person.language):
        module = module_title(enrolment.edition).text
    post(LOOKED_AGAIN, [pk], person.email, person.language, my_learning_link, module=module)
    row.update(posted_at=now)


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
