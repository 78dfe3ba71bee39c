"""The CMS is closed to everyone whom no appointment lets in, address by address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.authorisation.people import make_cast

OUTSIDE = ("anonymous", "stranger", "learner", "own_lead", "own_partnership_lead")
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


def test_there_are_many():
    assert len(cms_addresses()) > 150


@pytest.mark.django_db
@pytest.mark.parametrize("column", OUTSIDE)
def test_nobody_enters_without_an_appointment(column, site_tree, today):
    cast = make_cast()
    client = Client(raise_request_exception=False)
    if person := cast.people[column]:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    entered = {}
    for address in cms_addresses():
        response = client.get(address)
        if response.headers.get("Location") == f"{address}/":
            response = client.get(f"{address}/")
        is_refused = response.status_code in {403, 404} or (
            response.status_code in {301, 302} and not response.headers["Location"].startswith("/cms/")
        )
        if not is_refused:
            entered[address] = response.status_code
    assert entered == {}
