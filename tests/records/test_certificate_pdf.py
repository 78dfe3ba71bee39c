"""The certificate as a PDF, in the holder's choice of language."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from records import files
from records.models import Certificate, Completion
from records.rules.certificates import State, grouped
from records.selectors.certificates import CertificateView
from tests.downloads.papers import assert_accessible, read, text_of
from tests.factories.records import CertificateFactory, CompletionFactory, live_edition
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def certificate(place, settings) -> Certificate:
    settings.BASE_URL = "https://signpost.example"
    completion = CompletionFactory(person=place.learner, title="Seeing it", minutes=18)
    return CertificateFactory(completion=completion, valid_until=date(2028, 6, 2))


def take(client, certificate, **data):
    data.setdefault("language", "en")
    return client.get(reverse("records:certificate_pdf", args=[certificate.code]), data)


def test_says_what_the_page_says(place, client, certificate):
    client.force_login(place.learner)
    response = take(client, certificate)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    text = text_of(response.content)
    for words in (
        "Certificate",
        "This is to say that Dana Whitlock has completed Seeing it",
        "2 June 2026",
        "2 June 2028",
        "18 minutes",
        "Granted by Riverside Anti-Slavery Partnership",
        grouped(certificate.code),
    ):
        assert words in text
    assert "Riverside Council" not in text
    paper = read(response.content)
    assert len(paper.pages) == 1
    links = [each.get_object()["/A"]["/URI"] for each in paper.pages[0]["/Annots"]]
    assert set(links) == {f"https://signpost.example/verify/{grouped(certificate.code)}/"}


@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_in_each_language(place, client, certificate, language):
    client.force_login(place.learner)
    content = take(client, certificate, language=language).content
    title = str(read(content).metadata.title)
    assert_accessible(content, title=title, language=language)
    assert title.endswith("– Seeing it")
    assert title.startswith("Certificate") is (language == "en")
    assert "Dana Whitlock" in text_of(content)
    assert grouped(certificate.code) in text_of(content)


def test_the_module_in_that_language_where_the_edition_has_it(place, client, certificate):
    edition = live_edition()
    edition.content["display_title_fr"], edition.languages = "Voir les signes", ["en", "fr"]
    edition.save()
    Completion.objects.update(edition=edition)
    Certificate.objects.update(payload={**certificate.payload, "module": edition.title})
    client.force_login(place.learner)
    assert "Voir les signes" in text_of(take(client, certificate, language="fr").content)
    assert edition.title in text_of(take(client, certificate, language="es").content)


def test_an_expired_one_says_so(place, client, certificate):
    Certificate.objects.update(valid_until=date(2026, 11, 20))
    client.force_login(place.learner)
    assert "This certificate expired on 20 November 2026." in text_of(take(client, certificate).content)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"superseded_at": NOW}, "replaced by a newer one"),
        ({"revoked_at": NOW, "revoke_reason": "Granted by mistake."}, "Granted by mistake."),
    ],
)
def test_one_that_stands_no_more_is_not_handed_out(place, client, certificate, changes, words):
    if "revoked_at" in changes:
        changes["revoked_by"] = place.other
    Certificate.objects.update(**changes)
    client.force_login(place.learner)
    response = take(client, certificate)
    page = reverse("records:certificate", args=[grouped(certificate.code)])
    assert response.url == page
    html = client.get(page).content.decode()
    assert words in html
    assert "Download as PDF" not in html


@pytest.mark.parametrize("state", [State.REVOKED, State.SUPERSEDED])
def test_and_would_say_so_on_paper(certificate, state):
    text = text_of(files.certificate_pdf(CertificateView(certificate, state), "en"))
    assert {State.REVOKED: "taken back", State.SUPERSEDED: "replaced"}[state] in text


def test_one_of_a_demo_says_that_it_is_invented(certificate):
    view = CertificateView(certificate, State.VALID)
    assert "are invented" in text_of(files.certificate_pdf(view, "en", is_demo=True))
    assert "are invented" not in text_of(files.certificate_pdf(view, "en"))


@pytest.mark.parametrize("language", ["", "de", "../en", "en' or 1"])
def test_another_language_is_told_of_beside_the_field(place, client, certificate, language):
    client.force_login(place.learner)
    response = take(client, certificate, language=language)
    assert response.status_code == 400
    html = response.content.decode()
    assert "There is a problem" in html
    assert html.count("<h1") == 1


def test_a_name_that_no_font_of_ours_can_show(place, client, certificate):
    Certificate.objects.update(payload={**certificate.payload, "name": "王小明 Ann"})
    client.force_login(place.learner)
    response = take(client, certificate)
    html = response.content.decode()
    assert response.status_code == 409
    assert "We cannot make this PDF" in html
    assert "王" in html
    assert "Print this page instead" in html


@pytest.mark.parametrize("name", ["x" * 150, "Maria da Conceição " * 7 + "Silva", "ليلى " * 29, '#panic("x") $y$'])
def test_long_and_strange_names_stay_on_one_page(certificate, name):
    certificate.payload["name"] = name
    for language in ("en", "ar"):
        paper = read(files.certificate_pdf(CertificateView(certificate, State.VALID), language))
        assert len(paper.pages) == 1


def test_the_page_offers_each_language_and_begins_with_the_readers(place, client, certificate):
    client.force_login(place.learner)
    html = client.get(f"/ar/certificates/{certificate.code}/").content.decode()
    assert '<option value="ar" selected' in html
    assert all(f'<option value="{code}"' in html for code, _name in django_settings.LANGUAGES)
    assert reverse("records:certificate_pdf", args=[grouped(certificate.code)]).split("/", 2)[2] in html


def test_only_its_holder(place, client_factory, certificate):
    assert take(client_factory(), certificate).url.startswith(reverse("account_login"))
    for person in (place.other, place.stranger):
        other = client_factory()
        other.force_login(person)
        assert take(other, certificate).status_code == 404


def test_asks_as_much_as_its_page_and_writes_nothing(place, client, certificate, django_assert_num_queries):
    client.force_login(place.learner)
    with django_assert_num_queries(4):
        take(client, certificate)
