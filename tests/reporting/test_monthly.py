"""The monthly letter: chosen by leads for themselves, without numbers, and never twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from organisations.clock import LONDON
from organisations.models import Appointment
from records.actions.reminders import remind_people
from reporting.actions import choose_monthly_report, queue_monthly_letters, share_report
from reporting.mail import post_monthly
from reporting.models import MonthlyLetter, MonthlyReader
from tests.factories.organisations import AwayFactory
from tests.factories.reporting import ReportFactory
from tests.organisations.lead_world import make_world, sign_in

MONTHLY = reverse("reporting:monthly")
FIRST = datetime(2026, 12, 1, 9, tzinfo=LONDON)


@pytest.fixture
def world(db, today):
    made = make_world()
    for person in (made.lead, made.partnership_lead):
        choose_monthly_report(person=person, is_wanted=True, at=FIRST)
    return made


def test_a_lead_switches_it_on_and_off(world):
    client = sign_in(world.their_lead)
    assert "The letter is off." in client.get(MONTHLY).content.decode()
    for _twice in range(2):
        client.post(MONTHLY, {"wanted": "yes"})
    assert MonthlyReader.objects.filter(person=world.their_lead).count() == 1
    assert "The letter is on." in client.get(MONTHLY).content.decode()
    client.post(MONTHLY, {"wanted": "no"})
    assert not MonthlyReader.objects.filter(person=world.their_lead).exists()
    assert sign_in(world.member.person).get(MONTHLY).status_code == 403


def test_it_goes_out_once_without_numbers(world, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert [queue_monthly_letters(at=FIRST) for _twice in range(2)] == [2, 0]
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([world.lead.email, world.partnership_lead.email])
    letter = mailoutbox[0]
    assert letter.subject == "Your monthly report on Signpost"
    assert "/en/coverage/" in letter.body
    assert "December 2026" in letter.body
    assert "%" not in letter.body
    assert not any(name in letter.body for name in (world.ours.name, world.member.person.name))
    post_monthly.call(MonthlyLetter.objects.first().pk)
    assert len(mailoutbox) == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert queue_monthly_letters(at=datetime(2027, 1, 4, 9, tzinfo=LONDON)) == 2


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (datetime(2026, 12, 1, 7, 59, tzinfo=LONDON), 0),
        (datetime(2026, 12, 1, 18, 0, tzinfo=LONDON), 0),
        (datetime(2026, 12, 5, 9, 0, tzinfo=LONDON), 0),
        (datetime(2027, 1, 1, 9, 0, tzinfo=LONDON), 0),
        (datetime(2026, 12, 2, 17, 59, tzinfo=LONDON), 2),
    ],
)
def test_it_goes_out_on_working_days_by_day(world, at, number):
    assert queue_monthly_letters(at=at) == number


def test_who_is_away_was_written_to_or_leads_no_more_waits(world):
    choose_monthly_report(person=world.their_lead, is_wanted=True, at=FIRST)
    AwayFactory(membership=world.lead.memberships.get(), started_on=date(2026, 11, 30), ended_on=date(2026, 12, 3))
    Appointment.objects.filter(person=world.partnership_lead).update(ended_on=date(2026, 11, 1))
    assert queue_monthly_letters(at=FIRST) == 1
    assert MonthlyLetter.objects.get().person == world.their_lead
    assert queue_monthly_letters(at=datetime(2026, 12, 4, 9, tzinfo=LONDON)) == 1


def test_a_letter_about_a_report_counts_for_the_week(scene):
    for person in (scene.world.lead, scene.world.partnership_lead):
        choose_monthly_report(person=person, is_wanted=True, at=FIRST)
    day = datetime(2026, 11, 30, 9, tzinfo=LONDON)
    share_report(report=ReportFactory(partnership=scene.partnership), by=None, at=day)
    assert queue_monthly_letters(at=FIRST) == 1
    assert MonthlyLetter.objects.get().person == scene.world.partnership_lead
    assert queue_monthly_letters(at=datetime(2026, 12, 8, 9, tzinfo=LONDON)) == 1


def test_the_command_says_what_it_did(world, capsys):
    for day, queued in ((FIRST - timedelta(days=3), 0), (FIRST, 2), (FIRST, 0)):
        with time_machine.travel(day, tick=False):
            call_command("send_monthly_reports")
        assert capsys.readouterr().out == f"Letters queued: {queued}.\n"


def test_one_letter_a_week_whichever_part_writes(world):
    def remind(at):
        return remind_people(
            organisation=world.ours,
            person_ids=[world.lead.pk],
            words="Please.",
            key=uuid4(),
            by=world.partnership_lead,
            at=at,
        )

    remind(FIRST)
    assert queue_monthly_letters(at=FIRST) == 1
    assert not MonthlyLetter.objects.filter(person=world.lead).exists()
    later = datetime(2026, 12, 9, 9, tzinfo=LONDON)
    assert queue_monthly_letters(at=later) == 1
    sent = remind(later + timedelta(days=6))
    assert [each.outcome for each in sent.reminders.all()] == ["recently"]
