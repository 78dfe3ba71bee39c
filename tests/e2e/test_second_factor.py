"""The second step: set up and used by passkey and by app, in English and in Arabic."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from home.actions import prepare_site
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, set_up_second_step, sign_in


@pytest.fixture(autouse=True)
def _ready(settings):
    cache.clear()
    # The tests' server has no certificate.
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    prepare_site()


@pytest.fixture
def lead():
    person = appointed(*a_place(), "Iman Okafor", Kind.ORGANISATION_LEAD)
    person.authenticator_set.all().delete()
    return person


def with_a_phone(visitor):
    """A browser whose device holds passkeys and knows its owner."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return visitor


def test_a_passkey_is_added_and_then_is_all_one_needs(visitor, lead):
    desk = with_a_phone(visitor())
    sign_in(desk, lead.email)
    page = desk.goto("/en/coverage/")
    desk.check_page("Set up a second step")
    page.get_by_role("button", name="Add a passkey").click()
    desk.check_page("Add a passkey")
    page.get_by_role("main").get_by_role("button", name="Add a passkey").click()
    desk.check_page("Your backup codes")
    page.get_by_role("button", name="I have kept them").click()
    desk.check_page("Coverage")
    desk.goto("/en/account/second-step/")
    desk.check_page("Your second step")
    page.get_by_role("link", name="Change or add passkeys").click()
    desk.check_page("Passkeys")
    page.get_by_role("link", name="Rename").click()
    desk.check_page("Rename a passkey")
    page.get_by_label("Name of this passkey").fill("My phone")
    page.get_by_role("main").get_by_role("button", name="Save").click()
    desk.check_page("Passkeys")
    expect(page.get_by_role("heading", name="My phone")).to_be_visible()

    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    desk.goto("/en/account/login/?next=/en/coverage/")
    desk.check_page("Sign in")
    # What went wrong is said when something went wrong.
    expect(page.get_by_text("The passkey was not used.")).to_be_hidden()
    page.get_by_label("This is a shared computer").check()
    page.get_by_role("button", name="Sign in with a passkey").click()
    desk.check_page("Coverage")
    session = next(each for each in desk.context.cookies() if each["name"] == "sessionid")
    assert session["expires"] == -1

    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    page = desk.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(lead.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    desk.check_page("Your second step")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("banner").get_by_role("button", name="Sign out")).to_be_visible()


def test_an_app_without_javascript(visitor, lead):
    plain = visitor(java_script_enabled=False)
    page = plain.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(lead.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("banner").get_by_role("button", name="Sign out")).to_be_visible()
    page = plain.goto("/en/coverage/")
    page.get_by_role("button", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="A picture for the camera")).to_be_visible()


def test_the_pages_in_arabic(visitor, lead):
    desk = visitor(locale="ar")
    sign_in(desk, lead.email)
    set_up_second_step(desk, lead.email, "/en/coverage/")
    for path in ("", "webauthn/", "webauthn/add/", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/"):
        desk.goto(f"/ar/account/second-step/{path}")
        desk.check_page("")
        expect(desk.page.locator("html")).to_have_attribute("dir", "rtl")
