"""Somebody without e-mail comes in with a slip from their lead, and signs out elsewhere."""

from __future__ import annotations

import re

from django.core.cache import cache
from playwright.sync_api import expect

from home.actions import prepare_site
from tests.e2e.people import Kind, a_place, appointed, sign_in

OWN_PASSWORD = "copper lantern orchard"


def at_the_door(visitor, path: str, **values: str):
    """Fills in the fields of a form at the door by their names, which no language changes, and sends it."""
    page = visitor.goto(path)
    visitor.check_page("")
    for name, value in values.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("main button[type=submit]").first.click()
    return page


def test_from_the_slip_to_signing_out_elsewhere(visitor):
    cache.clear()
    prepare_site()
    organisation, role = a_place()
    lead = appointed(organisation, role, "Lee Ames", Kind.ORGANISATION_LEAD)

    desk = visitor()
    page = sign_in(desk, lead.email)
    desk.goto(f"/en/organisations/{organisation.slug}/people/new/")
    desk.check_page("Add a person without e-mail")
    page.get_by_label("Name").fill("Amina Farah")
    page.get_by_label("Staff number").fill("0417")
    page.get_by_label("Role").select_option(label="Housing officer")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_role("link", name=re.compile("sign-in code")).first.click()
    desk.check_page("Give a sign-in code?")
    page.get_by_role("button", name="Give a code").click()
    desk.check_page("Sign-in code")
    desk.keep_picture("sign-in-slip")
    code = page.locator(".code-to-copy").inner_text()
    known = {"organisation": organisation.slug, "staff_number": "0417"}

    # On a ward computer without scripts, in Arabic; the code is used up, the password stays.
    ward = visitor(java_script_enabled=False, locale="ar")
    ward.check_page = lambda heading: None
    there = at_the_door(ward, "/ar/account/staff/code/", **known, code=code, password=OWN_PASSWORD)
    expect(there.locator("html")).to_have_attribute("dir", "rtl")
    assert "/account/staff/" not in there.url
    again = visitor(locale="ar")
    at_the_door(again, "/ar/account/staff/code/", **known, code=code, password=OWN_PASSWORD)
    expect(again.page.locator(".govuk-error-summary")).to_be_visible()
    again.check_page("")
    phone = visitor(locale="ar")
    page = at_the_door(phone, "/ar/account/staff/", **known, password=OWN_PASSWORD)
    assert "/account/staff/" not in page.url

    phone.goto("/ar/account/sign-ins/")
    phone.check_page("")
    phone.keep_picture("sign-ins-ar")
    phone.goto("/en/account/sign-ins/")
    phone.check_page("Where you are signed in")
    expect(page.locator(".todo > li")).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.locator(".todo > li")).to_have_count(1)
    ward.goto("/ar/account/sign-ins/")
    assert "/account/login/" in ward.page.url
