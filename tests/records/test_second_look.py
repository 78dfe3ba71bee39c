"""A letter of the week is looked at again when its task has come: much may have happened since it was planned."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from organisations.letter_limits import last_letters
from organisations.models import User
from records import mail, mail_briefings
from records.actions.places import take_place
from records.actions.sessions import answer_invitation, invite_organisations
from records.actions.telling import tell_of_change
from records.mail import post_reminder
from records.mail_briefings import post_change
from records.models import BriefingLetter, Reminder, Session
from records.selectors.reminders import Line
from records.selectors.telling import untold_in
from tests.factories.courses import make_module
from tests.factories.organisations import AwayFactory, MembershipFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory, SessionInvitationFactory
from tests.records.rooms import START, make_room, plan
from tests.records.test_completions import at_once
from tests.records.test_telling import by_days, cancel, lead_of

#: Thirteen days before the briefing, on a Wednesday.
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Outcome = Reminder.Outcome


@pytest.fixture
def room(place, site_tree, today):
    """A briefing that is cancelled; one of those who come has a letter that leaves now."""
    today.move_to(NOW)
    found = make_room(place)
    (invitation,) = invite_organisations(
        session=found.session, organisations=[found.council], by=found.trainer, at=NOW
    )
    answer_invitation(invitation=invitation, is_accepted=True, by=found.learner, at=NOW)
    take_place(session=found.session, person=found.learner, at=NOW)
    return SimpleNamespace(**vars(found), invitation=invitation)


def post_late(person, organisation, posted_at) -> Reminder:
    """A letter that was planned for the week before and has left much later."""
    sent = ReminderRoundFactory(organisation=organisation)
    return ReminderFactory(round=sent, person=person, goes_at=posted_at - 8 * DAY, posted_at=posted_at)


def letter_of(person) -> BriefingLetter:
    return BriefingLetter.objects.filter(person=person).latest("pk")


def test_the_week_begins_when_a_letter_has_left_not_when_it_was_planned(room):
    post_late(room.learner, room.council, NOW - HOUR)
    assert last_letters([room.learner.pk]) == {room.learner.pk: NOW - HOUR}
    ReminderFactory(round=ReminderRoundFactory(), person=room.other, goes_at=NOW)
    assert last_letters([room.other.pk]) == {room.other.pk: NOW}
    assert last_letters([room.other.pk], are_posted=True) == {}


class TestBriefings:
    def test_one_waits_for_its_week_and_is_queued_for_then(self, room, mailoutbox, settings):
        cancel(room)
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        post_late(room.learner, room.council, NOW - HOUR)
        post_change.call(letter_of(room.learner).pk)
        leaves = NOW - HOUR + 7 * DAY
        assert (letter_of(room.learner).goes_at, letter_of(room.learner).posted_at) == (leaves, None)
        [task] = DBTaskResult.objects.filter(task_path=post_change.module_path)
        assert task.run_after == leaves
        assert mailoutbox == []
        assert untold_in(room.council, NOW) == []

    def test_one_that_would_come_too_late_is_told_by_the_lead(self, room, mailoutbox, today):
        cancel(room)
        at = START - 3 * DAY
        today.move_to(at)
        post_late(room.learner, room.council, at - HOUR)
        post_change.call(letter_of(room.learner).pk)
        assert letter_of(room.learner).goes_at is None
        assert mailoutbox == []
        assert [each.person for each in untold_in(room.council, at)] == [room.learner]

    def test_who_is_away_by_then_gets_it_when_they_are_back(self, room, mailoutbox):
        cancel(room)
        membership = room.learner.memberships.get()
        AwayFactory(membership=membership, started_on=date(2026, 5, 1), ended_on=date(2026, 5, 24))
        post_change.call(letter_of(room.learner).pk)
        assert letter_of(room.learner).goes_at == datetime(2026, 5, 25, 7, 0, tzinfo=UTC)
        assert mailoutbox == []

    def test_what_goes_along_waits_along(self, room, mailoutbox):
        cancel(room)
        second = plan(room, make_module(), [room.trainer], starts_at=START + DAY, ends_at=START + 2 * DAY)
        place = SessionInvitationFactory(
            session=second, organisation=room.council, person=room.learner, answer="accepted", answered_at=NOW
        )
        BriefingLetter.objects.create(invitation=place, person=room.learner, tell_by=START, goes_at=NOW)
        reminder = post_late(room.learner, room.council, NOW - HOUR)
        for each in BriefingLetter.objects.order_by("-pk"):
            post_change.call(each.pk)
        assert set(BriefingLetter.objects.values_list("goes_at", flat=True)) == {NOW - HOUR + 7 * DAY}
        reminder.delete()
        for each in BriefingLetter.objects.order_by("-pk"):
            post_change.call(each.pk)
        assert len(mailoutbox) == 1
        assert not BriefingLetter.objects.filter(posted_at=None).exists()

    def test_what_changes_while_a_letter_leaves_is_told_in_one_that_follows(self, room, mailoutbox, monkeypatch):
        by_days(room, 1)
        post = mail_briefings.post

        def while_it_changes(*args, **context):
            post(*args, **context)
            by_days(room, 6, at=NOW + timedelta(seconds=10))

        monkeypatch.setattr(mail_briefings, "post", while_it_changes)
        first = letter_of(room.learner)
        post_change.call(first.pk)
        assert len(mailoutbox) == 1
        then = letter_of(room.learner)
        assert then != first
        # The old words have left, so it is the letter after them.
        assert (then.goes_at, then.posted_at) == (NOW + 7 * DAY, None)
        assert then.changed_at == NOW + timedelta(seconds=10)
        first.refresh_from_db()
        assert first.posted_at == NOW

    def test_one_that_would_follow_too_late_is_told_by_the_lead(self, room, monkeypatch, today):
        at = START - 3 * DAY
        today.move_to(at)
        by_days(room, 1, at=at)
        post = mail_briefings.post

        def while_it_changes(*args, **context):
            post(*args, **context)
            cancel(room, at=at + timedelta(seconds=10))

        monkeypatch.setattr(mail_briefings, "post", while_it_changes)
        post_change.call(letter_of(room.learner).pk)
        assert letter_of(room.learner).goes_at is None
        assert [each.person for each in untold_in(room.council, at)] == [room.learner]


class TestReminders:
    @pytest.fixture
    def reminder(self, room):
        return ReminderFactory(
            round=ReminderRoundFactory(organisation=room.council), person=room.learner, goes_at=NOW - HOUR
        )

    def test_who_had_another_letter_meanwhile_is_left_out_and_the_round_says_so(self, room, reminder, mailoutbox):
        post_late(room.learner, room.council, NOW - 3 * HOUR)
        post_reminder.call(reminder.pk)
        reminder.refresh_from_db()
        assert (reminder.outcome, reminder.goes_at, reminder.posted_at) == (Outcome.RECENTLY, None, None)
        assert mailoutbox == []

    @pytest.mark.parametrize(("name", "outcome"), [("council", Outcome.AWAY), ("police", Outcome.NOT_NEEDED)])
    def test_so_is_who_is_away_from_it_by_now_but_not_from_elsewhere(self, room, reminder, name, outcome, mailoutbox):
        MembershipFactory(person=room.learner, organisation=room.police)
        membership = room.learner.memberships.get(organisation=getattr(room, name))
        AwayFactory(membership=membership, started_on=date(2026, 5, 1), ended_on=None)
        post_reminder.call(reminder.pk)
        reminder.refresh_from_db()
        assert (reminder.outcome, reminder.goes_at) == (outcome, None)
        assert mailoutbox == []

    def test_who_is_asked_for_nothing_any_more_is_left_out_and_keeps_their_week(self, room, reminder, mailoutbox):
        assert last_letters([room.learner.pk]) == {room.learner.pk: NOW - HOUR}
        post_reminder.call(reminder.pk)
        reminder.refresh_from_db()
        assert (reminder.outcome, reminder.goes_at, reminder.posted_at) == (Outcome.NOT_NEEDED, None, None)
        assert last_letters([room.learner.pk]) == {}
        assert mailoutbox == []

    @pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
    def test_so_is_who_cannot_be_written_to_any_more(self, room, reminder, changes, monkeypatch, mailoutbox):
        monkeypatch.setattr(mail, "lines_for", lambda person, day: [Line("Seeing it", "Please complete it.")])
        User.objects.filter(pk=room.learner.pk).update(**changes)
        post_reminder.call(reminder.pk)
        reminder.refresh_from_db()
        assert (reminder.outcome, last_letters([room.learner.pk])) == (Outcome.NO_ADDRESS, {})
        assert mailoutbox == []

    def test_at_night_it_waits_for_the_morning(self, reminder, settings, today, mailoutbox):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        today.move_to(datetime(2026, 5, 20, 21, 0, tzinfo=UTC))
        post_reminder.call(reminder.pk)
        [task] = DBTaskResult.objects.filter(task_path=post_reminder.module_path)
        assert task.run_after == datetime(2026, 5, 21, 7, 0, tzinfo=UTC)
        reminder.refresh_from_db()
        assert (reminder.outcome, mailoutbox) == (Outcome.SENT, [])


def test_asking_and_telling_cost_the_same_for_any_number_of_leads(room):
    counts = []
    for more in (1, 5):
        for _each in range(more):
            lead_of(room.council)
            lead_of(room.police)
        session = Session.objects.get(pk=room.session.pk)
        with CaptureQueriesContext(connection) as asking:
            (made,) = invite_organisations(session=session, organisations=[room.police], by=room.trainer, at=NOW)
        with CaptureQueriesContext(connection) as telling:
            tell_of_change(session=session, known_start=START, at=NOW)
        counts.append((len(asking), len(telling)))
        made.delete()
        BriefingLetter.objects.all().delete()
    assert counts[0] == counts[1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several connections: runs on PostgreSQL")
class TestTwoWorkers:
    def test_of_two_letters_to_one_person_one_leaves_this_week(self, room, monkeypatch, mailoutbox):
        monkeypatch.setattr("records.actions.telling.queue_news", lambda letter: None)
        monkeypatch.setattr("records.mail.lines_for", lambda person, day: [Line("Module", "Module: please.")])
        cancel(room)
        letter = letter_of(room.learner)
        sent = ReminderRoundFactory(organisation=room.council)
        reminder = ReminderFactory(round=sent, person=room.learner, goes_at=NOW)
        post, both = mail.post, threading.Barrier(2)

        def slowly(*args, **context):
            """A mail server that takes its time."""
            time.sleep(0.5)
            post(*args, **context)

        for module in (mail, mail_briefings):
            monkeypatch.setattr(module, "post", slowly)

        def work(task, pk):
            both.wait(10)
            task.call(pk)

        results = at_once(lambda: work(post_change, letter.pk), lambda: work(post_reminder, reminder.pk))
        assert results == [None, None]
        assert len(mailoutbox) == 1
        letter.refresh_from_db()
        reminder.refresh_from_db()
        if letter.posted_at:
            assert reminder.outcome == Outcome.RECENTLY
        else:
            assert letter.goes_at == NOW + 7 * DAY
