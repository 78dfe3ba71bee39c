"""Briefings on the pages of an organisation's lead: invitations, requests, whose a name is, and the calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from organisations.actions import appoint
from organisations.models import Appointment, NamesSeen
from records.calendar import calendar_of
from records.models import BriefingRequest, Completion
from records.rules.sessions import tidy
from tests.factories.courses import make_module
from tests.factories.organisations import (
    OrganisationFactory,
    PartnershipFactory,
    PartnershipMembershipFactory,
    UserFactory,
)
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
        appoint_lead(leads[-1], organisation)
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


def appoint_lead(person, organisation):
    kind = Appointment.Kind.ORGANISATION_LEAD
    appoint(person=person, kind=kind, organisation=organisation, by=None, started_on=date(2026, 1, 5))


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


def test_of_two_partnerships_the_lead_chooses_which_to_ask(desk):
    client, module = signed_in(desk.lead), make_module()
    ask = reverse("records:briefing_ask", args=[desk.council.slug])
    assert "Which partnership do you ask?" not in client.get(ask).content.decode()
    second = PartnershipMembershipFactory(
        organisation=desk.council, partnership__name="Hillside Partnership"
    ).partnership
    foreign = PartnershipFactory(name="Nobody here knows it")
    shown = client.get(ask).content.decode()
    assert "Which partnership do you ask?" in shown
    assert "Hillside Partnership" in shown
    assert foreign.name not in shown
    given = {"module": module.pk, "people": 12, "when": ""}
    assert "Choose a partnership." in client.post(ask, given).content.decode()
    assert "Choose from the list." in client.post(ask, {**given, "partnership": foreign.pk}).content.decode()
    client.post(ask, {**given, "partnership": second.pk})
    assert BriefingRequest.objects.get().partnership == second
    assert second.name in client.get(reverse("records:briefings", args=[desk.council.slug])).content.decode()


def test_who_is_in_no_partnership_has_nobody_to_ask(desk):
    alone = OrganisationFactory()
    appoint_lead(desk.lead, alone)
    client = signed_in(desk.lead)
    ask = reverse("records:briefing_ask", args=[alone.slug])
    shown = client.get(reverse("records:briefings", args=[alone.slug])).content.decode()
    assert "there is nobody to ask" in shown
    assert ask not in shown
    assert client.get(ask).status_code == 403


def test_the_lead_of_one_organisation_comes_to_its_briefings(desk):
    own = reverse("records:briefings", args=[desk.council.slug])
    assert signed_in(desk.lead).get(reverse("records:sessions")).headers["Location"] == own


def test_the_lead_of_several_organisations_chooses_one(desk, django_assert_num_queries):
    appoint_lead(desk.lead, desk.police)
    client = signed_in(desk.lead)
    client.get(reverse("records:sessions"))
    with CaptureQueriesContext(connection) as few:
        shown = client.get(reverse("records:sessions")).content.decode()
    number = len(few)
    assert "Riverside Council</bdi></a>: 1 invitation to answer" in shown
    assert "Riverside Police</bdi></a></li>" in shown
    back = client.get(reverse("records:briefings", args=[desk.police.slug])).content.decode()
    assert f'class="govuk-back-link" href="{reverse("records:sessions")}"' in back
    assert signed_in(desk.foreign).get(reverse("records:briefings", args=[desk.council.slug])).status_code == 403
    for _each in range(3):
        more = OrganisationFactory()
        appoint_lead(desk.lead, more)
        SessionInvitationFactory(session=desk.session, organisation=more)
    with django_assert_num_queries(number):
        client.get(reverse("records:sessions"))


def test_who_plans_briefings_and_leads_an_organisation_comes_to_both(desk):
    trainer = signed_in(desk.trainer)
    assert "Your organisations" not in trainer.get(reverse("records:sessions")).content.decode()
    appoint_lead(desk.trainer, desk.council)
    shown = trainer.get(reverse("records:sessions")).content.decode()
    assert "Plan a briefing" in shown
    assert reverse("records:briefings", args=[desk.council.slug]) in shown
