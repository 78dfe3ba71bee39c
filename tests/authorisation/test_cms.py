"""The CMS, address by address: shut to everyone whom no appointment lets in, open to the others as `cms.csv` says.

A cell is a status code, `to` (sent elsewhere) or `out` (sent out of the CMS). The argument of an address is always 1,
so that 404 means: the person may ask, and there is nothing. An address that the table does not name fails.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from courses.actions import prepare_cms_groups
from tests.authorisation.people import make_cast
from tests.authorisation.test_matrix import Visit

TABLE = Path(__file__).with_name("cms.csv")
INSIDE = ("trainer", "reviewer", "operator")
#: Without an appointment for the CMS, or without a second factor; one column says the same as any of its kind.
OUTSIDE = {
    "anonymous": True,
    "stranger": True,
    "own_lead": True,
    "own_partnership_lead": True,
    "trainer": False,
    "reviewer": False,
    "operator": False,
}
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
    for letter in pattern.replace("\\Z", "").replace("\\", ""):
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
        response = visit.open("GET", f"{address}/")
    if response.status_code in {301, 302}:
        return "to" if response.headers["Location"].startswith("/cms/") else "out"
    return str(response.status_code)


def rows() -> list[dict[str, str]]:
    """The table, a dictionary a row."""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_address_is_in_the_table():
    in_table = {row["address"] for row in rows()}
    assert set(cms_addresses()) - in_table == set(), "addresses without a row"
    assert in_table - set(cms_addresses()) == set(), "rows without an address"
    assert len(in_table) > 150


def test_people_and_groups_are_closed_to_all():
    closed = [row for row in rows() if row["address"].startswith(("/cms/users/", "/cms/groups/"))]
    assert len(closed) > 10
    assert {row[column] for row in closed for column in INSIDE} == {"403"}


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "is_proven"), OUTSIDE.items())
def test_nobody_enters_without_an_appointment_and_a_second_factor(column, is_proven, site_tree, today):
    visit = Visit(make_cast().people[column], is_proven=is_proven)
    found = {address: outcome(visit, address) for address in cms_addresses()}
    assert {address: answer for address, answer in found.items() if answer not in {"out", "403", "404"}} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("column", INSIDE)
def test_column(column, site_tree, today):
    prepare_cms_groups()
    visit = Visit(make_cast().people[column])
    wrong = []
    for row in rows():
        found = outcome(visit, row["address"])
        if found != row[column]:
            wrong.append(f"{row['address']}: {found}, not {row[column]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("address", BESIDE)
def test_beside_the_cms_nothing_of_wagtails_is_open(address, site_tree):
    visit = Visit(None)
    found = visit.open("GET", address)
    if found.status_code == 302 and found.headers["Location"].startswith("/en/"):
        found = visit.open("GET", found.headers["Location"]) if BESIDE[address] == "404" else found
    assert {301: "to", 302: "to"}.get(found.status_code, str(found.status_code)) == BESIDE[address]
