"""Keys are corrected while others hand in, decide and are written to: everybody waits for whom they have to."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from time import monotonic, sleep

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from organisations.models import User
from quizzes.models import Correction
from records.actions import looking_again
from records.actions.learning import save_answer, start_attempt, start_module, submit_attempt
from records.actions.looking_again import look_again
from records.actions.regrading import apply_regrade, propose_regrade, write_regrade
from records.models import Completion, RegradedAttempt, Reminder
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_reviewer
from tests.factories.records import ReminderFactory
from tests.records.conftest import NOW
from tests.records.test_completions import at_once
from tests.records.test_quiz import quiz_lesson
from tests.records.test_regrading import proposed, take, trainer_and_reviewer, turned, two_questions, version_of

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
    pytest.mark.usefixtures("today"),
]


@pytest.fixture
def module(place):
    return two_questions()


@pytest.fixture
def people(place):
    return trainer_and_reviewer(place)


def answered_before(person, module, version):
    """Begun and answered before the correction: by the old key not quite, by the new one right."""
    enrolment = start_module(person=person, module=module, at=NOW)
    draft = start_attempt(enrolment=enrolment, lesson_key=quiz_lesson(module), at=NOW)
    right_then = next(each["key"] for each in turned(version)["choices"] if each["is_correct"])
    for asked in asked_in(draft).places:
        keys = [right_then] if asked.question.kind == "single_choice" else ["true"]
        save_answer(draft=draft, question=asked.question, answer=keys, seen=[], at=NOW)
    return draft


def test_applied_by_two_at_once_while_somebody_hands_in(place, module, people):
    trainer, reviewer = people
    take(place.learner, module, is_right=False)
    version = version_of(module)
    draft = answered_before(place.other, module, version)
    made = write_regrade(version=version, content=turned(version), by=trainer, at=NOW)
    propose_regrade(regrade=made, reason="It changed.", by=trainer, at=NOW)
    other = make_reviewer(place.partnership)
    apply = [lambda by=by: apply_regrade(regrade=made, by=by, at=timezone.now()) for by in (reviewer, other)]
    at_once(*apply, lambda: submit_attempt(person=place.other, key=draft.key, at=NOW))
    at_once(look_again, look_again)
    assert Correction.objects.count() == 1
    # Marked by the old key and looked at again, or by the new one: never missed.
    assert Completion.objects.filter(person__in=[place.learner, place.other]).count() == 2
    call_command("remark", "--check")


def test_who_has_read_the_old_key_and_hands_in_later_is_waited_for(place, module, people):
    """Begun before, marked by the old key, and on record only after the corrected one."""
    made, version = proposed(module, people), version_of(module)
    draft = answered_before(place.other, module, version)
    has_read = Event()

    def hand_in() -> None:
        with transaction.atomic():
            attempt = submit_attempt(person=place.other, key=draft.key, at=NOW)
            assert not attempt.is_passed
            has_read.set()
            until = monotonic() + 20
            while not Correction.objects.exists() and monotonic() < until:
                sleep(0.05)
            # The worker would look for attempts now, and waits.
            sleep(0.5)

    def look() -> None:
        assert has_read.wait(20)
        apply_regrade(regrade=made, by=people[1], at=timezone.now())
        look_again()

    at_once(hand_in, look)
    assert RegradedAttempt.objects.get().is_passed
    assert Completion.objects.get().person == place.other
    call_command("remark", "--check")


def test_who_is_reminded_at_that_moment_is_written_to_a_week_later(place, module, people, monkeypatch):
    """Everybody holds people in the order of their numbers, so nobody waits for one another."""
    monkeypatch.setattr(looking_again, "TRIES", 1)
    # The worker looks, not whoever applies it.
    monkeypatch.setattr("records.actions.regrading._queue_looking", lambda: None)
    first, second = sorted((place.learner, place.other), key=lambda person: person.pk)
    # The later of the two has begun before the other: held one by one, they would be held the other way round.
    for person in (second, first):
        take(person, module, is_right=False)
    apply_regrade(regrade=proposed(module, people), by=people[1], at=NOW)
    is_held = Event()

    def remind() -> None:
        with transaction.atomic():
            list(User.objects.select_for_update(no_key=True).filter(pk=first.pk))
            is_held.set()
            sleep(0.7)
            list(User.objects.select_for_update(no_key=True).filter(pk=second.pk))
            ReminderFactory(person=first)

    def look() -> None:
        assert is_held.wait(20)
        look_again()

    assert at_once(remind, look) == [None, None]
    reminded = Reminder.objects.get().goes_at
    assert RegradedAttempt.objects.get(attempt__enrolment__person=first).goes_at >= reminded + timedelta(days=7)
    assert Completion.objects.filter(person__in=[first, second]).count() == 2
