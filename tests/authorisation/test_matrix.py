"""Who may open what: every address of the project, for every appointment, in the own and in other organisations.

`matrix.csv` holds what is expected. A cell is `login` (sent to sign in), `to` (sent elsewhere) or a status code.
An address that the table does not name fails, and so does a row that names no address.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.authorisation.addresses import arguments
from tests.authorisation.people import COLUMNS, make_cast

TABLE = Path(__file__).with_name("matrix.csv")
#: Wagtail serves every page under one name; a public one stands for it.
COURSES = "/en/courses/"
OUR_APPS = ("organisations", "guidance", "quizzes", "courses", "home", "records", "reporting", "privacy", "config")


def rows() -> list[dict[str, str]]:
    """The table, a dictionary a row."""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def names(resolver: URLResolver, prefix: str = "", *, is_cms: bool = False) -> set[str]:
    """The names of every address; of the CMS only our own, Wagtail's are in `test_cms.py`."""
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            in_cms = is_cms or str(entry.pattern).startswith(("cms/", "documents/"))
            space = f"{entry.namespace}:" if entry.namespace else ""
            found |= names(entry, prefix + space, is_cms=in_cms)
        elif isinstance(entry, URLPattern) and entry.name != "media":
            is_ours = entry.callback.__module__.split(".")[0] in OUR_APPS
            if entry.name and (is_ours or not is_cms):
                found.add(prefix + entry.name)
    return found


def outcome(response) -> str:
    """A response in the table's words."""
    if response.status_code in {301, 302, 303}:
        return "login" if reverse("account_login") in response.headers["Location"] else "to"
    return str(response.status_code)


def test_every_address_is_in_the_table():
    in_table = {row["name"] for row in rows()}
    in_project = names(get_resolver())
    assert in_project - in_table == set(), "addresses without a row"
    assert in_table - in_project == set(), "rows without an address"


def test_the_table_is_whole():
    for row in rows():
        assert set(row) == {"name", "method", *COLUMNS}, row
        assert row["method"] in {"GET", "POST"}, row
        assert all(row.values()), row


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_column(column, site_tree, today):
    cast = make_cast()
    given = arguments(cast)
    wrong = []
    for row in rows():
        client = Client(raise_request_exception=False)
        if person := cast.people[column]:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        address = COURSES if row["name"] == "wagtail_serve" else reverse(row["name"], kwargs=given.get(row["name"]))
        with transaction.atomic():
            method = client.post if row["method"] == "POST" else client.get
            found = outcome(method(address))
            transaction.set_rollback(True)
        if found != row[column]:
            wrong.append(f"{row['method']} {row['name']}: {found}, not {row[column]}")
    assert wrong == []
