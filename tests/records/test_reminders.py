"""Reminders: who gets one, who does not, what stands in it and when it leaves."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations.models import Organisation
from organisations.rules_letters import leaves_at
from privacy.actions.erasure import erase_person
from records.actions.reminders import remind_before_expiry, remind_people
from records.actions.standing import rebuild_standing
from records.mail import post_reminder
from records.models import Reminder, ReminderRound
from records.rules.reminders import holds_address, is_time_to_remind, names_in
from records.tasks import remind_by_day
from tests.factories.organisations import AwayFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.records import CompletionFactory, RequirementVersionFactory

LONDON = ZoneInfo("Europe/London")
Outcome = Reminder.Outcome


@pytest.fixture
def place(db, today):
    """On Saturday 21 November 2026 at noon: a module is required of everyone since January."""
    version = RequirementVersionFactory(
        requirement__module_title="Seeing it", is_for_all_roles=True, valid_for_months=12
    )
    place = OrganisationFactory(name="Riverside Council", partnership=version.requirement.partnership)
    place.module_key = version.requirement.module_key
    return place


def join(place: Organisation, name="Mina Member", **fields):
    membership = MembershipFactory(organisation=place, person__name=name, **fields)
    rebuild_standing([membership.pk])
    return membership.person


def send(place, *people, words="Please find the time this week.", **fields):
    return remind_people(
        organisation=place,
        person_ids=[person.pk for person in people],
        words=words,
        key=fields.pop("key", uuid.uuid4()),
        by=fields.pop("by", None) or UserFactory(name="Ada Lead"),
        at=timezone.now(),
    )


def outcomes(sent):
    return {each.person.name: each.outcome for each in sent.reminders.all()}


def test_a_letter_says_the_leads_words_and_what_is_asked_and_names_nobody(place, django_capture_on_commit_callbacks):
    one, other = join(place), join(place, "Otto Other")
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(place, one, other, words="It matters to us <b>all</b>.\nThank you.")
    assert outcomes(sent) == {"Mina Member": "sent", "Otto Other": "sent"}
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {one.email, other.email}
    letter = letters[one.email]
    assert letter.subject == "Your learning: a reminder"
    assert "It matters to us <b>all</b>.\nThank you." in letter.body
    assert "&lt;b&gt;all&lt;/b&gt;" in letter.alternatives[0][0]
    assert "Seeing it: it was to be completed by 4 February 2026." in letter.body
    for name in ("Otto", "Mina", "Ada"):
        assert name not in letter.body + letter.alternatives[0][0] + letter.subject
    assert sent.reminders.filter(posted_at__isnull=True).count() == 0


@pytest.mark.parametrize("language", ["ar", "fa", "fr", "pt", "so", "es"])
def test_all_but_the_words_is_in_the_persons_language(place, language, django_capture_on_commit_callbacks):
    person = join(place, person__language=language)
    with django_capture_on_commit_callbacks(execute=True):
        send(place, person)
    (letter,) = mail.outbox
    assert letter.subject != "Your learning: a reminder"
    assert f"/{language}/learn/" in letter.body
    for text in ("Please find the time this week.", "Seeing it"):
        assert text in letter.body
    for text in ("reminds you", "it was to be completed", "at most once"):
        assert text not in letter.body


def test_nobody_gets_two_within_seven_days_whoever_sends(place, today):
    person = join(place)
    assert outcomes(send(place, person)) == {"Mina Member": "sent"}
    elsewhere = MembershipFactory(person=person).organisation
    assert outcomes(send(elsewhere, person)) == {"Mina Member": "recently"}
    today.shift(timedelta(days=6, hours=23))
    assert outcomes(send(place, person)) == {"Mina Member": "recently"}
    today.shift(timedelta(hours=1))
    assert outcomes(send(place, person)) == {"Mina Member": "sent"}


def test_who_is_away_or_has_no_address_is_left_out_and_said(place):
    away, mute = join(place, "Away Ann"), join(place, "Mute Max", person__email="")
    AwayFactory(membership=away.memberships.get(), started_on=date(2026, 11, 1), ended_on=None)
    assert outcomes(send(place, away, mute)) == {"Away Ann": "away", "Mute Max": "no_address"}


def test_away_from_another_employer_is_not_told_to_this_one(place):
    person = join(place)
    AwayFactory(membership=MembershipFactory(person=person), started_on=date(2026, 11, 1), ended_on=None)
    assert outcomes(send(place, person)) == {"Mina Member": "sent"}


def test_a_letter_merged_into_another_account_counts(place):
    person, before = join(place), UserFactory()
    ReminderRound.objects.create(organisation=place)
    Reminder.objects.create(
        round=ReminderRound.objects.get(),
        person=before,
        organisation=place,
        outcome="sent",
        goes_at=timezone.now() - timedelta(days=2),
    )
    before.merged_into = person
    before.save()
    assert outcomes(send(place, person)) == {"Mina Member": "recently"}


@pytest.mark.parametrize(
    "words",
    [
        "See https://example.org/now",
        "Look at www.example.org",
        "Write to me@example.org",
        "It is at evil.co.uk/x",
        "Ask mina  member about it",
        "Hidden \u202e sign",
        "x" * 501,
    ],
)
def test_words_with_addresses_names_or_hidden_signs_are_refused_and_nothing_is_sent(place, words):
    person = join(place)
    with pytest.raises(ValidationError):
        send(place, person, words=words)
    assert not ReminderRound.objects.exists()


def test_nobody_is_refused(place):
    with pytest.raises(ValidationError):
        send(place)


def test_pressed_twice_it_sends_once(place):
    person, key = join(place), uuid.uuid4()
    assert send(place, person, key=key) == send(place, person, key=key)
    assert Reminder.objects.count() == 1


def test_a_letter_is_not_written_when_nothing_is_asked_any_more(place, django_capture_on_commit_callbacks):
    person = join(place)
    with django_capture_on_commit_callbacks() as waiting:
        sent = send(place, person)
    CompletionFactory(person=person, module_key=place.module_key, completed_on=date(2026, 11, 21))
    rebuild_standing()
    for call in waiting:
        call()
    assert mail.outbox == []
    assert sent.reminders.get().posted_at is None


def test_a_letter_leaves_once_however_often_its_task_runs(place, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(place, join(place))
    post_reminder.call(sent.reminders.get().pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", "2026-11-21 08:00"),
        ("2026-11-21 17:59", "2026-11-21 17:59"),
        ("2026-11-21 18:00", "2026-11-22 08:00"),
        ("2026-03-28 23:30", "2026-03-29 08:00"),
    ],
)
def test_letters_leave_by_day_in_london(moment, leaves):
    at = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    assert leaves_at(at) == datetime.fromisoformat(leaves).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("days_left", "reminded_days_left", "expected"),
    [
        (31, None, False),
        (30, None, True),
        (8, None, True),
        (8, 30, False),
        (7, 30, True),
        (7, 8, True),
        (3, 7, False),
        (0, 30, True),
        (-1, None, False),
    ],
)
def test_signpost_reminds_thirty_and_seven_days_before(days_left, reminded_days_left, expected):
    ends_on = date(2026, 12, 31)
    reminded_on = None if reminded_days_left is None else ends_on - timedelta(days=reminded_days_left)
    assert is_time_to_remind(ends_on, ends_on - timedelta(days=days_left), reminded_on) is expected


def test_words_may_speak_of_many_things():
    for words in ("Finish by 5.30 today. Thanks.", "See you on Mon.Tue is too late", "We are at 80% now!"):
        assert not holds_address(words)
    assert not names_in("Please do it.", ["Al", ""])


def test_once_a_day_signpost_reminds_of_what_ends_soon(place, today, django_capture_on_commit_callbacks):
    ending, later, away = join(place, "Ending Eva"), join(place, "Later Lea"), join(place, "Away Ann")
    for person, day in ((ending, date(2025, 12, 10)), (later, date(2026, 1, 20)), (away, date(2025, 12, 10))):
        CompletionFactory(person=person, module_key=place.module_key, completed_on=day)
    AwayFactory(membership=MembershipFactory(person=away), started_on=date(2026, 11, 1), ended_on=None)
    rebuild_standing()
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_by_day(timezone.now())
    assert outcomes(ReminderRound.objects.get()) == {"Ending Eva": "sent"}
    assert "Seeing it: valid until 10 December 2026." in mail.outbox[0].body
    assert not remind_by_day(timezone.now())
    assert remind_before_expiry(at=timezone.now()) is None
    today.shift(timedelta(days=1))
    assert outcomes(remind_before_expiry(at=timezone.now())) == {}
    today.shift(timedelta(days=13))
    assert outcomes(remind_before_expiry(at=timezone.now())) == {"Ending Eva": "sent"}


def test_what_signpost_said_before_a_merge_is_not_said_again(place, today):
    before, kept = join(place, "Ending Eva"), join(place, "Eva Ending")
    CompletionFactory(person=before, module_key=place.module_key, completed_on=date(2025, 12, 10))
    rebuild_standing()
    assert outcomes(remind_before_expiry(at=timezone.now())) == {"Ending Eva": "sent"}
    before.merged_into = kept
    before.save()
    rebuild_standing()
    today.shift(timedelta(days=8))
    assert outcomes(remind_before_expiry(at=timezone.now())) == {}
    today.shift(timedelta(days=6))
    assert outcomes(remind_before_expiry(at=timezone.now())) == {"Eva Ending": "sent"}


def test_signpost_does_not_remind_at_night(place, today):
    today.move_to("2026-11-21 20:00 +0000")
    assert not remind_by_day(timezone.now())
    assert not ReminderRound.objects.exists()


def test_whoever_is_erased_is_on_no_list_any_more(place):
    person = join(place)
    send(place, person)
    erase_person(person=person, by=None, at=timezone.now())
    assert not Reminder.objects.exists()
