"""Lead: from an empty installation to coverage that moves by exactly the person who has completed the module."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from courses.models import ModulePage
from home.actions import prepare_site
from organisations.actions import add_membership
from organisations.clock import today
from organisations.models import Organisation, Role, User
from tests.e2e.conftest import Visitor
from tests.e2e.people import (
    PASSWORD,
    Kind,
    a_place,
    appointed,
    code_in_newest_mail,
    link_in_newest_mail,
    set_up_second_step,
    sign_in,
)
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory

PLACE = "Riverside Council"
MODULE = "Seeing it"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def operator_begins() -> str:
    """The operator's one command; returns the password it prints."""
    said = io.StringIO()
    options = {"lead_name": "Petra Lindqvist", "lead_email": "petra@partnership.example", "password": True}
    call_command("create_partnership", "Riverside Anti-Slavery Partnership", stdout=said, **options)
    return re.search(r"works once: (\S+)", said.getvalue()).group(1)


def send(page: Page, button: str) -> None:
    """Presses the button of the form."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def chooses_own_password(desk: Visitor, once: str) -> None:
    """In with the password that works once; the first thing asked for is one's own."""
    page = desk.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill("petra@partnership.example")
    page.get_by_label("Password", exact=True).fill(once)
    send(page, "Sign in")
    desk.check_page("Choose a password")
    expect(page.get_by_text("Your one-time password is used up")).to_be_visible()
    expect(page.get_by_text("You sign in with a code now")).to_have_count(0)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    again = page.get_by_label("Password (again)")
    if again.count():
        again.fill(PASSWORD)
    send(page, "Save the password")
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    page = desk.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill("petra@partnership.example")
    page.get_by_label("Password", exact=True).fill(once)
    send(page, "Sign in")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    sign_in(desk, "petra@partnership.example")


def prepares_the_place(desk: Visitor) -> None:
    """A role, an organisation, a headcount and an invitation to its lead, each in its screen."""
    page = set_up_second_step(desk, "petra@partnership.example", "/en/coverage/")
    desk.check_page("Coverage")
    expect(page.get_by_text("There is no organisation to show")).to_be_visible()
    desk.goto("/en/roles/")
    desk.check_page("Roles")
    page.get_by_role("main").get_by_role("button", name="Add a role").click()
    desk.check_page("Add a role")
    page.get_by_label("Name in English").fill("Housing officer")
    send(page, "Add the role")
    expect(page.get_by_text("Housing officer is added.")).to_be_visible()

    desk.goto("/en/organisations/")
    desk.check_page("Organisations")
    page.get_by_role("main").get_by_role("button", name="Add an organisation").click()
    desk.check_page("Add an organisation")
    page.get_by_label("Name").fill(PLACE)
    page.get_by_label("What sort of organisation is it?").select_option(label="Council")
    page.get_by_label("Nation").select_option(label="England")
    send(page, "Add the organisation")
    desk.check_page(PLACE)

    page.get_by_role("link", name="Headcounts").click()
    desk.check_page("Headcounts")
    page.get_by_role("main").get_by_role("button", name="Add a headcount").click()
    desk.check_page("Add a headcount")
    page.get_by_label("How many people?").fill("10")
    page.get_by_label("Where does the number come from?").fill("Payroll")
    send(page, "Save the headcount")
    expect(page.get_by_text("The headcount is saved.")).to_be_visible()

    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Invite the lead").click()
    desk.check_page("Invite a person")
    page.get_by_label("E-mail address").fill("iman.okafor@riverside.example")
    page.get_by_label("Role").select_option(label="Housing officer")
    page.get_by_label("This person is going to lead the organisation").check()
    send(page, "Send the invitation")
    desk.check_page("Invitations")


def requires_the_module(desk: Visitor) -> None:
    """Of everyone, due in 30 days; the screen says whom that means before anything is saved."""
    page = desk.goto("/en/requirements/")
    desk.check_page("Requirements")
    page.get_by_role("main").get_by_role("button", name="Require a module").click()
    desk.check_page("Require a module")
    page.get_by_label("Module", exact=True).select_option(label=MODULE)
    page.get_by_label("Everyone", exact=True).check()
    page.get_by_label("How many days do they have?").fill("30")
    send(page, "Continue")
    desk.check_page("Require this module?")
    expect(page.get_by_text("3 people today, in 1 organisation")).to_be_visible()
    send(page, "Require it")
    desk.check_page("Requirements")
    page.get_by_role("link", name=MODULE).click()
    desk.check_page(MODULE)


def joins_as_lead(desk: Visitor) -> None:
    """From the letter to the desk of an organisation's lead."""
    page = desk.goto(link_in_newest_mail("iman.okafor@riverside.example"))
    page.get_by_role("button", name="make an account").click()
    page.get_by_label("Your name").fill("Iman Okafor")
    page.get_by_label("Password, if you want one").fill(PASSWORD)
    send(page, "Make an account")
    page.get_by_label("Code").fill(code_in_newest_mail("iman.okafor@riverside.example"))
    send(page, "Continue")
    send(page, "Join")
    expect(page.get_by_text(PLACE).first).to_be_visible()
    set_up_second_step(desk, "iman.okafor@riverside.example", "/en/coverage/")


def two_members_come() -> User:
    """Two people work there; one has a name that a spreadsheet would run."""
    place, role = Organisation.objects.get(), Role.objects.get(name_en="Housing officer")
    dana, _sum = (
        UserFactory(name=name, email=email, password=PASSWORD)
        for name, email in (("Dana Whitlock", "dana@riverside.example"), ("=1+1", "sum@riverside.example"))
    )
    for person in (dana, _sum):
        add_membership(
            person=person, organisation=place, role=role, by=None, started_on=today(), work_email=person.email
        )
    return dana


def cell_of(page: Page) -> Locator:
    """The cell of the place and the module."""
    return page.get_by_role("row", name=re.compile(PLACE)).first.get_by_role("cell").first


def words_in(place: Locator) -> str:
    """What the place says, in one line."""
    return " ".join(place.inner_text().split())


def read_coverage(desk: Visitor) -> dict[str, int]:
    """The numbers of the one cell, as the page shows them."""
    page = desk.goto("/en/coverage/")
    desk.check_page("Coverage by organisation")
    said = words_in(cell_of(page))
    patterns = {
        "coverage": r"(\d+)%",
        "required": r"of (\d+)",
        "current": r"(\d+) current",
        "expiring": r"(\d+) expiring",
        "due": r"(\d+) due",
        "overdue": r"(\d+) overdue",
        "headcount": r"headcount (\d+)",
        "unknown": r"(\d+) unknown",
        "reach": r"reach (\d+)%",
    }
    return {name: int(re.search(pattern, said).group(1)) for name, pattern in patterns.items()}


def download(page: Page) -> list[dict[str, str]]:
    """The file behind the button, by the names of its columns."""
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name="Download as CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def current_people(desk: Visitor) -> set[str]:
    """The names behind the number of those who are current."""
    page = desk.goto("/en/coverage/")
    cell_of(page).get_by_role("link").click()
    desk.check_page(MODULE)
    page.get_by_role("navigation", name="Which people").get_by_role("link", name=re.compile("^Current")).click()
    desk.check_page(MODULE)
    return {words_in(name) for name in page.get_by_role("rowheader").all()}


def completes_the_module(phone: Visitor, person: User) -> None:
    """Starts, reads, and says that it is finished."""
    page = sign_in(phone, person.email)
    phone.goto("/en/learn/")
    page.get_by_role("link", name=MODULE).first.click()
    send(page, "Start")
    page.get_by_role("button", name=re.compile("Done")).click()
    send(page, "I have finished")
    phone.check_page("")


def test_lead(visitor):
    partnership_lead, organisation_lead = visitor(), visitor()
    chooses_own_password(partnership_lead, operator_begins())
    prepares_the_place(partnership_lead)
    make_module(title=MODULE)
    joins_as_lead(organisation_lead)
    dana = two_members_come()
    requires_the_module(partnership_lead)

    before = read_coverage(organisation_lead)
    assert before == {
        "coverage": 0,
        "required": 3,
        "current": 0,
        "expiring": 0,
        "due": 3,
        "overdue": 0,
        "headcount": 10,
        "unknown": 7,
        "reach": 0,
    }
    assert read_coverage(partnership_lead) == before
    assert current_people(organisation_lead) == set()

    completes_the_module(visitor(viewport={"width": 360, "height": 740}), dana)

    after = read_coverage(organisation_lead)
    assert after == {**before, "coverage": 33, "current": 1, "due": 2, "reach": 10}
    assert read_coverage(partnership_lead) == after
    assert current_people(organisation_lead) == {"Dana Whitlock"}

    file_equals_page(partnership_lead, after)
    names_belong_to_the_employer(partnership_lead, organisation_lead, after)


def file_equals_page(desk: Visitor, shown: dict[str, int]) -> None:
    """The file of the table says what the table says."""
    page = desk.goto("/en/coverage/")
    (line,) = [line for line in download(page) if line["Organisation"] == PLACE]
    columns = {
        "coverage": "Coverage, per cent",
        "required": "Required",
        "current": "Current",
        "expiring": "Of them expiring",
        "due": "Due",
        "overdue": "Overdue",
        "headcount": "Headcount",
        "unknown": "Unknown",
        "reach": "Reach, per cent",
    }
    assert {name: int(line[column]) for name, column in columns.items()} == shown
    assert line["Module"] == MODULE


def names_belong_to_the_employer(partnership_lead: Visitor, organisation_lead: Visitor, shown: dict[str, int]) -> None:
    """The partnership's lead reads numbers and why there are no names; the organisation's own lead reads names."""
    page = partnership_lead.goto("/en/coverage/")
    cell_of(page).get_by_role("link").click()
    partnership_lead.check_page(MODULE)
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", name="Names belong to the employer")).to_be_visible()
    lines = dict(
        zip(main.get_by_role("term").all_inner_texts(), main.get_by_role("definition").all_inner_texts(), strict=True)
    )
    assert int(lines["Required"]) == shown["required"]
    assert int(lines["Current"]) == shown["current"]
    assert lines["Coverage"] == f"{shown['coverage']}%"
    for name in ("Whitlock", "Okafor", "=1+1"):
        expect(main).not_to_contain_text(name)
    expect(main.get_by_role("button", name="Download as CSV")).to_have_count(0)
    people = page.url

    page = organisation_lead.goto(people)
    organisation_lead.check_page(MODULE)
    names = {words_in(name) for name in page.get_by_role("rowheader").all()}
    assert names == {"Dana Whitlock", "Iman Okafor", "=1+1"}
    lines = download(page)
    assert {line["Name"] for line in lines} == {"Dana Whitlock", "Iman Okafor", "'=1+1"}
    assert [line["State"] for line in lines if line["Name"] == "Dana Whitlock"] == ["current"]
    answer = partnership_lead.context.request.get(people.rstrip("/") + "/csv/")
    assert answer.status == 403


def test_pages_in_arabic(visitor):
    prepare_site()
    organisation, role = a_place()
    lead = appointed(organisation, role, "Iman Okafor", Kind.ORGANISATION_LEAD)
    make_module(title=MODULE)
    desk = visitor(locale="ar")
    page = sign_in(desk, lead.email)
    module = ModulePage.objects.get().get_url().replace("/en/", "/ar/")
    for path in ("/ar/learn/", module):
        desk.goto(path)
        desk.check_page("")
        html = page.locator("html")
        expect(html).to_have_attribute("dir", "rtl")
        expect(html).to_have_attribute("lang", "ar")
