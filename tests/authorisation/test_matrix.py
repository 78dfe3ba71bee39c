"""Who may open what: every address of the project, for every appointment, in the own and in other organisations.

`matrix.csv` holds what is expected. A cell is `login` (sent to sign in), `to` (sent elsewhere) or a status code.
An address that the table does not name fails, and so does a row that names no address. Whoever opens an address and
reads another's name in the answer must have left a row in the log of names.
"""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from organisations.models import NamesSeen, User
from tests.authorisation.addresses import arguments
from tests.authorisation.canaries import give_canaries, names_in
from tests.authorisation.people import COLUMNS, make_cast

TABLE = Path(__file__).with_name("matrix.csv")
#: Wagtail serves every page under one name; a public one stands for it.
COURSES = "/en/courses/"
#: Authors and reviewers work together in the CMS and know each other; no learner is named there.
CMS = "/cms/"
#: The letter's own page: whoever holds its secret link reads the address that it was sent to.
LETTER = "organisations:invitation"
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


def finish(response: HttpResponse) -> None:
    """Closes a file that nobody reads to its end, as the client does for other answers: the database stays open."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


class Visit:
    """One person at one browser who opens every address as if it were the first: nothing that one changes stays."""

    def __init__(self, person: User | None, *, is_proven: bool = True) -> None:
        self.client = Client(raise_request_exception=False)
        if person is not None:
            self.client.force_login(person, is_proven=is_proven)
        self.person = person
        self.cookies = deepcopy(self.client.cookies)
        #: Whose names the last answer held, beside the person's own, and whether that was noted.
        self.others: set[int] = set()
        self.is_noted = False

    def open(self, method: str, address: str) -> HttpResponse:
        """The answer; what was written is taken back, and who signed out is in again."""
        cache.clear()
        self.client.cookies = deepcopy(self.cookies)
        with transaction.atomic():
            noted = NamesSeen.objects.filter(seen_by=self.person)
            before = noted.count()
            response = (self.client.post if method == "POST" else self.client.get)(address)
            self.others = names_in(response) - {self.person and self.person.pk}
            if response.streaming:
                finish(response)
            self.is_noted = bool(self.others) and noted.count() > before
            transaction.set_rollback(True)
        return response


def address_of(name: str, given: dict[str, dict[str, Any]]) -> str:
    """The address behind a row."""
    return COURSES if name == "wagtail_serve" else reverse(name, kwargs=given.get(name))


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_column(column, site_tree, today):
    cast = make_cast()
    given = arguments(cast)
    give_canaries()
    visit = Visit(cast.people[column])
    wrong, named = [], 0
    for row in rows():
        address = address_of(row["name"], given)
        found = outcome(visit.open(row["method"], address))
        if found != row[column]:
            wrong.append(f"{row['method']} {row['name']}: {found}, not {row[column]}")
        if address.startswith(CMS):
            if cast.people["learner"].pk in visit.others:
                wrong.append(f"{row['method']} {row['name']}: names a learner")
        elif visit.others and row["name"] != LETTER:
            named += 1
            if not visit.is_noted:
                wrong.append(f"{row['method']} {row['name']}: names of {sorted(visit.others)}, and no row says so")
    assert not wrong, "\n".join(wrong)
    if column in {"own_lead", "own_unit_lead", "own_partnership_lead"}:
        assert named > 3


#: Everyone with an appointment, and in whose place they stand until they have proven a second factor.
UNPROVEN = {
    "own_lead": "learner",
    "other_lead": "other_learner",
    "own_unit_lead": "learner",
    "other_unit_lead": "learner",
    "own_partnership_lead": "other_learner",
    "trainer": "other_learner",
    "reviewer": "other_learner",
    "operator": "stranger",
}
ASKED = "/account/prove/?next="


@pytest.mark.django_db
@pytest.mark.parametrize("column", UNPROVEN)
def test_without_a_second_factor_an_appointment_opens_nothing(column, site_tree, today):
    """What is shut to a learner asks for the second factor; everything else is as for a learner."""
    cast = make_cast()
    given = arguments(cast)
    visit = Visit(cast.people[column], is_proven=False)
    wrong = []
    for row in rows():
        as_learner = row[UNPROVEN[column]]
        if row[column] == as_learner:
            continue
        response = visit.open(row["method"], address_of(row["name"], given))
        is_asked = response.status_code == 302 and ASKED in response.headers["Location"]
        if not is_asked and (as_learner in {"403", "404"} or outcome(response) != as_learner):
            wrong.append(f"{row['method']} {row['name']}: {outcome(response)}, as a learner {as_learner}")
    assert not wrong, "\n".join(wrong)
