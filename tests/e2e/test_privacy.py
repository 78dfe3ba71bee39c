"""Privacy through a browser: the notice, one's own data, and what a lead takes away."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from organisations.models import Invitation, User
from privacy.models import ErasureRequest, NoticeDetails
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, sign_in
from tests.factories.organisations import InvitationFactory, MembershipFactory, UserFactory
from tests.factories.records import CertificateFactory


def test_a_learner_reads_the_notice_takes_their_data_and_asks_for_its_removal(visitor):
    organisation, role = a_place()
    partnership = organisation.partnership_memberships.get().partnership
    NoticeDetails.objects.create(
        partnership=partnership, controller="Riverside Council", contact="Data protection officer\nTown Hall"
    )
    dana = UserFactory(name="Dana Whitlock", email="dana@riverside.example", password=PASSWORD)
    MembershipFactory(person=dana, organisation=organisation, role=role, staff_number="RC-17")
    CertificateFactory(completion__person=dana)

    stranger = visitor()
    page = stranger.goto("/en/account/signup/")
    page.get_by_role("main").get_by_role("link", name="privacy notice").click()
    stranger.check_page("Privacy notice")
    expect(page.get_by_text("Town Hall")).to_be_visible()
    stranger.goto("/ar/privacy/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    stranger.check_page("")
    stranger.keep_picture("privacy-notice-ar")

    person = visitor()
    page = sign_in(person, dana.email)
    person.goto("/en/account/")
    page.get_by_role("link", name="Your data").click()
    person.check_page("Your data")
    # What is everything about a person asks for their password again.
    page.get_by_role("link", name="For a computer").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_download() as taken:
        page.get_by_role("main").get_by_role("button", name="Continue").click()
    held = json.loads(Path(taken.value.path()).read_text())
    assert held["person"][0]["name"] == "Dana Whitlock"
    person.goto("/en/account/privacy/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="To read").click()
    assert Path(taken.value.path()).read_bytes()[:4] == b"%PDF"

    page.get_by_role("link", name="Ask for your details to be removed").click()
    person.check_page("Have your details removed?")
    page.get_by_role("button", name="Ask for my details to be removed").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box to go on")
    person.check_page("Have your details removed?")
    page.get_by_label("I understand that this cannot be undone.").check()
    page.get_by_role("button", name="Ask for my details to be removed").click()
    person.check_page("Your data")
    expect(page.get_by_text("You asked us to remove your details")).to_be_visible()
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_text("Your request is taken back.")).to_be_visible()
    assert ErasureRequest.objects.get().state == "cancelled"

    arabic = person.goto("/ar/account/privacy/")
    expect(arabic.locator("html")).to_have_attribute("dir", "rtl")
    person.check_page(arabic.locator("h1").inner_text())


def test_a_lead_sees_who_looked_sets_periods_and_takes_away_what_is_past_them(visitor):
    organisation, role = a_place()
    lead = appointed(organisation, role, "Lena Lead", Kind.ORGANISATION_LEAD)
    second = appointed(organisation, role, "Dee Deputy", Kind.ORGANISATION_LEAD)
    leaver = MembershipFactory(
        person=UserFactory(name="Gone Person", email=""), organisation=organisation, role=role, staff_number="RC-9"
    )
    InvitationFactory(organisation=organisation, role=role, expires_at=timezone.now() - timedelta(days=200))

    desk = visitor()
    page = sign_in(desk, lead.email)
    desk.goto(f"/en/organisations/{organisation.slug}/people/")
    page.get_by_role("navigation", name=organisation.name).get_by_role("link", name="Privacy").click()
    desk.check_page("Who has looked at our names")
    expect(page.get_by_role("row").filter(has_text="list of people")).to_have_count(1)
    page.get_by_role("link", name="How long records are kept here").click()
    desk.check_page("How long records are kept")
    page.get_by_label("Answers given in quizzes").select_option(label="6 months")
    page.get_by_role("button", name="Save").click()
    desk.check_page("What is past its period")
    expect(page.get_by_role("row").filter(has_text="Invitations that have ended")).to_have_count(1)
    desk.goto(f"/en/organisations/{organisation.slug}/preview/")
    page.get_by_label("I understand that this cannot be undone.").check()
    page.get_by_role("button", name="Take this away").click()
    expect(page.get_by_text("Invitations that have ended: 1")).to_be_visible()
    desk.check_page("What is past its period")
    assert not Invitation.objects.exists()

    desk.goto("/en/privacy/requests/new/")
    desk.check_page("Enter a request that came by letter")
    page.get_by_label("E-mail address or staff number in the letter").fill("rc-9")
    page.get_by_role("button", name="Enter the request").click()
    desk.check_page("Requests to remove details")
    page.get_by_role("link", name="Request").first.click()
    expect(page.get_by_text("Nobody does this alone")).to_be_visible()

    other = visitor()
    page = sign_in(other, second.email)
    other.goto("/en/privacy/requests/")
    page.get_by_role("link", name="Request").first.click()
    other.check_page("Request")
    expect(page.get_by_text("Gone Person")).to_have_count(0)
    page.get_by_label("Their e-mail address or staff number").fill("RC-9")
    page.get_by_label("I understand that this cannot be undone.").check()
    page.get_by_role("button", name="Remove the details for good").click()
    expect(page.get_by_text("The details are removed.")).to_be_visible()
    assert User.objects.get(pk=leaver.person_id).name == ""
