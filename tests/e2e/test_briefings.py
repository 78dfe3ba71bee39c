"""A briefing in a browser: people check in on a phone, the trainer confirms, and it stands on the record."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from organisations.models import Appointment
from tests.e2e.people import a_place, appointed, sign_in
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.records import SessionFactory, live_edition

PHONE = {"viewport": {"width": 320, "height": 640}}


def test_from_the_phone_to_the_record(visitor):
    organisation, role = a_place()
    partnership = organisation.partnership_memberships.get().partnership
    trainer = appointed(organisation, role, "Femi Hart", Appointment.Kind.TRAINER)
    person = UserFactory(name="Dana Whitlock", email="dana@riverside.example", password="seven quiet lanterns")
    MembershipFactory(person=person, organisation=organisation, role=role)
    session = SessionFactory(
        partnership=partnership, edition=live_edition(), starts_at=timezone.now(), trainers=[trainer]
    )
    address = f"/check-in/{session.code}/"

    phone = visitor(**PHONE)
    page = phone.goto(address)
    phone.check_page("Check in to a briefing")
    phone.keep_picture("check-in")
    page.get_by_label("Your name").fill("Ama Boateng")
    page.get_by_role("main").get_by_role("button", name="Check in").click()
    phone.check_page("You are checked in")
    phone.keep_picture("check-in-done")
    phone.goto(f"{address}?language=ar")
    phone.check_page("تسجيل الحضور في جلسة توعية")
    phone.keep_picture("check-in-ar")

    dana = visitor(**PHONE)
    sign_in(dana, person.email)
    page = dana.goto(address)
    page.get_by_role("main").get_by_role("button", name="Check in").click()
    dana.check_page("You are checked in")
    dana.keep_picture("check-in-signed-in")

    desk = visitor()
    sign_in(desk, trainer.email)
    page = desk.goto(f"/en/sessions/{session.key}/")
    desk.check_page(session.title)
    desk.keep_picture("session")
    page.get_by_role("button", name="Show the code on a screen").click()
    desk.check_page("Check in")
    desk.keep_picture("session-screen")
    page = desk.goto(f"/en/sessions/{session.key}/people/")
    desk.check_page("Who was there")
    desk.keep_picture("session-people")
    page.get_by_role("button", name="Confirm those ticked").click()
    expect(page.get_by_text("2 people are confirmed.")).to_be_visible()

    page = dana.goto("/en/learn/record/")
    expect(page.get_by_text("Took part in a briefing").first).to_be_visible()
