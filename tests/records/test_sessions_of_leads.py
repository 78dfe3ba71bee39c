"""Briefings on the pages of an organisation's lead: invitations, requests, whose a name is, and the calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from organisations.actions import appoint
from organisations.models import Appointment, NamesSeen
from records.calendar import calendar_of
from records.models import BriefingRequest, Completion
from records.rules.sessions import tidy
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory
from tests.factories.records import (
    AttendanceFactory,
    BriefingRequestFactory,
    SessionFactory,
    SessionInvitationFactory,
)


@pytest.fixture
def desk(place, site_tree):
    """A council that is invited, its lead, and the lead of another organisation."""
    leads = []
    for organisation in (place.council, place.police):
        leads.append(UserFactory(name=f"Lead of {organisation}"))
        kind = Appointment.Kind.ORGANISATION_LEAD
        appoint(person=leads[-1], kind=kind, organisation=organisation, by=None, started_on=date(2026, 1, 5))
    trainer = UserFactory(name="Femi Hart")
    appoint(
        person=trainer,
        kind=Appointment.Kind.TRAINER,
        partnership=place.partnership,
        by=None,
        started_on=date(2026, 1, 5),
    )
    session = SessionFactory(
        partnership=place.partnership, starts_at=timezone.now() + timedelta(days=3), trainers=[trainer]
    )
    invitation = SessionInvitationFactory(session=session, organisation=place.council)
    return SimpleNamespace(
        **vars(place), lead=leads[0], foreign=leads[1], trainer=trainer, session=session, invitation=invitation
    )


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_place_is_told_to_who_comes(desk):
    client = signed_in(desk.lead)
    page, calendar = (
        reverse("records:briefings", args=[desk.council.slug]),
        reverse("records:briefing_calendar", args=[desk.council.slug, desk.invitation.pk]),
    )
    assert "Town hall" not in client.get(page).content.decode()
    assert client.get(calendar).status_code == 404
    answer = reverse("records:briefing_answer", args=[desk.council.slug, desk.invitation.pk])
    for wrong in ({"answer": "accepted", "people": "-5"}, {"answer": "perhaps"}, {}):
        client.post(answer, wrong)
    assert "Town hall" not in client.get(page).content.decode()
    client.post(answer, {"answer": "accepted", "people": "7"})
    told = client.get(page).content.decode()
    assert "Town hall" in told
    assert "Accepted, 7 people" in told
    file = client.get(calendar)
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert b"SUMMARY:Briefing\r\n" in file.content
    foreign = signed_in(desk.foreign)
    assert foreign.get(calendar).status_code == foreign.get(page).status_code == 403


def test_ask_take_back_and_be_declined(desk):
    client, module = signed_in(desk.lead), make_module()
    ask = reverse("records:briefing_ask", args=[desk.council.slug])
    refused = client.post(ask, {"module": "9" * 30, "people": -5}).content.decode()
    assert "Choose a module from the list." in refused
    assert "Enter 1 or more." in refused
    client.post(ask, {"module": module.pk, "people": 12, "when": "Tuesday mornings"})
    asked = BriefingRequest.objects.get()
    waiting = signed_in(desk.trainer).get(reverse("records:sessions")).content.decode()
    assert "Tuesday mornings" in waiting
    client.post(reverse("records:briefing_withdraw", args=[desk.council.slug, asked.pk]))
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    other = BriefingRequestFactory(partnership=desk.partnership, organisation=desk.council)
    url = reverse("records:request_decline", args=[other.pk])
    assert signed_in(desk.foreign).post(url, {"reason": "x"}).status_code == 403
    signed_in(desk.trainer).post(url, {"reason": "No trainer until May."})
    assert (
        "No trainer until May." in client.get(reverse("records:briefings", args=[desk.council.slug])).content.decode()
    )


def test_a_lead_says_whose_a_name_is(desk):
    row = AttendanceFactory(
        session=desk.session,
        name="D. Whitlock",
        organisation=desk.council,
        confirmed_at=timezone.now(),
        confirmed_by=desk.trainer,
    )
    client = signed_in(desk.lead)
    assert "D. Whitlock" in client.get(reverse("records:briefings", args=[desk.council.slug])).content.decode()
    assert NamesSeen.objects.filter(seen_by=desk.lead, organisation=desk.council).exists()
    url = reverse("records:briefing_match", args=[desk.council.slug, row.pk])
    membership = desk.learner.memberships.get()
    assert signed_in(desk.foreign).post(url, {"membership": membership.pk}).status_code == 403
    assert client.post(url, {"membership": desk.other.memberships.get().pk}).status_code == 404
    client.post(url, {"membership": membership.pk})
    assert Completion.objects.get().person == desk.learner


def test_any_place_comes_back_whole_from_a_calendar(desk):
    for place in ("Hall; first floor, left \\ stairs", "مركز المجتمع، الطابق الأول " * 9, "Ünter " * 40):
        desk.session.place = tidy(place)
        content = calendar_of(desk.session)
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        [event] = Calendar.from_ical(content).walk("VEVENT")
        assert str(event["location"]) == desk.session.place


def test_a_cancelled_session_takes_itself_out_of_calendars(desk):
    desk.session.place = "Hall; first floor, left"
    desk.session.state, desk.session.cancel_reason, desk.session.sequence = "cancelled", "Flood", 2
    text = calendar_of(desk.session).decode()
    assert "STATUS:CANCELLED\r\n" in text
    assert "SEQUENCE:2\r\n" in text
    assert "LOCATION:Hall\\; first floor\\, left\r\n" in text
    assert desk.session.title not in text
