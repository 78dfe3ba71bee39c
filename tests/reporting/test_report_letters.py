"""Leads are told of a report that they can look at by the one letter of the week, or by who manages it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from organisations.actions.bounces import note_bounce
from organisations.bounces import HEADER, Bounce, Why
from organisations.clock import LONDON
from organisations.letter_limits import last_letters
from organisations.models import Appointment, User
from reporting.actions import comment_on_report, publish_report, share_report
from reporting.mail import post_report_letter
from reporting.models import Report
from reporting.selectors.letters import untold_in
from tests.factories.organisations import AwayFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory
from tests.factories.reporting import ReportFactory
from tests.organisations.lead_world import sign_in
from tests.reporting.test_pages import words
from tests.reporting.test_reports import page

#: A Saturday; the report may be published on the Friday after.
NOW = datetime(2026, 11, 21, 12, tzinfo=LONDON)
FROM = datetime(2026, 11, 27, 9, tzinfo=LONDON)


@pytest.fixture
def draft(scene):
    """A draft about the day before."""
    return ReportFactory(
        partnership=scene.partnership,
        day=date(2026, 11, 20),
        delivery_from=date(2026, 1, 1),
        delivery_to=date(2026, 11, 20),
    )


@pytest.fixture
def shared(draft, django_capture_on_commit_callbacks):
    """One that the leads were told of."""
    with django_capture_on_commit_callbacks(execute=True):
        return share_report(report=draft, by=None, at=NOW)


def test_leads_are_told_by_day_of_what_was_shared_at_night(draft, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with time_machine.travel(datetime(2026, 11, 21, 22, tzinfo=LONDON), tick=False):
        share_report(report=draft, by=None, at=timezone.now())
    waiting = DBTaskResult.objects.filter(task_path=post_report_letter.module_path)
    assert waiting.count() == 2
    assert {task.run_after for task in waiting} == {datetime(2026, 11, 22, 8, tzinfo=LONDON)}
    with time_machine.travel(datetime(2026, 11, 22, 7, 59, tzinfo=LONDON), tick=False):
        assert not waiting.ready().exists()
    with time_machine.travel(datetime(2026, 11, 22, 8, 1, tzinfo=LONDON), tick=False):
        assert waiting.ready().count() == 2


def remind(person, place, at):
    ReminderFactory(round=ReminderRoundFactory(), person=person, organisation=place, goes_at=at)


def test_who_had_another_is_told_when_the_week_is_over(draft, scene):
    remind(scene.world.lead, scene.ours, NOW - timedelta(days=3))
    report = share_report(report=draft, by=None, at=NOW)
    assert report.letters.get(person=scene.world.lead).goes_at == NOW + timedelta(days=4)
    assert last_letters([scene.world.lead.pk]) == {scene.world.lead.pk: NOW + timedelta(days=4)}
    assert untold_in(report, NOW) == []


def test_where_that_is_too_late_who_manages_it_reads_of_the_organisation(draft, scene):
    remind(scene.world.lead, scene.ours, NOW)
    report = share_report(report=draft, by=None, at=NOW)
    assert report.letters.get(person=scene.world.lead).goes_at is None
    assert untold_in(report, NOW) == [scene.ours.name]
    said = words(sign_in(scene.world.partnership_lead).get(page(report)))
    assert "No letter reaches the leads of these organisations in time" in said
    assert "No letter reaches" not in words(sign_in(scene.world.their_lead).get(page(report)))
    # Who has commented knows of it.
    part = report.parts.get(organisation=scene.ours)
    comment_on_report(part=part, text="Right.", by=scene.world.lead, at=NOW)
    assert untold_in(report, NOW) == []


def test_nor_is_anybody_told_who_has_no_address_or_is_away_or_where_nobody_leads(draft, scene):
    User.objects.filter(pk=scene.world.lead.pk).update(email="")
    Appointment.objects.filter(person=scene.world.their_lead).delete()
    report = share_report(report=draft, by=None, at=NOW)
    assert untold_in(report, NOW) == sorted([scene.ours.name, scene.world.theirs.name])


def test_shared_anew_it_waits_its_turn_and_they_are_told_of_the_new_numbers(shared, scene):
    first = shared.letters.get(person=scene.world.lead)
    assert first.posted_at is not None
    at = NOW + timedelta(days=1)
    again = share_report(report=shared, by=None, at=at)
    # They had one yesterday, and it may be published before the week is over: that letter does not tell of these.
    assert untold_in(again, at) == sorted([scene.ours.name, scene.world.theirs.name])
    at = NOW + timedelta(days=4)
    again = share_report(report=again, by=None, at=at)
    letter = again.letters.get(person=scene.world.lead, posted_at=None)
    assert letter.goes_at == first.goes_at + timedelta(days=7)
    assert untold_in(again, at) == []


def test_one_that_waits_when_it_is_shared_anew_keeps_its_turn(draft, scene):
    remind(scene.world.lead, scene.ours, NOW - timedelta(days=3))
    report = share_report(report=draft, by=None, at=NOW)
    again = share_report(report=report, by=None, at=NOW + timedelta(days=1))
    assert again.letters.get(person=scene.world.lead).goes_at == NOW + timedelta(days=4)


def test_one_that_is_on_its_way_when_it_is_shared_anew_keeps_its_turn(draft, scene):
    report = share_report(report=draft, by=None, at=NOW)
    again = share_report(report=report, by=None, at=NOW + timedelta(hours=1))
    assert again.letters.get(person=scene.world.lead).goes_at == NOW
    assert untold_in(again, NOW + timedelta(hours=1)) == []


def test_dropped_once_it_is_published_or_they_lead_nothing_of_it(draft, scene, mailoutbox):
    report = share_report(report=draft, by=None, at=NOW)
    letters = {each.person: each.pk for each in report.letters.all()}
    Appointment.objects.filter(person=scene.world.their_lead).update(ended_on=date(2026, 11, 1))
    post_report_letter.call(letters[scene.world.their_lead])
    publish_report(report=report, by=None, at=FROM)
    post_report_letter.call(letters[scene.world.lead])
    assert mailoutbox == []


def test_of_a_letter_that_came_back_who_manages_it_reads(shared, scene, mailoutbox):
    assert untold_in(shared, NOW) == []
    [letter] = [each for each in mailoutbox if each.to == [scene.world.lead.email]]
    note_bounce(bounce=Bounce(letter.message()[HEADER], Why.CLOSED), at=NOW)
    assert untold_in(shared, NOW) == [scene.ours.name]
    assert list(last_letters([scene.world.lead.pk, scene.world.their_lead.pk])) == [scene.world.their_lead.pk]


def test_two_presses_of_share_are_one(draft):
    seen = Report.objects.get(pk=draft.pk)
    share_report(report=draft, by=None, at=NOW)
    with pytest.raises(ValidationError, match="has just been shared"):
        share_report(report=seen, by=None, at=NOW)


class TestTheSecondLook:
    """A worker that was stopped comes to a letter later than was planned."""

    @pytest.fixture
    def letter(self, draft, scene):
        return share_report(report=draft, by=None, at=NOW).letters.get(person=scene.world.lead)

    def post_late(self, letter, scene, posted_at):
        planned = posted_at - timedelta(days=8)
        ReminderFactory(person=scene.world.lead, goes_at=planned, posted_at=posted_at)
        post_report_letter.call(letter.pk)
        letter.refresh_from_db()

    def test_it_waits_for_its_week_where_that_is_in_time(self, letter, scene, mailoutbox):
        posted_at = NOW - timedelta(days=4)
        self.post_late(letter, scene, posted_at)
        assert (letter.goes_at, letter.posted_at) == (posted_at + timedelta(days=7), None)
        assert mailoutbox == []
        assert untold_in(letter.report, NOW) == []

    def test_else_who_manages_it_reads_of_the_organisation(self, letter, scene, mailoutbox):
        self.post_late(letter, scene, NOW)
        assert (letter.goes_at, letter.posted_at) == (None, None)
        assert mailoutbox == []
        assert untold_in(letter.report, NOW) == [scene.ours.name]

    def test_not_while_they_are_away(self, letter, scene, mailoutbox):
        back = date(2026, 11, 24)
        place = scene.world.lead.memberships.get()
        AwayFactory(membership=place, started_on=date(2026, 11, 20), ended_on=back - timedelta(days=1))
        post_report_letter.call(letter.pk)
        letter.refresh_from_db()
        assert letter.goes_at == datetime(2026, 11, 24, 8, tzinfo=LONDON)
        assert mailoutbox == []
