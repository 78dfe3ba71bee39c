"""Lead: from a staff list to people in the list, on a narrow screen."""

from __future__ import annotations

from playwright.sync_api import expect

from organisations.models import Membership
from tests.e2e.people import Kind, a_place, appointed, sign_in

STAFF = (
    "Payroll no;Surname;First name;Work e-mail;Job title\n"
    "A1;Khan;Asha;asha@riverside.example;Housing officer\n"
    "A2;Nowhere;Nia;nia at riverside;Pilot\n"
)


def test_a_staff_list_comes_in(visitor):
    organisation, role = a_place()
    lead = appointed(organisation, role, "Lena Lead", Kind.ORGANISATION_LEAD)
    desk = visitor(viewport={"width": 320, "height": 800})
    sign_in(desk, lead.email)
    page = desk.goto("/en/organisations/riverside-council/people/")
    page.get_by_role("link", name="Import people from a file").click()
    desk.check_page("Import people from a file")
    desk.keep_picture("import-new")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": STAFF.encode("cp1252")}
    )
    page.get_by_role("button", name="Go on").click()
    desk.check_page("Check the columns")
    desk.keep_picture("import-columns")
    page.get_by_role("button", name="Check the rows").click()
    desk.check_page("Check before you save")
    expect(page.get_by_text("There is no role of this name.")).to_be_visible()
    desk.keep_picture("import-preview")
    page.get_by_label("Save the good rows").check()
    page.get_by_role("button", name="Save", exact=True).click()
    desk.check_page("The file is saved")
    desk.keep_picture("import-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these rows").click()
    assert "nia at riverside" in download.value.path().read_text(encoding="utf-8-sig")
    assert Membership.objects.get(staff_number="A1").person.name == "Asha Khan"
