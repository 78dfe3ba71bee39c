"""Coming in, in a browser: from the letter to the membership, and out again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from organisations import actions
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    RoleFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def look(visitor, heading, name):
    """Holds the page to the rules, and keeps a picture of it."""
    visitor.check_page(heading)
    visitor.keep_picture(name)


def code_in(letter):
    return re.search(r"^\d{6}$", letter.body, re.MULTILINE)[0]


def test_from_the_letter_to_the_membership(visitor, mailoutbox):
    organisation = OrganisationFactory(name="Northshire Council")
    role = RoleFactory(name="Housing officer")
    actions.invite_person(organisation=organisation, role=role, email="asha@example.org", by=None, at=timezone.now())
    link = re.search(r"\S+/invitations/\S+", mailoutbox[0].body)[0]
    guest = visitor()
    page = guest.goto(link)
    look(guest, "Northshire Council invites you", "invitation-visitor")
    page.get_by_role("button", name="make an account").click()
    look(guest, "Make an account", "sign-up")
    page.get_by_label("Your name").fill("Asha Rowe")
    page.get_by_role("button", name="Make an account").click()
    look(guest, "Show that this address is yours", "prove-address")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).fill(code_in(mailoutbox[-1]))
    page.get_by_role("button", name="Continue").click()
    look(guest, "Northshire Council invites you", "invitation-mine")
    page.get_by_role("button", name="Join").click()
    guest.goto("/en/account/")
    look(guest, "Your account", "account")
    guest.goto("/en/account/memberships/")
    look(guest, "Where I work", "where-i-work")
    page.get_by_role("link", name="I do not work here any more").click()
    look(guest, "Leave Northshire Council?", "leave")
    guest.goto("/en/account/details/")
    look(guest, "Your name and language", "details")
    guest.goto("/en/account/email/")
    look(guest, "Your e-mail addresses", "addresses")


def test_by_code_on_a_shared_computer_in_arabic(visitor, mailoutbox):
    person = MembershipFactory(person=UserFactory(language="ar")).person
    guest = visitor(locale="ar")
    page = guest.goto("/ar/account/login/code/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=is_shared_computer]").check()
    page.locator("main button[type=submit]").first.click()
    page.locator("input[name=code]").fill(code_in(mailoutbox[-1]))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/ar/**")
    guest.goto("/ar/account/")
    look(guest, "", "account-ar")


def test_joining_by_domain_without_a_script(visitor):
    ours = OrganisationFactory(name="Harbour Trust")
    OrganisationDomainFactory(organisation=ours, domain="example.org")
    shared = OrganisationFactory(name="Northshire Council")
    OrganisationDomainFactory(organisation=shared, domain="example.org", needs_approval=True)
    role = RoleFactory(name="Ward nurse")
    person = UserFactory(password="copper lantern orchard")
    guest = visitor(java_script_enabled=False)
    page = guest.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill("copper lantern orchard")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Join an organisation").wait_for()
    page.get_by_role("button", name="Ask to join Harbour Trust").click()
    page.get_by_role("button", name="Ask to join").click()
    expect(page.get_by_text("Choose the job that is closest to yours.").first).to_be_visible()
    page.get_by_label("closest to your job").select_option(str(role.pk))
    page.get_by_role("button", name="Ask to join").click()
    expect(page.get_by_text("You asked to join Harbour Trust")).to_be_visible()


def test_pages_of_joining_and_of_signing_in(visitor):
    OrganisationDomainFactory(organisation=OrganisationFactory(name="Harbour Trust"), domain="example.org")
    RoleFactory(name="Ward nurse")
    person = UserFactory(password="copper lantern orchard")
    invitation = actions.invite_person(
        organisation=OrganisationFactory(name="Old Mill"),
        role=RoleFactory(),
        email="other@example.org",
        by=None,
        at=timezone.now() - timedelta(days=90),
    )
    guest = visitor()
    page = guest.goto("/en/account/login/")
    look(guest, "Sign in", "sign-in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    look(guest, "Sign in", "sign-in-errors")
    guest.goto("/en/account/login/code/")
    look(guest, "Sign in with a code", "sign-in-code")
    guest.goto(f"/en/invitations/{invitation.token}/")
    look(guest, "This invitation is too old", "invitation-old")
    page = guest.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill("copper lantern orchard")
    page.get_by_role("button", name="Sign in", exact=True).click()
    look(guest, "Join an organisation", "join")
    page.get_by_role("button", name="Join Harbour Trust").click()
    look(guest, "Join Harbour Trust", "join-organisation")
    invitation.expires_at = timezone.now() + timedelta(days=1)
    invitation.save()
    guest.goto(f"/en/invitations/{invitation.token}/")
    look(guest, "Old Mill invites you", "invitation-other-address")
