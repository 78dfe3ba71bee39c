"""Lead: from two files to a printed board report, with a briefing in a room between them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pypdf
import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from organisations.clock import today
from organisations.models import User
from records.models import Reminder, Session
from reporting.models import Report
from tests.e2e.conftest import Visitor
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, code_in_newest_mail, set_up_second_step, sign_in
from tests.factories.courses import make_module

PLACE, MODULE = "Riverside Council", "Seeing it"
PHONE = {"viewport": {"width": 320, "height": 640}}
#: As spreadsheets write them: semicolons, an own order, a name that a spreadsheet would run, and a row with faults.
STAFF = (
    "Payroll no;Surname;First name;Work e-mail;Job title\n"
    "A1;Whitlock;Dana;dana@riverside.example;Housing officer\n"
    "A2;Price;=Sum;sum@riverside.example;Housing officer\n"
    "A3;Nowhere;Nia;nia at riverside;Pilot\n"
)
HEADCOUNTS = "Role;Headcount;Counted on;Source\nHousing officer;10;{day};Payroll\n"
COLUMNS = {
    "coverage": ("Coverage, per cent", r"(\d+)%"),
    "required": ("Required", r"of (\d+)"),
    "current": ("Current", r"(\d+) current"),
    "due": ("Due", r"(\d+) due"),
    "overdue": ("Overdue", r"(\d+) overdue"),
    "headcount": ("Headcount", r"headcount (\d+)"),
    "unknown": ("Unknown", r"(\d+) unknown"),
    "reach": ("Reach, per cent", r"reach (\d+)%"),
}
BEFORE = {
    "coverage": 0, "required": 5, "current": 0, "due": 5, "overdue": 0, "headcount": 10, "unknown": 5, "reach": 0
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def send(page: Page, button: str) -> None:
    """Presses the button of the page."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def follow(desk: Visitor, link: str, heading: str) -> None:
    """Follows a link of the page, and looks at where it leads."""
    desk.page.get_by_role("main").get_by_role("link", name=link).first.click()
    desk.check_page(heading)


def look(desk: Visitor, heading: str, picture: str) -> None:
    """Holds the page to the rules, and keeps a picture of it."""
    desk.check_page(heading)
    desk.keep_picture(picture)


def download(page: Page, name: str) -> bytes:
    """What is behind a button or link."""
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_text(name).first.click()
    return Path(waiting.value.path()).read_bytes()


def rows_of(content: bytes) -> list[dict[str, str]]:
    """A file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def words_in(place: Locator) -> str:
    """What the place says, in one line."""
    return " ".join(place.inner_text().split())


def test_a_partnership_begins(visitor):
    """From the operator's one command to a role, an organisation and an invitation to its lead."""
    said = io.StringIO()
    options = {"lead_name": "Petra Lindqvist", "lead_email": "petra@partnership.example", "password": True}
    call_command("create_partnership", "Riverside Anti-Slavery Partnership", stdout=said, **options)
    desk = visitor()
    page = desk.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill("petra@partnership.example")
    page.get_by_label("Password", exact=True).fill(re.search(r"works once: (\S+)", said.getvalue()).group(1))
    send(page, "Sign in")
    desk.check_page("Choose a password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    again = page.get_by_label("Password (again)")
    if again.count():
        again.fill(PASSWORD)
    send(page, "Save the password")
    page = set_up_second_step(desk, "petra@partnership.example", "/en/coverage/")
    expect(page.get_by_text("There is no organisation to show")).to_be_visible()

    desk.goto("/en/roles/")
    send(page, "Add a role")
    desk.check_page("Add a role")
    page.get_by_label("Name in English").fill("Housing officer")
    send(page, "Add the role")
    desk.goto("/en/organisations/")
    send(page, "Add an organisation")
    desk.check_page("Add an organisation")
    page.get_by_label("Name").fill(PLACE)
    page.get_by_label("What sort of organisation is it?").select_option(label="Council")
    page.get_by_label("Nation").select_option(label="England")
    send(page, "Add the organisation")
    desk.check_page(PLACE)
    page.get_by_role("link", name="Invite the lead").click()
    desk.check_page("Invite a person")
    page.get_by_label("E-mail address").fill("iman.okafor@riverside.example")
    page.get_by_label("Role").select_option(label="Housing officer")
    page.get_by_label("This person is going to lead the organisation").check()
    send(page, "Send the invitation")
    desk.check_page("Invitations")


def test_lead(visitor):
    organisation, role = a_place()
    make_module(title=MODULE, briefing="enough")
    people = (
        ("Iman Okafor", Kind.ORGANISATION_LEAD),
        ("Petra Lindqvist", Kind.PARTNERSHIP_LEAD),
        ("Femi Hart", Kind.TRAINER),
    )
    desks = []
    for name, kind in people:
        desks.append(visitor())
        sign_in(desks[-1], appointed(organisation, role, name, kind).email)
    lead, partnership_lead, trainer = desks

    people_come_in(lead)
    headcounts_come_in(lead)
    a_module_is_required(partnership_lead)
    assert read_coverage(lead) == BEFORE

    address = a_briefing_is_planned(trainer)
    dana = checks_in_on_a_phone(visitor, address)
    trainer_confirms(trainer)
    expect(dana.goto("/en/learn/record/").get_by_text("Took part in a briefing").first).to_be_visible()

    after = {**BEFORE, "coverage": 20, "current": 1, "due": 4, "reach": 10}
    assert read_coverage(lead) == after
    assert read_coverage(partnership_lead) == after
    lines = rows_of(download(partnership_lead.page, "Download as CSV"))
    (line,) = [line for line in lines if line["Organisation"] == PLACE]
    assert {name: int(line[column]) for name, (column, _pattern) in COLUMNS.items()} == after
    coverage_is_printed(lead)
    drills_down(lead, partnership_lead, after)
    reminds(lead)
    looks_further(lead)
    publishes_the_report(partnership_lead, lead)


def people_come_in(desk: Visitor) -> None:
    """A staff list, brought on a narrow screen; the row that says too little comes back as a file."""
    page = desk.goto("/en/organisations/riverside-council/people/")
    follow(desk, "Import people from a file", "Import people from a file")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": STAFF.encode("cp1252")}
    )
    send(page, "Go on")
    look(desk, "Check the columns", "import-columns")
    send(page, "Check the rows")
    look(desk, "Check before you save", "import-preview")
    expect(page.get_by_text("There is no role of this name.")).to_be_visible()
    page.get_by_label("Save the good rows").check()
    send(page, "Save")
    look(desk, "The file is saved", "import-done")
    assert b"nia at riverside" in download(page, "Download these rows")
    desk.goto("/en/organisations/riverside-council/people/")
    look(desk, "People", "people")
    expect(page.get_by_role("link", name="Dana Whitlock")).to_be_visible()
    somebody_is_found(desk)


def somebody_is_found(desk: Visitor) -> None:
    """By name, which stands in no address; Back and reload draw what was found again."""
    page = desk.page
    page.get_by_label("Name, work address or staff number").fill("whitlock")
    send(page, "Show")
    look(desk, "People", "people-found")
    found, rows = page.url, page.get_by_role("rowheader")
    assert "whitlock" not in found
    expect(rows).to_have_text(["Dana Whitlock"])
    follow(desk, "Dana Whitlock", "Dana Whitlock")
    page.go_back()
    expect(rows).to_have_text(["Dana Whitlock"])
    page.reload()
    expect(rows).to_have_text(["Dana Whitlock"])
    assert page.url == found
    page.get_by_role("link", name="Show everybody").click()
    expect(rows).not_to_have_count(1)


def headcounts_come_in(desk: Visitor) -> None:
    """The same steps, already looked at."""
    page = desk.goto("/en/organisations/riverside-council/headcounts/")
    page.get_by_role("link", name="Import headcounts from a file").click()
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "headcounts.csv", "mimeType": "text/csv", "buffer": HEADCOUNTS.format(day=today()).encode()}
    )
    send(page, "Go on")
    send(page, "Check the rows")
    send(page, "Save")
    expect(page.get_by_role("heading", name="The file is saved")).to_be_visible()
    desk.goto("/en/organisations/riverside-council/headcounts/")
    look(desk, "Headcounts", "headcounts")


def a_module_is_required(desk: Visitor) -> None:
    """Of one role, due in 30 days; the screen says whom that means before anything is saved."""
    page = desk.goto("/en/requirements/")
    send(page, "Require a module")
    look(desk, "Require a module", "requirement-new")
    page.get_by_label("Module", exact=True).select_option(label=MODULE)
    page.get_by_label("People in some roles").check()
    page.get_by_label("Housing officer").check()
    page.get_by_label("How many days do they have?").fill("30")
    send(page, "Continue")
    look(desk, "Require this module?", "requirement-effect")
    expect(page.get_by_text("5 people today, in 1 organisation")).to_be_visible()
    send(page, "Require it")
    follow(desk, MODULE, MODULE)


def read_coverage(desk: Visitor) -> dict[str, int]:
    """The numbers of the one cell, as the page shows them."""
    page = desk.goto("/en/coverage/")
    said = words_in(cell_of(page))
    return {name: int(re.search(pattern, said).group(1)) for name, (_column, pattern) in COLUMNS.items()}


def cell_of(page: Page) -> Locator:
    """The cell of the place and the module."""
    return page.get_by_role("row", name=re.compile(PLACE)).first.get_by_role("cell").first


def a_briefing_is_planned(desk: Visitor) -> str:
    """For today; gives the path under which people check in."""
    page = desk.goto("/en/sessions/")
    send(page, "Plan a briefing")
    look(desk, "Plan a briefing", "session-new")
    page.get_by_label("On which module?").select_option(label=MODULE)
    page.get_by_label("Where is it?").fill("Town hall, room 2")
    page.get_by_label("On which day?").fill(today().isoformat())
    page.get_by_label("Starts at").fill("00:00")
    page.get_by_label("Ends at").fill("23:59")
    page.get_by_label("Which organisation is the host?").select_option(label=PLACE)
    page.get_by_label("Femi Hart").check()
    send(page, "Plan it")
    look(desk, MODULE, "session")
    send(page, "Show the code on a screen")
    look(desk, "Check in", "session-screen")
    return f"/check-in/{Session.objects.get().code}/"


def checks_in_on_a_phone(visitor, address: str) -> Visitor:
    """One without an account, in Arabic to begin with, and one who is signed in."""
    phone = visitor(**PHONE)
    page = phone.goto(f"{address}?language=ar")
    look(phone, "تسجيل الحضور في جلسة توعية", "check-in-ar")
    phone.goto(address)
    look(phone, "Check in to a briefing", "check-in")
    page.get_by_label("Your name").fill("Ama Boateng")
    send(page, "Check in")
    look(phone, "You are checked in", "check-in-done")

    person = User.objects.get(name="Dana Whitlock")
    person.set_password(PASSWORD)
    person.save()
    dana = visitor(**PHONE)
    page = dana.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    send(page, "Sign in")
    page.get_by_label("Code").fill(code_in_newest_mail(person.email))
    send(page, "Continue")
    expect(page.get_by_role("banner").get_by_role("button", name="Sign out")).to_be_visible()
    dana.goto(address)
    send(page, "Check in")
    look(dana, "You are checked in", "check-in-signed-in")
    return dana


def trainer_confirms(desk: Visitor) -> None:
    """Whoever was seen in the room."""
    page = desk.goto(f"/en/sessions/{Session.objects.get().key}/people/")
    look(desk, "Who was there", "session-people")
    send(page, "Confirm those ticked")
    expect(page.get_by_text("2 people are confirmed.")).to_be_visible()
    look(desk, "Who was there", "session-confirmed")
    desk.goto("/en/sessions/")
    look(desk, "Briefings", "sessions")


def coverage_is_printed(desk: Visitor) -> None:
    """On a sheet of A4 with its margins, without the paths to which the numbers lead."""
    page = desk.goto("/en/coverage/")
    size = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 672
    link = cell_of(page).get_by_role("link").first
    assert link.evaluate("each => getComputedStyle(each, '::after').content") == "none"
    page.emulate_media(media="screen")
    page.set_viewport_size(size)


def drills_down(lead: Visitor, partnership_lead: Visitor, shown: dict[str, int]) -> None:
    """The organisation's own lead reads names; the partnership's lead reads numbers and why there are no names."""
    look(lead, "Coverage by organisation", "coverage")
    page = lead.page
    cell_of(page).get_by_role("link").first.click()
    look(lead, MODULE, "coverage-people")
    names = {words_in(name) for name in page.get_by_role("rowheader").all()}
    assert names == {"Dana Whitlock", "Iman Okafor", "Petra Lindqvist", "Femi Hart", "=Sum Price"}
    lines = rows_of(download(page, "Download as CSV"))
    assert {line["Name"] for line in lines} == {"'=Sum Price"} | names - {"=Sum Price"}
    assert [line["State"] for line in lines if line["Name"] == "Dana Whitlock"] == ["current"]

    partnership_lead.goto(page.url)
    look(partnership_lead, MODULE, "coverage-counts")
    main = partnership_lead.page.get_by_role("main")
    expect(main.get_by_role("heading", name="Names belong to the employer")).to_be_visible()
    terms, values = main.get_by_role("term").all_inner_texts(), main.get_by_role("definition").all_inner_texts()
    lines = dict(zip(terms, values, strict=True))
    assert lines["Coverage"] == f"{shown['coverage']}%"
    for name in ("Whitlock", "=Sum Price"):
        expect(main).not_to_contain_text(name)
    answer = partnership_lead.context.request.get(page.url.rstrip("/") + "/csv/")
    assert answer.status == 403


def reminds(desk: Visitor) -> None:
    """From coverage to the letters: those who are not done yet, in the lead's own words."""
    desk.goto("/en/coverage/organisations/riverside-council/")
    look(desk, PLACE, "coverage-organisation")
    page = desk.goto("/en/coverage/organisations/riverside-council/people/?state=due")
    send(page, "Remind these people")
    look(desk, "Remind people", "remind")
    page.get_by_label("Your own words").fill("Please find half an hour this week.")
    send(page, "Look at the letter")
    look(desk, "Remind people", "remind-letter")
    expect(page.locator(".letter")).to_contain_text("Please find half an hour this week.")
    send(page, "Send 4 letters")
    look(desk, "Reminders that were sent", "reminded")
    assert Reminder.objects.filter(outcome=Reminder.Outcome.SENT).count() == 4
    page.get_by_role("link", name="Reminders", exact=True).click()
    look(desk, "Reminders", "reminders")


def looks_further(desk: Visitor) -> None:
    """A year, what is missing, and what was delivered."""
    for path, heading in (("trend", "Coverage over a year"), ("gaps", "Gaps"), ("delivery", "Delivery")):
        desk.goto(f"/en/coverage/{path}/")
        look(desk, heading, path)
    expect(desk.page.get_by_text("of your people in the room")).to_be_visible()


def publishes_the_report(partnership_lead: Visitor, lead: Visitor) -> None:
    """A draft, shown to the organisations; one comments; after five working days it is printed for the board."""
    page = partnership_lead.goto("/en/coverage/reports/")
    send(page, "Prepare a report")
    look(partnership_lead, "Prepare a report", "report-new")
    send(page, "Prepare the draft")
    look(partnership_lead, "Report: coverage on", "report-draft")
    send(page, "Count the numbers and share them")
    expect(page.get_by_text("The numbers are counted")).to_be_visible()

    lead.goto("/en/coverage/reports/")
    look(lead, "Reports", "reports")
    follow(lead, "Coverage on", "Report: coverage on")
    follow(lead, "Add a comment", "Comment of Riverside Council")
    lead.page.get_by_label("Comment, printed beside your row").fill("Ten people start in spring.")
    send(lead.page, "Save")

    Report.objects.update(publish_from=today())
    partnership_lead.goto(page.url)
    send(page, "Publish")
    look(partnership_lead, "Report: coverage on", "report-published")
    printed = pypdf.PdfReader(io.BytesIO(download(page, "Download the board report (PDF)")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert "Ten people start in spring." in text
    assert Report.objects.get().checksum[:8] in text.replace(" ", "")
