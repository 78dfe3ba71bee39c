"""Where somebody ends up who is lost or shut out, and what a demo says of itself there and in the CMS."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from home.actions import prepare_site
from tests.e2e.people import Kind, a_place, appointed, sign_in


def test_names_longer_than_a_narrow_screen(visitor):
    organisation, role = a_place()
    person = appointed(organisation, role, "Featherstonehaugh" * 8, Kind.ORGANISATION_LEAD)
    organisation.name = "Riversidecouncil" * 8
    organisation.save()
    desk = visitor()
    sign_in(desk, person.email)
    desk.goto("/en/account/memberships/")
    desk.check_page("Where I work")
    desk.goto(f"/en/organisations/{organisation.slug}/units/")
    desk.check_page("Units")
    appointed(organisation, role, "Iman Okafor", Kind.ORGANISATION_LEAD)
    desk.goto("/en/coverage/monthly/")
    desk.check_page("Monthly report")


def test_error_pages_and_the_cms_of_a_demo(visitor, settings):
    settings.DEMO = True
    prepare_site()
    organisation, role = a_place()
    trainer = appointed(organisation, role, "Luca Ferrante", Kind.TRAINER)
    desk = visitor()
    page = sign_in(desk, trainer.email)
    for code, direction in (("en", "ltr"), ("ar", "rtl")):
        with translation.override(code):
            heading = gettext("We cannot find that page")
            invented = gettext("The people and organisations here are invented.")
        desk.goto(f"/{code}/nothing-here/")
        desk.check_page(heading)
        desk.keep_picture(f"lost-{code}")
        expect(page.locator("html")).to_have_attribute("dir", direction)
        expect(page.locator(".demo-mark")).to_contain_text(invented)
    desk.goto("/en/privacy/requests/")
    desk.check_page("This page is not open to you")

    desk.goto("/cms/")
    mark = page.locator(".cms-demo")
    expect(mark).to_contain_text("The people and organisations here are invented.")
    desk.check_accessibility(".cms-demo")
    # Beside Wagtail's menu on a wide screen, clear of its button on a narrow one.
    expect(page.locator(".sidebar")).to_have_css("top", "0px")
    desk.keep_picture("cms")
    page.set_viewport_size({"width": 320, "height": 800})
    button = page.locator(".sidebar-nav-toggle").bounding_box()
    assert mark.locator("p").bounding_box()["x"] >= button["x"] + button["width"]
