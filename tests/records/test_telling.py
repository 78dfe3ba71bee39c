"""Who comes to a briefing is told by letter when it is cancelled or moved, and whom none reaches by their lead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from organisations.actions import appoint
from organisations.letter_limits import last_letters, may_be_written_to
from organisations.models import Appointment, NamesSeen, User
from records.actions.places import give_up_place, take_place
from records.actions.sessions import answer_invitation, cancel_session, change_session, invite_organisations
from records.mail_briefings import post_change
from records.models import BriefingLetter, Session
from records.selectors.telling import untold_by_organisation, untold_in
from tests.factories.courses import make_module
from tests.factories.organisations import AwayFactory, MembershipFactory, UserFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory, SessionInvitationFactory
from tests.records.rooms import START, make_room, plan

#: Thirteen days before the briefing, on a Wednesday.
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def room(place, site_tree, today):
    """A briefing to which the council comes; one of its people has a place."""
    today.move_to(NOW)
    found = make_room(place)
    (invitation,) = invite_organisations(
        session=found.session, organisations=[found.council], by=found.trainer, at=NOW
    )
    answer_invitation(invitation=invitation, is_accepted=True, by=found.learner, at=NOW)
    take_place(session=found.session, person=found.learner, at=NOW)
    return SimpleNamespace(**vars(found), invitation=invitation)


def cancel(room, at=NOW):
    return cancel_session(session=room.session, reason="The trainer is ill", by=room.trainer, at=at)


def move(room, at=NOW, **changes):
    session = Session.objects.get(pk=room.session.pk)
    values = {name: getattr(session, name) for name in ("place", "starts_at", "ends_at", "capacity", "host")}
    values["trainers"] = list(session.trainers.all())
    return change_session(session=session, by=room.trainer, at=at, **{**values, **changes})


def by_days(room, days, at=NOW):
    later = timedelta(days=days)
    session = Session.objects.get(pk=room.session.pk)
    return move(room, at=at, starts_at=session.starts_at + later, ends_at=session.ends_at + later)


def remind(person, organisation, goes_at):
    ReminderFactory(round=ReminderRoundFactory(), person=person, organisation=organisation, goes_at=goes_at)


def lead_of(organisation):
    kind = Appointment.Kind.ORGANISATION_LEAD
    return appoint(
        person=UserFactory(), kind=kind, organisation=organisation, by=None, started_on=date(2026, 1, 5)
    ).person


def letter_of(person) -> BriefingLetter:
    return BriefingLetter.objects.filter(person=person).latest("pk")


def untold(room, at=NOW):
    return [each.person for each in untold_in(room.council, at)]


class TestWhoIsTold:
    def test_a_cancelled_one_at_once_and_it_is_the_letter_of_the_week(self, room):
        cancel(room)
        letter = letter_of(room.learner)
        assert (letter.goes_at, letter.posted_at) == (NOW, None)
        assert letter.tell_by == datetime(2026, 6, 1, 23, 0, tzinfo=UTC)
        assert last_letters([room.learner.pk]) == {room.learner.pk: NOW}
        assert may_be_written_to([room.learner.pk], NOW + timedelta(days=6)) == set()
        assert may_be_written_to([room.learner.pk], NOW + timedelta(days=7)) == {room.learner.pk}
        assert untold(room) == []

    @pytest.mark.parametrize(
        ("changes", "number"),
        [
            ({"place": "Library"}, 1),
            ({"starts_at": START - timedelta(minutes=30)}, 1),
            ({"ends_at": START + timedelta(hours=2)}, 1),
            ({"capacity": 40}, 0),
            ({}, 0),
        ],
    )
    def test_one_that_is_moved_but_not_one_that_has_other_places_only(self, room, changes, number):
        move(room, **changes)
        assert BriefingLetter.objects.count() == number

    def test_neither_who_gave_their_place_back_nor_others_nor_once_it_is_over(self, room):
        MembershipFactory(organisation=room.council)
        give_up_place(session=room.session, person=room.learner, at=NOW)
        cancel(room)
        assert not BriefingLetter.objects.exists()

    def test_nobody_of_one_that_is_over(self, room):
        move(room, at=START + timedelta(days=1), place="Library")
        assert not BriefingLetter.objects.exists()

    def test_two_entries_of_one_person_once_and_at_the_one_that_goes_on(self, room):
        second = MembershipFactory(organisation=room.council).person
        take_place(session=room.session, person=second, at=NOW)
        User.objects.filter(pk=second.pk).update(merged_into=room.learner, is_active=False)
        cancel(room)
        assert BriefingLetter.objects.get().person == room.learner

    def test_leads_of_organisations_that_come_and_no_others(self, room):
        lead, foreign = lead_of(room.council), lead_of(room.police)
        SessionInvitationFactory(session=room.session, organisation=room.police)
        cancel(room)
        assert {each.person for each in BriefingLetter.objects.all()} == {room.learner, lead}
        assert letter_of(lead).invitation == room.invitation
        assert not BriefingLetter.objects.filter(person=foreign).exists()
        # Whom to tell are those with a place: a lead who opens the list has read of it.
        BriefingLetter.objects.update(goes_at=None)
        assert untold(room) == [room.learner]


class TestWhen:
    def test_a_week_after_the_last_letter_where_that_is_in_time(self, room):
        remind(room.learner, room.council, NOW - timedelta(days=1))
        cancel(room)
        assert letter_of(room.learner).goes_at == NOW + timedelta(days=6)
        assert untold(room) == []

    def test_where_that_is_too_late_the_lead_tells_them(self, room):
        at = START - timedelta(days=3)
        remind(room.learner, room.council, at - timedelta(days=1))
        cancel(room, at=at)
        assert letter_of(room.learner).goes_at is None
        assert untold(room, at) == [room.learner]
        assert untold_by_organisation(room.session, at) == [("Riverside Council", 1)]
        assert untold_in(room.police, at) == []
        # No letter, so another may have their week.
        assert last_letters([room.learner.pk]) == {room.learner.pk: at - timedelta(days=1)}

    def test_on_the_day_itself_a_letter_goes_and_the_lead_tells_them_too(self, room):
        at = START - timedelta(minutes=45)
        cancel(room, at=at)
        assert letter_of(room.learner).goes_at == at
        assert untold(room, at) == [room.learner]
        assert untold(room, START + timedelta(hours=2)) == []

    def test_of_one_moved_to_later_the_letter_comes_though_it_is_too_late_for_the_first_day(self, room):
        at = START - timedelta(days=3)
        remind(room.learner, room.council, at - timedelta(days=1))
        by_days(room, 20, at=at)
        assert letter_of(room.learner).goes_at == at + timedelta(days=6)
        assert untold(room, at) == [room.learner]

    def test_one_moved_to_earlier_is_told_before_the_new_day(self, room):
        remind(room.learner, room.council, NOW - timedelta(days=1))
        by_days(room, -9)
        assert letter_of(room.learner).goes_at is None
        assert untold(room) == [room.learner]

    def test_nobody_who_is_away_until_they_are_back(self, room):
        membership = room.learner.memberships.get()
        away = AwayFactory(membership=membership, started_on=date(2026, 5, 1), ended_on=date(2026, 5, 24))
        cancel(room)
        assert letter_of(room.learner).goes_at == datetime(2026, 5, 25, 7, 0, tzinfo=UTC)
        assert untold(room) == []
        away.ended_on = None
        away.save()
        BriefingLetter.objects.all().delete()
        Session.objects.update(state="planned", cancel_reason="")
        cancel(room)
        assert letter_of(room.learner).goes_at is None
        assert untold(room) == [room.learner]

    @pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
    def test_who_cannot_be_written_to_is_told_by_their_lead(self, room, changes):
        User.objects.filter(pk=room.learner.pk).update(**changes)
        cancel(room)
        assert letter_of(room.learner).goes_at is None
        assert untold(room) == [room.learner]

    def test_a_second_change_goes_into_the_letter_that_waits(self, room):
        remind(room.learner, room.council, NOW - timedelta(days=1))
        move(room, place="Library")
        waits = letter_of(room.learner)
        cancel(room, at=NOW + timedelta(days=1))
        assert letter_of(room.learner) == waits
        assert letter_of(room.learner).goes_at == waits.goes_at

    def test_after_a_letter_has_gone_the_next_waits_its_turn(self, room, today):
        move(room, place="Library")
        post_change.call(letter_of(room.learner).pk)
        cancel(room, at=NOW + timedelta(days=1))
        assert BriefingLetter.objects.count() == 2
        assert letter_of(room.learner).goes_at == NOW + timedelta(days=7)
        # A third finds no room before the day.
        today.move_to(NOW + timedelta(days=7))
        post_change.call(letter_of(room.learner).pk)
        assert letter_of(room.learner).posted_at == NOW + timedelta(days=7)

    def test_a_letter_that_was_held_back_is_told_by_the_lead_and_takes_nobodys_week(self, room, today):
        cancel(room)
        today.move_to(NOW + timedelta(hours=3))
        assert untold(room, NOW + timedelta(hours=3)) == [room.learner]
        assert last_letters([room.learner.pk]) == {}


class TestSeveral:
    @pytest.fixture
    def second(self, room):
        """Another briefing, on the day after, in which they have a place too."""
        session = plan(room, make_module(), [room.trainer], starts_at=START + DAY, ends_at=START + DAY * 2)
        (invitation,) = invite_organisations(session=session, organisations=[room.council], by=room.trainer, at=NOW)
        answer_invitation(invitation=invitation, is_accepted=True, by=room.learner, at=NOW)
        take_place(session=session, person=room.learner, at=NOW)
        return session

    def test_what_waits_goes_in_one_letter(self, room, second, mailoutbox, today):
        remind(room.learner, room.council, NOW - DAY)
        cancel(room)
        cancel_session(session=second, reason="Ill", by=room.trainer, at=NOW + timedelta(hours=1))
        first, then = BriefingLetter.objects.order_by("pk")
        assert first.goes_at == then.goes_at == NOW + timedelta(days=6)
        assert untold(room) == []
        today.move_to(first.goes_at)
        post_change.call(then.pk)
        post_change.call(first.pk)
        [letter] = mailoutbox
        assert room.session.title in letter.body
        assert second.title in letter.body
        assert [each[0] for each in letter.attachments] == ["briefing.ics", "2-briefing.ics"]
        assert not BriefingLetter.objects.filter(posted_at=None).exists()

    def test_a_lead_comes_to_the_page_of_their_organisation_from_one_letter_too(self, room, second, mailoutbox):
        lead = lead_of(room.council)
        remind(lead, room.council, NOW - DAY)
        cancel(room)
        cancel_session(session=second, reason="Ill", by=room.trainer, at=NOW)
        for each in BriefingLetter.objects.filter(person=lead).order_by("pk"):
            post_change.call(each.pk)
        [letter] = mailoutbox
        assert reverse("records:briefings", args=[room.council.slug]) in letter.body


class TestTheLetter:
    @pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
    def test_in_their_language_with_a_file_for_their_calendar(self, room, mailoutbox, code):
        User.objects.filter(pk=room.learner.pk).update(language=code)
        by_days(room, 1)
        post_change.call(letter_of(room.learner).pk)
        post_change.call(letter_of(room.learner).pk)
        [letter] = mailoutbox
        assert letter.to == [room.learner.email]
        assert room.session.title not in letter.subject
        assert room.session.title in letter.body
        assert "10:00" in letter.body
        assert "Town hall" not in letter.body
        assert f"{settings.BASE_URL}/{code}/" in letter.body
        if code != "en":
            assert "briefing" not in letter.body.replace("briefings/", "")
        [(name, content, kind)] = letter.attachments
        assert (name, kind) == ("briefing.ics", "text/calendar; method=PUBLISH")
        [event] = Calendar.from_ical(content).walk("VEVENT")
        assert (event["sequence"], str(event["location"])) == (1, "Town hall")
        assert event["dtstart"].dt == START + timedelta(days=1)
        assert 'Content-Type: text/calendar; method="PUBLISH"; charset="utf-8"' in letter.message().as_string()

    def test_of_a_cancelled_one_the_file_calls_it_off(self, room, mailoutbox):
        cancel(room)
        post_change.call(letter_of(room.learner).pk)
        [letter] = mailoutbox
        assert letter.subject == "Your learning: news for you"
        assert "The briefing of 2 June 2026 does not take place" in letter.body
        # Who cancelled wrote it for the page.
        assert "ill" not in letter.body.split("does not take place")[1].split("Open the page")[0]
        [(_name, content, kind)] = letter.attachments
        assert kind == "text/calendar; method=CANCEL"
        calendar = Calendar.from_ical(content)
        [event] = calendar.walk("VEVENT")
        # What RFC 5546 wants of a CANCEL.
        assert calendar["method"] == "CANCEL"
        assert {"UID", "DTSTAMP", "ORGANIZER", "SEQUENCE"} <= set(event)
        assert (event["sequence"], event["status"]) == (1, "CANCELLED")
        assert letter_of(room.learner).posted_at == NOW

    def test_a_lead_comes_to_the_page_of_their_organisation(self, room, mailoutbox):
        lead = lead_of(room.council)
        cancel(room)
        post_change.call(letter_of(lead).pk)
        assert reverse("records:briefings", args=[room.council.slug]) in mailoutbox[0].body

    def test_none_to_who_does_not_come_any_more_or_too_late(self, room, mailoutbox, today):
        move(room, place="Library")
        letter = letter_of(room.learner)
        give_up_place(session=room.session, person=room.learner, at=NOW)
        post_change.call(letter.pk)
        take_place(session=room.session, person=room.learner, at=NOW)
        today.move_to(START + timedelta(hours=1))
        post_change.call(letter.pk)
        assert mailoutbox == []


class TestPages:
    def test_the_lead_reads_their_own_people_and_the_planner_numbers(self, room):
        User.objects.filter(pk=room.learner.pk).update(email="")
        lead, foreign = lead_of(room.council), lead_of(room.police)
        client, planner = Client(), Client()
        client.force_login(lead)
        planner.force_login(room.trainer)
        page, detail = (
            reverse("records:briefings", args=[room.council.slug]),
            reverse("records:session", args=[room.session.key]),
        )
        assert "Whom to tell yourself" not in client.get(page).content.decode()
        assert "No letter reaches these people" not in planner.get(detail).content.decode()
        planner.post(reverse("records:session_cancel", args=[room.session.key]), {"reason": "Flood"})
        shown = client.get(page).content.decode()
        assert "Whom to tell yourself" in shown
        assert f"<bdi>{room.learner.name}</bdi>" in shown
        assert NamesSeen.objects.filter(seen_by=lead, organisation=room.council).exists()
        told = planner.get(detail).content.decode()
        assert "<bdi>Riverside Council</bdi>: 1 person" in told
        assert room.learner.name not in told
        client.force_login(foreign)
        other = client.get(reverse("records:briefings", args=[room.police.slug])).content.decode()
        assert room.learner.name not in other
        assert client.get(page).status_code == 403

    def test_the_same_number_of_queries_for_many(self, room, django_assert_num_queries):
        lead = lead_of(room.council)
        client = Client()
        client.force_login(lead)
        User.objects.filter(pk=room.learner.pk).update(email="")
        page = reverse("records:briefings", args=[room.council.slug])
        cancel(room)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        number = len(queries)
        for _each in range(4):
            place = SessionInvitationFactory(
                session=room.session,
                organisation=room.council,
                person=UserFactory(),
                answer="accepted",
                answered_at=NOW,
            )
            BriefingLetter.objects.create(invitation=place, person=place.person, tell_by=START)
        with django_assert_num_queries(number):
            client.get(page)
