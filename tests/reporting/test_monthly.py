"""The monthly letter: chosen by leads for themselves and others, with what each may see, and never twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.clock import LONDON
from organisations.models import Appointment, NamesSeen, Organisation
from records.actions.reminders import remind_people
from reporting.actions import choose_monthly_report, queue_monthly_letters, share_report
from reporting.mail import post_monthly
from reporting.models import MonthlyLetter, MonthlyReader
from reporting.selectors.coverage import coverage_on
from reporting.selectors.letters import monthly_readers
from reporting.tables import lines_of
from tests.factories.organisations import AppointmentFactory, AwayFactory, PartnershipFactory, UserFactory
from tests.factories.records import ReminderFactory
from tests.factories.reporting import ReportFactory
from tests.organisations.lead_world import make_world, sign_in

MONTHLY, OTHERS = reverse("reporting:monthly"), reverse("reporting:monthly_others")
MONTH = date(2026, 12, 1)
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
    assert MonthlyReader.objects.get(person=world.their_lead).stopped_at is not None
    assert "The letter is off." in client.get(MONTHLY).content.decode()
    assert sign_in(world.member.person).get(MONTHLY).status_code == 403


def test_it_goes_out_once_without_names(world, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert [queue_monthly_letters(at=FIRST) for _twice in range(2)] == [2, 0]
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([world.lead.email, world.partnership_lead.email])
    letter = mailoutbox[0]
    assert letter.subject == "Your monthly report on Signpost"
    assert "/en/coverage/?on=2026-12-01\n" in letter.body
    assert "1 December 2026" in letter.body
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


def test_what_an_entry_had_that_was_put_into_theirs_they_have_had(world):
    entry = UserFactory(merged_into=world.lead, is_active=False)
    MonthlyLetter.objects.create(person=entry, month=MONTH, queued_at=FIRST)
    # Ten days later, so that only the month holds it back.
    assert queue_monthly_letters(at=datetime(2026, 12, 11, 9, tzinfo=LONDON)) == 1
    assert not MonthlyLetter.objects.filter(person=world.lead).exists()
    # In the next month only the week does.
    MonthlyLetter.objects.filter(person=entry).update(queued_at=datetime(2026, 12, 30, 9, tzinfo=LONDON))
    assert queue_monthly_letters(at=datetime(2027, 1, 4, 9, tzinfo=LONDON)) == 1
    assert not MonthlyLetter.objects.filter(person=world.lead).exists()


@pytest.mark.parametrize("why", ["is away", "had another letter"])
def test_who_may_not_be_written_to_by_then_gets_it_on_a_later_run(world, mailoutbox, why):
    queue_monthly_letters(at=FIRST)
    letter = MonthlyLetter.objects.get(person=world.lead)
    if why == "is away":
        reason = AwayFactory(membership=world.lead.memberships.get(), started_on=date(2026, 1, 1), ended_on=None)
    else:
        # A worker that was stopped posted it late.
        reason = ReminderFactory(person=world.lead, goes_at=FIRST - timedelta(days=8), posted_at=FIRST)
    post_monthly.call(letter.pk)
    assert mailoutbox == []
    reason.delete()
    assert queue_monthly_letters(at=FIRST) == 1
    post_monthly.call(MonthlyLetter.objects.get(person=world.lead).pk)
    assert len(mailoutbox) == 1


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


def test_each_gets_the_numbers_that_they_may_see(scene, mailoutbox):
    """A coverage figure stands beside unknown and reach, whoever reads it."""
    people = {
        scene.world.lead: Organisation.objects.filter(pk=scene.ours.pk),
        scene.world.partnership_lead: Organisation.objects.in_partnership(scene.partnership, MONTH),
    }
    for person, shown in people.items():
        letter = MonthlyLetter.objects.create(person=person, month=MONTH, queued_at=FIRST)
        post_monthly.call(letter.pk)
        found = coverage_on(shown, MONTH)
        for line in lines_of(found.people, found.everybody):
            assert f"- {line.label}: {line.value}\n" in mailoutbox[-1].body
            assert f"<li>{line.label}: {line.value}</li>" in mailoutbox[-1].alternatives[0][0]
        assert {"Required", "Unknown", "Reach"} <= {
            str(line.label) for line in lines_of(found.people, found.everybody)
        }
    assert mailoutbox[0].body != mailoutbox[1].body


def test_nothing_required_is_said_and_who_leads_nothing_gets_none(world, mailoutbox):
    letters = [
        MonthlyLetter.objects.create(person=person, month=MONTH, queued_at=FIRST)
        for person in (world.lead, world.member.person)
    ]
    for letter in letters:
        post_monthly.call(letter.pk)
    [letter] = mailoutbox
    assert letter.to == [world.lead.email]
    assert "nothing was required of anyone" in letter.body
    assert "Coverage: –" in letter.body


class TestChosenByAnotherLead:
    def test_a_partnership_lead_chooses_and_each_stops_it_for_themselves(self, db, today):
        world = make_world()
        chooser, theirs = sign_in(world.partnership_lead), sign_in(world.lead)
        shown = chooser.get(MONTHLY).content.decode()
        for person in (world.lead, world.their_lead):
            assert person.name in shown
        assert NamesSeen.objects.filter(seen_by=world.partnership_lead, place="leads").exists()
        chooser.post(OTHERS, {"reader": [world.lead.pk, world.member.person.pk]})
        assert chosen() == {world.lead}
        assert MonthlyReader.objects.get().chosen_by == world.partnership_lead
        assert "Another lead chose it for you." in theirs.get(MONTHLY).content.decode()
        assert monthly_readers(MONTH) == {world.lead.pk}
        theirs.post(MONTHLY, {"wanted": "no"})
        assert chosen() == set()
        chooser.post(OTHERS, {"reader": [world.lead.pk]})
        assert chosen() == set()
        shown = chooser.get(MONTHLY).content.decode()
        assert f'value="{world.lead.pk}"' not in shown
        assert "the letter is off" in shown.split("Have decided for themselves")[1]
        theirs.post(MONTHLY, {"wanted": "yes"})
        chooser.post(OTHERS, {})
        assert chosen() == {world.lead}
        assert "the letter is on" in chooser.get(MONTHLY).content.decode().split("Have decided for themselves")[1]

    def test_what_another_lead_chose_they_end_again(self, db, today):
        world = make_world()
        chooser = sign_in(world.partnership_lead)
        chooser.post(OTHERS, {"reader": [world.lead.pk, world.their_lead.pk]})
        chooser.post(OTHERS, {"reader": [world.their_lead.pk]})
        assert chosen() == {world.their_lead}

    def test_an_organisation_lead_only_of_their_own_organisation(self, db, today):
        world = make_world()
        deputy = AppointmentFactory(kind="organisation_lead", organisation=world.ours).person
        client = sign_in(world.lead)
        shown = client.get(MONTHLY).content.decode()
        assert deputy.name in shown
        assert world.their_lead.name not in shown
        client.post(OTHERS, {"reader": [deputy.pk, world.their_lead.pk, world.partnership_lead.pk]})
        assert chosen() == {deputy}

    def test_neither_a_lead_of_another_partnership_nor_who_leads_nothing(self, db, today):
        world = make_world()
        foreign = AppointmentFactory(kind="partnership_lead", partnership=PartnershipFactory()).person
        sign_in(foreign).post(OTHERS, {"reader": [world.lead.pk]})
        assert chosen() == set()
        assert sign_in(world.member.person).post(OTHERS, {"reader": [world.lead.pk]}).status_code == 403

    def test_the_same_queries_for_many_leads(self, db, today, django_assert_num_queries):
        world = make_world()
        client = sign_in(world.partnership_lead)
        client.get(MONTHLY)
        with CaptureQueriesContext(connection) as queries:
            client.get(MONTHLY)
        number = len(queries)
        for _each in range(3):
            AppointmentFactory(kind="organisation_lead", organisation=world.ours)
        with django_assert_num_queries(number):
            client.get(MONTHLY)


def chosen():
    return {each.person for each in MonthlyReader.objects.filter(stopped_at__isnull=True)}
