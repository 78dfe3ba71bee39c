"""A person's own place in a briefing: the page, the button, the calendar."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from records.actions.sessions import answer_invitation, cancel_session, invite_organisations
from records.models import Session
from tests.factories.organisations import MembershipFactory
from tests.factories.records import SessionFactory, SessionInvitationFactory
from tests.records.rooms import START, make_room


@pytest.fixture
def room(place, today):
    today.move_to("2026-05-20 12:00 +0000")
    found = make_room(place)
    Session.objects.filter(pk=found.session.pk).update(capacity=1)
    (invitation,) = invite_organisations(
        session=found.session, organisations=[found.council], by=found.trainer, at=START
    )
    answer_invitation(invitation=invitation, is_accepted=True, by=found.learner, at=START)
    return found


def at(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"records:{name}", args=args)


def test_where_it_is_stands_there_only_with_a_place(room, client):
    client.force_login(room.learner)
    key = room.session.key
    assert "Town hall" not in client.get(at("my_briefings")).content.decode()
    assert client.get(at("place_calendar", key)).status_code == 404
    shown = client.post(at("place_take", key), follow=True).content.decode()
    assert "You have a place." in shown
    assert "Town hall" in shown
    calendar = client.get(at("place_calendar", key)).content.decode()
    assert "SUMMARY:Briefing" in calendar
    assert room.session.title not in calendar
    shown = client.post(at("place_give_up", key), follow=True).content.decode()
    assert "Town hall" not in shown


def test_the_last_place_is_taken_once(room, client):
    client.force_login(MembershipFactory(organisation=room.council).person)
    client.post(at("place_take", room.session.key))
    client.force_login(room.learner)
    assert "This briefing is full" in client.get(at("my_briefings")).content.decode()
    shown = client.post(at("place_take", room.session.key), follow=True).content.decode()
    assert "This briefing is full" in shown
    assert "Town hall" not in shown


def test_others_find_nothing(room, client):
    client.force_login(room.other)
    assert room.session.title not in client.get(at("my_briefings")).content.decode()
    for name in ("place_take", "place_give_up", "place_calendar"):
        method = client.get if name == "place_calendar" else client.post
        assert method(at(name, room.session.key)).status_code == 404


def test_a_cancelled_one_is_gone(room, client):
    cancel_session(session=room.session, reason="No room", by=room.trainer, at=START)
    client.force_login(room.learner)
    assert room.session.title not in client.get(at("my_briefings", language="ar")).content.decode()


def test_who_had_a_place_reads_that_it_is_cancelled_until_its_day_is_over(room, client, today):
    client.force_login(room.learner)
    client.post(at("place_take", room.session.key))
    cancel_session(session=room.session, reason="The <trainer> is ill", by=room.trainer, at=START)
    shown = client.get(at("my_briefings")).content.decode()
    assert "This briefing is cancelled." in shown
    assert "<bdi>The &lt;trainer&gt; is ill</bdi>" in shown
    assert "Town hall" not in shown
    assert "STATUS:CANCELLED" in client.get(at("place_calendar", room.session.key)).content.decode()
    assert client.post(at("place_give_up", room.session.key)).status_code == 404
    client.force_login(MembershipFactory(organisation=room.council).person)
    assert room.session.title not in client.get(at("my_briefings")).content.decode()
    assert client.get(at("place_calendar", room.session.key)).status_code == 404
    client.force_login(room.learner)
    today.move_to("2026-12-20 12:00 +0000")
    assert room.session.title not in client.get(at("my_briefings")).content.decode()


def test_a_fixed_number_of_queries(room, client, django_assert_num_queries):
    client.force_login(room.learner)
    client.get(at("my_briefings"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("my_briefings"))
    for _each in range(5):
        session = SessionFactory(partnership=room.partnership, starts_at=START, edition=room.session.edition)
        SessionInvitationFactory(session=session, organisation=room.council, answer="accepted", answered_at=START)
    with django_assert_num_queries(len(few)):
        client.get(at("my_briefings"))
