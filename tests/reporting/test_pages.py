"""Who sees coverage, what stands on the pages, and what is in the files."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from organisations.models import NamesSeen
from tests.conftest import TODAY
from tests.factories.organisations import AppointmentFactory, UserFactory
from tests.organisations.lead_world import sign_in
from tests.queries import writes
from tests.reporting.test_coverage import invent

COVERAGE, COVERAGE_CSV = reverse("reporting:coverage"), reverse("reporting:coverage_csv")


def people_page(scene, organisation=None, name="people", **query):
    address = reverse(f"reporting:{name}", args=[(organisation or scene.ours).slug, scene.requirement.module_key])
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def words(response):
    """What stands on a page, without the markup."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def read(response):
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", {"Riverside Council"}),
        ("their_lead", {"Harbour Light"}),
        ("partnership_lead", {"Riverside Council", "Harbour Light"}),
        ("foreign_lead", {"Far Trust"}),
        ("foreign_partnership_lead", {"Far Trust"}),
    ],
)
def test_each_lead_sees_their_own_organisations(scene, who, expected):
    response = sign_in(getattr(scene.world, who)).get(COVERAGE)
    assert {row.name for row in response.context["coverage"].rows} == expected
    assert {row["Organisation"] for row in read(sign_in(getattr(scene.world, who)).get(COVERAGE_CSV))} >= (
        {"Riverside Council"} & expected
    )


@pytest.mark.parametrize("address", [COVERAGE, COVERAGE_CSV])
def test_everyone_else_is_refused(scene, address):
    assert sign_in(scene.current).get(address).status_code == 403
    assert sign_in(UserFactory()).get(address).status_code == 403
    response = sign_in(None).get(address)
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.parametrize("name", ["people", "people_csv"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", 200),
        ("their_lead", 403),
        ("foreign_lead", 403),
        ("foreign_partnership_lead", 403),
        ("current", 403),
    ],
)
def test_names_are_for_the_organisations_own_lead(scene, name, who, expected):
    person = getattr(scene.world, who, None) or getattr(scene, who)
    assert sign_in(person).get(people_page(scene, name=name)).status_code == expected


def test_a_partnership_lead_sees_numbers_and_no_names(scene):
    client = sign_in(scene.world.partnership_lead)
    response = client.get(people_page(scene))
    assert response.status_code == 200
    said = words(response)
    assert "Names belong to the employer" in said
    assert "Required 5 Current 2" in said
    assert "Unknown 4 Reach 22%" in said
    for person in (scene.current, scene.expiring, scene.due, scene.overdue):
        assert person.name not in said
    assert client.get(people_page(scene, name="people_csv")).status_code == 403


def test_the_table_says_every_number(scene):
    said = words(sign_in(scene.world.partnership_lead).get(COVERAGE))
    assert "On 21 November 2026 . People are counted once." in said
    assert "40% of 5 people are current in all that is required of them" in said
    assert "40% – Riverside Council , Seeing it of 5" in said
    shown = "0 of them on the live edition 2 assessed, 0 attended, 0 recognised"
    assert said.count(f"2 current, 1 expiring {shown} 1 due, 2 overdue headcount 9, 4 unknown reach 22%") == 2
    assert "All of them people counted once 40% of 5" in said
    assert "Harbour Light charity" in said or "Harbour Light council" in said
    assert "not required" in said
    assert "as known on" not in said


def test_a_past_day_says_as_known_on_today(scene):
    response = sign_in(scene.world.lead).get(COVERAGE, {"on": "2026-09-15"})
    said = words(response)
    assert "This is the coverage of 15 September 2026 as known on 21 November 2026." in said
    assert "25% – Riverside Council , Seeing it of 4" in said
    assert people_page(scene, on="2026-09-15") in response.content.decode()


@pytest.mark.parametrize(
    ("on", "message"), [("2026-11-22", "earlier"), ("yesterday", "real day"), ("2026-02-30", "real day")]
)
def test_a_day_that_cannot_be_shown_is_said_and_today_is_shown(scene, on, message):
    response = sign_in(scene.world.lead).get(COVERAGE, {"on": on})
    assert response.status_code == 200
    said = words(response)
    assert "There is a problem" in said
    assert message in said
    assert "On 21 November 2026" in said


def test_a_headcount_that_is_not_given_is_said(scene):
    response = sign_in(scene.world.lead).get(COVERAGE, {"on": "2026-08-01"})
    said = words(response)
    assert "headcount not given, so unknown and reach are not known" in said
    assert "Not given We do not know how many people work here" in said


def test_leavers_are_to_be_checked_where_more_are_registered_than_counted(scene):
    scene.ours.headcounts.update(people=3)
    assert "check leavers" in words(sign_in(scene.world.lead).get(COVERAGE))


def test_people_are_listed_the_most_pressing_first(scene):
    response = sign_in(scene.world.lead).get(people_page(scene))
    assert [row.name for row in response.context["page"].rows] == [
        "Mina Member",
        "Otto Overdue",
        "Dina Due",
        "Eli Expiring",
        "Cora Current",
    ]
    said = words(response)
    assert "Dina Due Housing officer (not confirmed) – not yet due due 10 December 2026" in said
    assert "Eli Expiring Housing officer (not confirmed) – expiring within 30 days valid until 1 December 2026" in said
    assert "Mina Member Housing officer – overdue due 4 February 2026" in said
    noted = NamesSeen.objects.get()
    assert (noted.place, noted.rows, noted.organisation) == ("coverage", 5, scene.ours)


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("overdue", ["Mina Member", "Otto Overdue"]),
        ("due", ["Dina Due"]),
        ("expiring", ["Eli Expiring"]),
        ("current", ["Eli Expiring", "Cora Current"]),
        ("nonsense", ["Mina Member", "Otto Overdue", "Dina Due", "Eli Expiring", "Cora Current"]),
    ],
)
def test_each_number_leads_to_its_people(scene, state, names):
    client = sign_in(scene.world.lead)
    response = client.get(people_page(scene, state=state))
    assert [row.name for row in response.context["page"].rows] == names
    rows = read(client.get(people_page(scene, name="people_csv", state=state)))
    assert [row["Name"] for row in rows] == names


@pytest.mark.parametrize("is_of_one", [False, True])
def test_each_number_of_a_cell_opens_its_people_where_names_are_shown(scene, is_of_one):
    address = reverse("reporting:organisation", args=[scene.ours.slug]) if is_of_one else COVERAGE
    start = re.escape(people_page(scene))
    asked = f"{address}?kind=employee"
    link = rf'href="{start}[?]state=(\w+)&amp;(.*?)" aria-label="[^"]*">(\d+)<'
    page = sign_in(scene.world.lead).get(asked).text
    kept = "kind=employee"
    expected = [("current", kept, "2"), ("expiring", kept, "1"), ("due", kept, "1"), ("overdue", kept, "2")]
    assert re.findall(link, page) == expected
    # In a cell of the table; on the organisation's page they stand in a table of their own.
    shown = re.findall(link.replace("state", "shown"), page)
    assert shown == ([] if is_of_one else [("assessed", kept, "2")])
    assert "state=" not in sign_in(scene.world.partnership_lead).get(asked).text


def test_long_lists_come_in_pages_of_fifty(scene):
    for number in range(48):
        scene.add(f"Person {number:02}", started_on=date(2026, 11, 12))
    client = sign_in(scene.world.lead)
    response = client.get(people_page(scene, state="due"))
    assert len(response.context["page"].rows) == 49
    first = client.get(people_page(scene)).context["page"]
    second = client.get(people_page(scene, after=first.after)).context["page"]
    assert (len(first.rows), len(second.rows), second.after) == (50, 3, 0)
    assert not {row.person_id for row in first.rows} & {row.person_id for row in second.rows}
    for after in ("x", "-1", 10**30, scene.world.foreign_lead.pk):
        page = client.get(people_page(scene, after=after)).context["page"]
        assert page.rows[0].name == "Mina Member"


def test_an_unknown_module_or_organisation_is_not_found(scene):
    client = sign_in(scene.world.lead)
    assert client.get(reverse("reporting:people", args=["riverside", uuid.uuid4()])).status_code == 404
    assert client.get(reverse("reporting:people", args=["nowhere", uuid.uuid4()])).status_code == 404
    assert client.get(reverse("reporting:people_csv", args=["nowhere", uuid.uuid4()])).status_code == 404
    lead = sign_in(scene.world.partnership_lead)
    assert lead.get(reverse("reporting:people", args=["riverside", uuid.uuid4()])).status_code == 404


def test_the_file_holds_what_is_shown(scene):
    scene.ours.name = "=1+1 Council"
    scene.ours.save()
    response = sign_in(scene.world.partnership_lead).get(COVERAGE_CSV)
    assert response["Content-Disposition"] == 'attachment; filename="coverage-2026-11-21.csv"'
    rows = read(response)
    ours = rows[0]
    assert ours["Organisation"] == "'=1+1 Council"
    assert {name: ours[name] for name in list(ours)[5:19]} == {
        "Coverage, per cent": "40",
        "Required": "5",
        "Current": "2",
        "On the live edition": "0",
        "Assessed": "2",
        "Attended": "0",
        "Recognised": "0",
        "Of them expiring": "1",
        "Due": "1",
        "Overdue": "2",
        "Headcount": "9",
        "Unknown": "4",
        "Reach, per cent": "22",
        "Note": "",
    }
    assert ours["Headcount source"] == "9, 2026-09-01, Staff list"
    assert [row["Module"] for row in rows] == ["Seeing it", "Seeing it", "Everything that is required of them"]
    assert (rows[1]["Current"], rows[1]["Assessed"]) == ("2", "2")
    # How people came to it is said of a module, not of several.
    assert (rows[2]["Required"], rows[2]["Assessed"]) == ("5", "")
    assert all(row["As known on"] == "2026-11-21" for row in rows)


def test_the_workbook_says_what_the_file_says_and_how_it_was_counted(scene):
    client = sign_in(scene.world.partnership_lead)
    response = client.get(reverse("reporting:coverage_xlsx"))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheetnames == ["Coverage", "Headcounts", "How this was counted"]
    heading, *lines = book["Coverage"].iter_rows(values_only=True)
    ours = dict(zip(heading, lines[0], strict=True))
    assert (ours["Required"], ours["Current"], ours["Unknown"]) == (5, 2, 4)
    assert [ours[name] for name in ("On the live edition", "Assessed", "Attended", "Recognised")] == [0, 2, 0, 0]
    assert len(lines) == len(read(client.get(COVERAGE_CSV)))
    assert any(
        "as known on 21 November 2026" in str(cell) for row in book["How this was counted"].values for cell in row
    )


def test_no_page_writes_but_that_names_were_seen(scene):
    client = sign_in(scene.world.lead)
    with CaptureQueriesContext(connection) as captured:
        for address in (COVERAGE, COVERAGE_CSV, people_page(scene), people_page(scene, name="people_csv")):
            response = client.get(address)
            assert b"".join(response.streaming_content) if response.streaming else response.content
    assert all("organisations_namesseen" in statement for statement in writes(captured))
    assert sorted(seen.place for seen in NamesSeen.objects.all()) == ["coverage", "coverage file"]


def queries_of(person, address):
    """How many queries a page takes once what all pages share is in the cache."""
    client = sign_in(person)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_costs_the_same_at_two_sizes(db, today):
    costs = []
    for organisations, people in ((3, 4), (12, 17)):
        partnership, _everyone = invent(organisations, people)
        lead = AppointmentFactory(kind="partnership_lead", partnership=partnership).person
        costs.append(queries_of(lead, COVERAGE))
    assert costs[0] == costs[1] <= 18


def test_the_people_page_costs_the_same_at_two_sizes(scene):
    before = queries_of(scene.world.lead, people_page(scene))
    for _number in range(60):
        scene.add("Somebody")
    assert queries_of(scene.world.lead, people_page(scene)) == before <= 18


def test_a_day_without_requirements_says_so(scene):
    said = words(sign_in(scene.world.lead).get(COVERAGE, {"on": "2025-06-01"}))
    assert "Nothing is required on this day" in said
    assert TODAY.strftime("%Y") in said
