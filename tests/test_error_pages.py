"""Error pages: plain, kind, and without a query."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path

from config import error_pages
from config.urls import *  # noqa: F403
from config.urls import urlpatterns as project_urls


def forbidden(request):
    raise PermissionDenied


def broken(request):
    raise RuntimeError("a fault of ours")


def tampered(request):
    raise SuspiciousOperation


urlpatterns = [path("forbidden/", forbidden), path("broken/", broken), path("tampered/", tampered), *project_urls]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/forbidden/", 403, "08000 121 700"),
        ("/broken/", 500, "08000 121 700"),
        ("/tampered/", 400, "08000 121 700"),
    ],
)
def test_error_pages_run_no_query(client, address, status, words):
    # The database is closed to this test: a query would raise.
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    assert words in response.text
    assert "<h1" in response.text


@pytest.mark.django_db
def test_an_unknown_address_is_told_plainly(client):
    response = client.get("/en/no-such-page/")
    assert response.status_code == 404
    assert "We cannot find that page" in response.text


def test_the_kept_helpline_is_shown():
    error_pages.write(
        brand="Signpost", helpline={"label": "A line", "number": "0800 000 000", "href": "tel:0800000000"}
    )
    assert "0800 000 000" in error_pages.render("404.html", 404).content.decode()


def test_a_broken_file_falls_back_to_the_built_in_texts():
    error_pages.file().parent.mkdir(parents=True, exist_ok=True)
    error_pages.file().write_text("{half")
    assert "08000 121 700" in error_pages.render("500.html", 500).content.decode()
