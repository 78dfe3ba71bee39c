"""A stranger checks a certificate."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from organisations.models import User
from records.models import Certificate, Completion
from records.rules.certificates import grouped
from tests.factories.organisations import OrganisationFactory
from tests.factories.records import (
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    live_edition,
)
from tests.queries import writes
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def _no_count():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def certificate(place) -> Certificate:
    completion = CompletionFactory(person=place.learner, title="Seeing it", minutes=18)
    return CertificateFactory(completion=completion, valid_until=date(2026, 11, 21))


def check(client, code, **kwargs):
    return client.get(f"/verify/{code}/", **kwargs)


def test_says_the_least_that_proves_it(client, certificate):
    response = check(client, certificate.code)
    html = response.content.decode()
    for words in ("This certificate is valid", "D. W.", "Seeing it", "2 June 2026", "21 November 2026", "18 minutes"):
        assert words in html
    for secret in ("Dana", "Whitlock", "Riverside", "housing", certificate.person.email, "Edition", "score"):
        assert secret not in html
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex' in html


@pytest.mark.parametrize("is_demo", [True, False])
def test_one_of_a_demo_says_that_it_is_invented(client, certificate, is_demo):
    organisation = OrganisationFactory(is_demo=is_demo)
    CompletionMembershipFactory(completion=certificate.completion, organisation=organisation)
    assert ("are invented" in check(client, certificate.code).content.decode()) is is_demo


def test_however_the_code_is_written(client, certificate):
    for written in (grouped(certificate.code), grouped(certificate.code).lower(), certificate.code.lower()):
        assert check(client, written).status_code == 200
    spaced = grouped(certificate.code).replace("-", " ")
    response = client.get("/verify/", {"code": f"  {spaced.lower()} "}, follow=True)
    assert "This certificate is valid" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": None}, "No end date"),
        ({"valid_until": date(2026, 11, 20)}, "This certificate has expired"),
        ({"revoked_at": NOW, "revoke_reason": "A secret reason"}, "This certificate was taken back"),
    ],
)
def test_says_what_it_is_worth(place, client, certificate, changes, words):
    if "revoked_at" in changes:
        changes["revoked_by"] = place.other
    Certificate.objects.update(**changes)
    html = check(client, certificate.code).content.decode()
    assert words in html
    assert "A secret reason" not in html
    # What is taken back tells nothing of whose it was.
    assert ("D. W." in html) is ("revoked_at" not in changes)


def test_a_replaced_certificate_says_so(place, client, certificate):
    older = CertificateFactory(completion=certificate.completion, superseded_by=certificate, code="B" * 28)
    html = check(client, older.code).content.decode()
    assert "replaced by a newer one" in html
    assert "Ask them for it" in html
    assert "D. W." not in html
    assert "Holder" not in html
    assert "This certificate is valid" in check(client, certificate.code).content.decode()


def test_a_holder_who_was_erased_leaves_a_valid_certificate(client, certificate):
    Certificate.objects.update(person=None)
    html = check(client, certificate.code).content.decode()
    assert "This certificate is valid, holder details removed" in html
    assert "D. W." not in html


@pytest.mark.parametrize("code", ["2" * 28, "HELLO", "x" * 400, "<script>alert(1)</script>", "٢٣٤"])
def test_an_unknown_code_says_what_to_check(client, code):
    response = (
        client.get("/verify/" + code.replace("/", "%2F") + "/") if "<" not in code else check(client, "%3Cscript%3E")
    )
    assert response.status_code == 404
    html = response.content.decode()
    assert "We do not know this code" in html
    assert "28 letters and numbers" in html
    assert "<script>alert" not in html
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store"


def test_the_form(client):
    assert "Type the code" in client.get("/verify/").content.decode()
    for empty in ("", "  - "):
        assert "Enter the code that is on the certificate." in client.get("/verify/", {"code": empty}).content.decode()
    assert client.post("/verify/", {"code": "x"}).status_code == 405


def test_too_many_codes_from_one_address(client, certificate):
    for _number in range(60):
        assert check(client, "HELLO").status_code == 404
    response = check(client, certificate.code)
    assert response.status_code == 429
    assert "Please wait a minute" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert check(client, certificate.code, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_the_count_starts_anew_each_minute(client, certificate, today):
    for _number in range(61):
        check(client, certificate.code)
    assert check(client, certificate.code).status_code == 429
    today.move_to("2026-11-21 12:01 +0000")
    assert check(client, certificate.code).status_code == 200


def test_in_the_readers_language_and_outside_any_prefix(client, certificate):
    response = check(client, certificate.code, headers={"accept-language": "ar"})
    assert '<html lang="ar" dir="rtl"' in response.content.decode()
    assert '<bdi lang="en">Seeing it</bdi>' in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "This certificate is valid"),
        ({"valid_until": date(2026, 11, 20)}, "This certificate has expired"),
        ({"revoked_at": NOW, "revoke_reason": "A secret reason"}, "This certificate was taken back"),
        ({"superseded_at": NOW}, "This certificate was replaced by a newer one"),
        ({"person": None}, "This certificate is valid, holder details removed"),
    ],
)
def test_in_a_language_of_choice_in_every_state(place, client, certificate, changes, words):
    if "revoked_at" in changes:
        changes["revoked_by"] = place.other
    Certificate.objects.update(**changes)
    response = check(client, certificate.code, data={"language": "ar"}, headers={"accept-language": "fr"})
    html = response.content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    with translation.override("ar"):
        heading = gettext(words)
    assert heading != words
    assert heading in html
    assert ("D. W." in html) is (changes == {} or "valid_until" in changes)
    assert response["Content-Language"] == "ar"
    assert "Accept-Language" in response["Vary"]
    assert response["Cache-Control"] == "no-store"


def test_a_language_that_there_is_none_of_changes_nothing(client, certificate):
    response = check(client, certificate.code, data={"language": "../../x"}, headers={"accept-language": "fr"})
    assert '<html lang="fr"' in response.content.decode()


def test_each_language_is_one_press_away(client, certificate):
    html = check(client, certificate.code).content.decode()
    assert f'href="/verify/{certificate.code}/?language=so"' in html


def test_the_choice_of_a_language_stays_from_page_to_page(client, certificate):
    html = check(client, certificate.code, data={"language": "so"}).content.decode()
    assert 'href="/verify/?language=so"' in html
    html = client.get("/verify/", {"language": "so"}).content.decode()
    assert '<input type="hidden" name="language" value="so">' in html
    response = client.get("/verify/", {"language": "so", "code": certificate.code})
    assert response.url == f"/verify/{certificate.code}/?language=so"
    assert "language=" not in check(client, certificate.code).content.decode().split("<footer")[0]


def test_the_module_in_the_readers_language_where_the_edition_has_it(client, certificate):
    edition = live_edition()
    edition.content["display_title_ar"], edition.languages = "رؤية العلامات", ["en", "ar"]
    edition.save()
    Completion.objects.update(edition=edition)
    Certificate.objects.update(payload={**certificate.payload, "module": edition.title})
    assert "رؤية العلامات" in check(client, certificate.code, data={"language": "ar"}).content.decode()
    # Of a later edition that is called otherwise nothing is shown.
    Certificate.objects.update(payload={**certificate.payload, "module": "What it was called"})
    assert "What it was called" in check(client, certificate.code, data={"language": "ar"}).content.decode()


def test_checking_writes_nothing(client, certificate):
    with CaptureQueriesContext(connection) as queries:
        check(client, certificate.code)
    assert writes(queries) == []
    assert User.objects.count() == 3
