"""Leads whose organisations are asked to briefings are told by the one letter of the week, or by who plans it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from organisations.letter_limits import last_letters
from organisations.models import Appointment, User
from records import mail_briefings
from records.actions.sessions import answer_invitation, cancel_session, invite_organisations
from records.mail_briefings import post_change
from records.models import BriefingLetter
from records.selectors.telling import unasked_in
from tests.factories.courses import make_module
from tests.factories.organisations import AwayFactory, MembershipFactory, UserFactory
from tests.records.rooms import START, make_room, plan
from tests.records.test_telling import lead_of, move, remind

#: Thirteen days before the briefing, on a Wednesday.
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
About = BriefingLetter.About


@pytest.fixture
def room(place, site_tree, today):
    """A briefing to which nobody is asked yet; the council has a lead."""
    today.move_to(NOW)
    found = make_room(place)
    found.lead = lead_of(found.council)
    return found


def ask(room, session=None, at=NOW, organisations=None):
    return invite_organisations(
        session=session or room.session, organisations=organisations or [room.council], by=room.trainer, at=at
    )[0]


def letter_to(person) -> BriefingLetter:
    return BriefingLetter.objects.get(person=person)


class TestWhen:
    def test_within_the_hour_and_it_is_the_letter_of_the_week(self, room):
        ask(room)
        assert letter_to(room.lead).goes_at == NOW + HOUR
        assert last_letters([room.lead.pk]) == {room.lead.pk: NOW + HOUR}
        assert unasked_in(room.session, NOW) == []

    def test_by_day_what_is_planned_in_the_evening(self, room):
        ask(room, at=datetime(2026, 5, 20, 16, 30, tzinfo=UTC))
        assert letter_to(room.lead).goes_at == datetime(2026, 5, 21, 7, 0, tzinfo=UTC)

    def test_a_week_after_another_letter(self, room):
        remind(room.lead, room.council, NOW - DAY)
        ask(room)
        assert letter_to(room.lead).goes_at == NOW + 6 * DAY
        assert unasked_in(room.session, NOW) == []

    def test_a_letter_to_an_entry_that_was_put_into_theirs_counts(self, room):
        remind(UserFactory(merged_into=room.lead, is_active=False), room.council, NOW - DAY)
        ask(room)
        assert letter_to(room.lead).goes_at == NOW + 6 * DAY

    def test_where_that_is_too_late_the_planner_tells_them(self, room):
        at = START - 3 * DAY
        remind(room.lead, room.council, at - DAY)
        ask(room, at=at)
        assert letter_to(room.lead).goes_at is None
        assert unasked_in(room.session, at) == ["Riverside Council"]
        # No letter, so another may have their week.
        assert last_letters([room.lead.pk]) == {room.lead.pk: at - DAY}

    def test_of_an_organisation_whose_second_lead_is_told_the_planner_need_not_think(self, room):
        at = START - 3 * DAY
        remind(room.lead, room.council, at - DAY)
        lead_of(room.council)
        ask(room, at=at)
        assert unasked_in(room.session, at) == []

    def test_nobody_leads_it(self, room):
        ask(room, organisations=[room.police])
        assert unasked_in(room.session, NOW) == [room.police.name]

    @pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
    def test_who_cannot_be_written_to(self, room, changes):
        User.objects.filter(pk=room.lead.pk).update(**changes)
        ask(room)
        assert unasked_in(room.session, NOW) == [room.council.name]

    def test_once_they_answer_or_it_is_off_nobody_is_to_be_told(self, room):
        User.objects.filter(pk=room.lead.pk).update(email="")
        invitation = ask(room)
        assert unasked_in(room.session, START) == []
        answer_invitation(invitation=invitation, is_accepted=False, by=room.lead, at=NOW)
        assert unasked_in(room.session, NOW) == []


class TestTheLetter:
    def test_without_the_place_once_in_english(self, room, mailoutbox):
        User.objects.filter(pk=room.lead.pk).update(language="fr")
        ask(room)
        post_change.call(letter_to(room.lead).pk)
        post_change.call(letter_to(room.lead).pk)
        [letter] = mailoutbox
        assert letter.to == [room.lead.email]
        assert letter.subject == "An invitation for your organisation"
        assert f"/en/organisations/{room.council.slug}/briefings/" in letter.body
        assert room.session.title in letter.body
        assert room.session.place not in letter.body + letter.alternatives[0][0]
        assert letter.attachments == []
        assert letter_to(room.lead).posted_at == NOW

    def test_several_briefings_in_one(self, room, mailoutbox, today):
        second = plan(room, make_module(), [room.trainer], starts_at=START + DAY, ends_at=START + 2 * DAY)
        ask(room)
        ask(room, second, at=NOW + timedelta(minutes=20))
        today.move_to(NOW + HOUR)
        first, then = BriefingLetter.objects.order_by("pk")
        # Later it would be a second letter in the week.
        assert then.goes_at == first.goes_at == NOW + HOUR
        post_change.call(first.pk)
        post_change.call(then.pk)
        [letter] = mailoutbox
        assert room.session.title in letter.body
        assert second.title in letter.body
        assert "Answer the invitations" in letter.body

    def test_two_workers_write_it_once(self, room, mailoutbox, today, monkeypatch):
        ask(room)
        ask(room, plan(room, make_module(), [room.trainer], starts_at=START + DAY, ends_at=START + 2 * DAY))
        today.move_to(NOW + HOUR)
        first, then = BriefingLetter.objects.order_by("pk")
        post = mail_briefings.post

        def while_another_does(*args, **context):
            monkeypatch.setattr(mail_briefings, "post", post)
            post_change.call(then.pk)
            post(*args, **context)

        monkeypatch.setattr(mail_briefings, "post", while_another_does)
        post_change.call(first.pk)
        assert len(mailoutbox) == 1
        assert not BriefingLetter.objects.filter(posted_at=None).exists()

    def test_with_what_has_changed_in_one_and_in_their_language(self, room, mailoutbox, today):
        second = plan(room, make_module(), [room.trainer], starts_at=START + DAY, ends_at=START + 2 * DAY)
        User.objects.filter(pk=room.lead.pk).update(language="fr")
        invitation = ask(room)
        answer_invitation(invitation=invitation, is_accepted=True, by=room.lead, at=NOW)
        ask(room, second)
        cancel_session(session=room.session, reason="Ill", by=room.trainer, at=NOW + timedelta(minutes=5))
        today.move_to(NOW + HOUR)
        for each in BriefingLetter.objects.order_by("pk"):
            post_change.call(each.pk)
        [letter] = mailoutbox
        assert "n’a pas lieu" in letter.body
        assert second.title in letter.body
        assert "invites" not in letter.body
        assert [each[0] for each in letter.attachments] == ["briefing.ics"]

    def test_none_once_it_is_of_no_use(self, room, mailoutbox, today):
        invitation = ask(room)
        letter = letter_to(room.lead)
        appointment = Appointment.objects.get(person=room.lead)
        Appointment.objects.update(ended_on=date(2026, 5, 19))
        post_change.call(letter.pk)
        Appointment.objects.filter(pk=appointment.pk).update(ended_on=None)
        answer_invitation(invitation=invitation, is_accepted=False, by=room.lead, at=NOW)
        post_change.call(letter.pk)
        assert mailoutbox == []
        invitation.answer, invitation.answered_at = "", None
        invitation.save()
        today.move_to(START)
        post_change.call(letter.pk)
        assert mailoutbox == []
        today.move_to(START - HOUR)
        post_change.call(letter.pk)
        assert len(mailoutbox) == 1

    def test_not_to_who_is_away_by_then_and_the_planner_tells_the_organisation(self, room, mailoutbox):
        ask(room)
        place = MembershipFactory(person=room.lead, organisation=room.council)
        AwayFactory(membership=place, started_on=date(2026, 5, 1), ended_on=None)
        assert unasked_in(room.session, NOW) == []
        post_change.call(letter_to(room.lead).pk)
        assert mailoutbox == []
        assert unasked_in(room.session, NOW) == ["Riverside Council"]


def while_it_moves(room, monkeypatch, days, *, at=NOW, **changes):
    """Posts the letter to the lead, while somebody changes the briefing."""
    post = mail_briefings.post

    def slowly(*args, **context):
        post(*args, **context)
        starts_at = START + days * DAY
        moment = at + timedelta(seconds=10)
        move(room, at=moment, starts_at=starts_at, ends_at=starts_at + HOUR, **changes)

    monkeypatch.setattr(mail_briefings, "post", slowly)
    post_change.call(letter_to(room.lead).pk)


class TestWhenItIsMoved:
    def test_another_day_while_the_letter_leaves_is_told_in_one_that_follows(
        self, room, mailoutbox, monkeypatch, today
    ):
        ask(room)
        while_it_moves(room, monkeypatch, days=6)
        first, then = BriefingLetter.objects.order_by("pk")
        assert (first.posted_at, then.posted_at) == (NOW, None)
        assert (then.person, then.about, then.goes_at) == (room.lead, About.ASKED, NOW + 7 * DAY)
        assert unasked_in(room.session, NOW) == []
        monkeypatch.undo()
        today.move_to(then.goes_at)
        post_change.call(then.pk)
        assert ["on 2 June" in letter.body for letter in mailoutbox] == [True, False]
        assert "on 8 June" in mailoutbox[1].body

    def test_where_that_is_too_late_the_planner_tells_them(self, room, monkeypatch, today):
        today.move_to(at := START - 4 * DAY)
        ask(room, at=at)
        while_it_moves(room, monkeypatch, days=1, at=at)
        assert BriefingLetter.objects.latest("pk").goes_at is None
        assert unasked_in(room.session, at) == [room.council.name]

    def test_what_the_letter_does_not_say_is_told_in_none(self, room, monkeypatch):
        ask(room)
        while_it_moves(room, monkeypatch, days=1 / 24, place="The library")
        assert letter_to(room.lead).posted_at == NOW

    def test_who_has_answered_meanwhile_gets_none_about_the_invitation(self, room, monkeypatch):
        invitation = ask(room)
        answer_invitation(invitation=invitation, is_accepted=False, by=room.lead, at=NOW)
        move(room, at=NOW, starts_at=START + DAY, ends_at=START + DAY + HOUR)
        letter = letter_to(room.lead)
        assert letter.changed_at == NOW
        assert letter.tell_by < START

    def test_one_that_was_too_late_leaves_for_a_later_day(self, room):
        at = START - 3 * DAY
        remind(room.lead, room.council, at - DAY)
        ask(room, at=at)
        move(room, at=at, starts_at=START + 9 * DAY, ends_at=START + 9 * DAY + HOUR)
        assert letter_to(room.lead).goes_at == at + 6 * DAY
        assert unasked_in(room.session, at) == []

    def test_one_that_was_held_back_leaves_for_a_later_day(self, room, today):
        ask(room)
        today.move_to(at := NOW + 2 * DAY)
        move(room, at=at, starts_at=START + 9 * DAY, ends_at=START + 9 * DAY + HOUR)
        assert letter_to(room.lead).goes_at == at
        assert unasked_in(room.session, at) == []

    def test_one_that_would_be_too_late_for_an_earlier_day_does_not_leave(self, room):
        remind(room.lead, room.council, NOW - DAY)
        ask(room)
        assert letter_to(room.lead).goes_at == NOW + 6 * DAY
        move(room, at=NOW, starts_at=NOW + 3 * DAY, ends_at=NOW + 3 * DAY + HOUR)
        assert letter_to(room.lead).goes_at is None
        assert unasked_in(room.session, NOW) == [room.council.name]
        # No letter, so another may have their week.
        assert last_letters([room.lead.pk]) == {room.lead.pk: NOW - DAY}


def test_the_planner_reads_of_the_organisation_and_of_no_name(room):
    User.objects.filter(pk=room.lead.pk).update(email="")
    client = Client()
    client.force_login(room.trainer)
    address = reverse("records:session", args=[room.session.key])
    assert "No letter reaches the leads" not in client.get(address).content.decode()
    ask(room)
    shown = client.get(address).content.decode()
    assert "No letter reaches the leads of these organisations in time" in shown
    assert room.lead.name not in shown
