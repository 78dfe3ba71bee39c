"""The CMS, address by address: shut to everyone whom no appointment lets in, open to the others as `cms.csv` says.

A cell is a status code, `refused` (sent to the front page of the CMS with a message), `to` (sent elsewhere in it) or
`out` (sent out of it). `404 > refused` is the answer of the present Wagtail and that of the next, which shuts more.
An address that only takes POST is posted to, with nothing in it. Addresses are about things
that exist, as `cms_things` has them. An address that the table does not name fails.
"""

from __future__ import annotations

import csv
import gc
from pathlib import Path

import pytest
from django.template.backends.django import Template
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail import VERSION
from wagtail.models import Page

from tests.authorisation.cms_things import about, things
from tests.authorisation.people import make_cast
from tests.authorisation.test_matrix import Visit

TABLE = Path(__file__).with_name("cms.csv")
INSIDE = ("trainer", "reviewer", "operator")
#: Sees the most, so that everything is drawn for them; for others only the answer counts.
DRAWN_FOR = "operator"
#: Without an appointment for the CMS, or without a second factor.
OUTSIDE = {
    "anonymous": True,
    "stranger": True,
    "own_lead": True,
    "own_partnership_lead": True,
    "trainer": False,
    "reviewer": False,
    "operator": False,
}
#: Wagtail's screens for people, groups and workflows, which have no address here, and its rehearsal of a fault.
CLOSED = (
    "/cms/users/",
    "/cms/users/add/",
    "/cms/users/1/",
    "/cms/users/1/delete/",
    "/cms/groups/",
    "/cms/groups/new/",
    "/cms/groups/1/",
    "/cms/bulk/organisations/user/delete/",
    "/cms/bulk/organisations/user/assign_role/",
    "/cms/workflows/list/",
    "/cms/workflows/task_chooser/create/",
    "/cms/reports/workflow/",
    "/cms/test404/",
    "/cms/failwhale/",
)
#: Beside the CMS: what Wagtail serves to visitors, and doors of its own that must stay shut or lead to ours.
BESIDE = {
    "/documents/1/x.pdf": "404",
    "/documents/authenticate_with_password/1/": "404",
    "/en/_util/login/": "to",
    "/en/_util/authenticate_with_password/1/1/": "404",
    "/images/1/": "404",
    "/api/v2/pages/": "404",
    "/sitemap.xml": "404",
    "/admin/": "404",
    "/django-admin/": "404",
    "/en/admin/": "404",
}
#: Values that fit the converters and groups of Wagtail's addresses.
SAMPLE = "1"


def cms_addresses() -> list[str]:
    """Every address under /cms/, with a sample where it takes an argument."""
    found: set[str] = set()

    def walk(entries: list, prefix: str) -> None:
        for entry in entries:
            here = prefix + str(entry.pattern).lstrip("^").rstrip("$")
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, here)
            elif isinstance(entry, URLPattern):
                found.add("/" + sample(here))

    walk([entry for entry in get_resolver().url_patterns if str(entry.pattern) == "cms/"], "")
    return sorted(found)


def sample(pattern: str) -> str:
    """The pattern with its arguments filled in."""
    out, depth = "", 0
    for letter in pattern.replace("\\Z", "").replace("\\", "").replace(".*", SAMPLE):
        if letter in "<(":
            out += SAMPLE if depth == 0 else ""
            depth += 1
        elif letter in ">)":
            depth -= 1
        elif depth == 0:
            out += letter
    return out.replace("^", "").replace("$", "").replace("?", "")


def outcome(visit: Visit, address: str) -> str:
    """What the person gets, in the table's words."""
    response = visit.open("GET", address)
    if response.headers.get("Location") == f"{address}/":
        address = f"{address}/"
        response = visit.open("GET", address)
    if response.status_code == 405:
        response = visit.open("POST", address)
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    target = response.headers["Location"]
    if target == "/cms/":
        return "refused"
    return "to" if target.startswith("/cms/") else "out"


def expected_of(cell: str) -> str:
    """What the cell expects of the Wagtail that runs."""
    present, _, following = cell.partition(" > ")
    return following if following and VERSION >= (8,) else present


def rows() -> list[dict[str, str]]:
    """The table, a dictionary a row."""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def undrawn(monkeypatch):
    """Templates draw nothing: who may open what is decided before."""
    monkeypatch.setattr(Template, "render", lambda template, context=None, request=None: "")


def test_every_address_is_in_the_table():
    in_table = {row["address"] for row in rows()}
    assert set(cms_addresses()) - in_table == set(), "addresses without a row"
    assert in_table - set(cms_addresses()) == set(), "rows without an address"
    assert len(in_table) > 150


def test_nobody_meets_a_fault():
    assert [row["address"] for row in rows() if any(row[column].startswith("5") for column in INSIDE)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "is_proven"), OUTSIDE.items())
def test_nobody_enters_without_an_appointment_and_a_second_factor(column, is_proven, site_tree, today, undrawn):
    visit = Visit(make_cast().people[column], is_proven=is_proven)
    expected = "403" if is_proven and column != "anonymous" else "out"
    found = {address: outcome(visit, address) for address in cms_addresses()}
    assert {address: answer for address, answer in found.items() if answer != expected} == {}


# Wagtail leaves a picture that it has drawn to be closed by its end.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
@pytest.mark.django_db
@pytest.mark.parametrize("column", INSIDE)
def test_column(column, site_tree, today, request):
    if column != DRAWN_FOR:
        request.getfixturevalue("undrawn")
    cast = make_cast()
    found = things(cast)
    visit = Visit(cast.people[column])
    wrong = []
    for row in rows():
        answer = outcome(visit, about(row["address"], found))
        if answer != (expected := expected_of(row[column])):
            wrong.append(f"{row['address']}: {answer}, not {expected}")
    gc.collect()
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("column", INSIDE)
def test_what_has_no_place_here_is_closed(column, site_tree, today, undrawn):
    visit = Visit(make_cast().people[column])
    for method in ("GET", "POST"):
        found = {address: visit.open(method, address).status_code for address in CLOSED}
        assert found == dict.fromkeys(CLOSED, 403)


@pytest.mark.django_db
def test_the_root_of_all_pages_has_no_neighbours(site_tree, today):
    visit = Visit(make_cast().people["operator"])
    root = Page.get_first_root_node().pk
    assert visit.open("POST", f"/cms/pages/{root}/set_position/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("address", BESIDE)
def test_beside_the_cms_nothing_of_wagtails_is_open(address, site_tree):
    visit = Visit(None)
    found = visit.open("GET", address)
    if found.status_code == 302 and found.headers["Location"].startswith("/en/"):
        found = visit.open("GET", found.headers["Location"]) if BESIDE[address] == "404" else found
    assert {301: "to", 302: "to"}.get(found.status_code, str(found.status_code)) == BESIDE[address]
