"""A person's whole record: on the page, as a PDF and as a table."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from organisations.actions import rename_person
from records.actions.completions import void_completion
from records.models import Completion
from records.rules.certificates import grouped
from records.selectors.record import Year, record_of
from tests.downloads.papers import assert_accessible, read, text_of
from tests.factories.organisations import UserFactory
from tests.factories.records import (
    AttendanceFactory,
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    EnrolmentFactory,
    live_edition,
)
from tests.queries import writes
from tests.records.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 21)
ADDRESSES = ("my_record", "my_record_pdf", "my_record_csv")


def completed(person, title="Seeing it", **fields) -> Completion:
    """A module that the person completed, with its certificate and where they worked."""
    valid_until = fields.pop("valid_until", date(2028, 6, 2))
    completion = CompletionFactory(person=person, title=title, **fields)
    CompletionMembershipFactory(
        completion=completion, membership=person.memberships.first(), organisation_name="Riverside Council"
    )
    CertificateFactory(completion=completion, valid_until=valid_until)
    return completion


@pytest.fixture
def record(place) -> list[Completion]:
    """One of everything: valid, expired, struck out, from a briefing, and one under way."""
    EnrolmentFactory(person=place.learner, edition=live_edition())
    struck = completed(place.learner, "By mistake")
    void_completion(completion=struck, by=place.other, reason="Somebody else took it.", at=NOW)
    return [
        completed(place.learner, "Seeing it", score=Decimal("0.875"), minutes=18),
        completed(place.learner, "Years ago", completed_on=date(2020, 1, 6), valid_until=date(2022, 1, 6)),
        struck,
        completed(place.learner, "In the room", source="attended", minutes=45, completed_on=date(2026, 3, 2)),
    ]


def get(client, name, language="en"):
    with translation.override(language):
        return client.get(reverse(f"records:{name}"))


class TestSelector:
    def test_minutes_by_year_without_what_was_struck_out(self, place, record):
        found = record_of(place.learner, TODAY)
        assert list(found.years) == [Year(2026, 2, 63), Year(2020, 1, 15)]
        assert found.minutes == 78
        assert [line.title.text for line in found.lines] == ["Seeing it", "By mistake", "In the room", "Years ago"]
        assert [line.state for line in found.lines] == ["valid", "voided", "valid", "expired"]
        assert found.lines[0].score == 87
        assert [each.started_on for each in found.under_way] == [date(2026, 6, 1)]

    def test_what_two_accounts_of_one_person_did_is_one_record(self, place):
        double = UserFactory(merged_into=place.learner)
        CompletionFactory(person=double, title="As the other account")
        assert [line.title.text for line in record_of(place.learner, TODAY).lines] == ["As the other account"]

    def test_the_title_in_the_readers_language_where_the_edition_has_it(self, place, client):
        edition = live_edition()
        edition.content["display_title_fr"], edition.languages = "Voir les signes", ["en", "fr"]
        edition.save()
        CompletionFactory(person=place.learner, edition=edition, title=edition.title)
        client.force_login(place.learner)
        assert "Voir les signes" in get(client, "my_record", "fr").content.decode()
        html = get(client, "my_record", "es").content.decode()
        assert f'<bdi lang="en">{edition.title}</bdi>' in html


class TestPage:
    def test_everything(self, place, record, client):
        client.force_login(place.learner)
        html = get(client, "my_record").content.decode()
        certificate = record[0].certificates.get()
        for words in (
            "Completed on 2 June 2026.",
            "Valid until 2 June 2028.",
            "Score: 87 per cent.",
            "18 minutes.",
            "Learned on Signpost.",
            "Took part in a briefing.",
            "Edition 1.",
            "Riverside Council",
            "housing officer",
            "Expired",
            "Taken off your record on 21 November 2026. The reason given: Somebody else took it.",
            "Started on 1 June 2026.",
            reverse("records:certificate", args=[grouped(certificate.code)]),
            reverse("records:my_record_pdf"),
            reverse("records:my_record_csv"),
        ):
            assert words in html
        assert html.count("<h1") == 1

    def test_says_that_a_certificate_was_replaced(self, place, client):
        completed(place.learner)
        rename_person(person=place.learner, name="Dana Marlow", by=place.learner, at=NOW)
        client.force_login(place.learner)
        html = get(client, "my_record").content.decode()
        assert "1 earlier certificate of this was replaced." in html
        assert html.count("Seeing it</p>") == 1

    def test_nothing_yet(self, place, client):
        client.force_login(place.stranger)
        html = get(client, "my_record").content.decode()
        assert "You have not completed a module yet." in html
        assert "Download" not in html
        assert "Nothing is recorded yet." in text_of(get(client, "my_record_pdf").content)
        assert len(get(client, "my_record_csv").getvalue().decode().splitlines()) == 1

    def test_it_stays_when_somebody_leaves_every_organisation(self, place, record, client):
        place.learner.memberships.update(ended_on=date(2026, 11, 20))
        client.force_login(place.learner)
        for name in ADDRESSES:
            assert get(client, name).status_code == 200
        assert "Seeing it" in get(client, "my_record").content.decode()

    def test_led_to_from_my_learning_and_the_account(self, place, client):
        client.force_login(place.learner)
        for page in (reverse("records:my_learning"), reverse("organisations:account")):
            assert reverse("records:my_record") in client.get(page).content.decode()


class TestWhoseItIs:
    @pytest.mark.parametrize("name", ADDRESSES)
    def test_everyone_gets_their_own(self, place, record, client_factory, name):
        assert get(client_factory(), name).url.startswith(reverse("account_login"))
        other = client_factory()
        other.force_login(place.other)
        response = get(other, name)
        content = response.getvalue()
        text = text_of(content) if name.endswith("pdf") else content.decode()
        assert "Seeing it" not in text
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_reading_writes_nothing_and_asks_the_same_for_any_number(self, place, client, name):
        client.force_login(place.learner)
        counts = []
        for number in (1, 9):
            for _each in range(number):
                completed(place.learner)
                EnrolmentFactory(person=place.learner)
            get(client, name)
            with CaptureQueriesContext(connection) as queries:
                get(client, name).getvalue()
            assert writes(queries) == []
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.parametrize("is_confirmed", [True, False])
@pytest.mark.parametrize("name", ADDRESSES)
def test_a_briefing_that_does_not_complete_its_module_stands_there_too(place, client, name, is_confirmed):
    confirmed = {"confirmed_at": NOW, "confirmed_by": place.other} if is_confirmed else {}
    attendance = AttendanceFactory(person=place.learner, **confirmed)
    client.force_login(place.learner)
    content = get(client, name).getvalue()
    text = text_of(content) if name.endswith("pdf") else content.decode()
    assert (attendance.session.edition.title in text) is is_confirmed
    assert (("Was at a briefing" if name.endswith("csv") else "Briefings you went to") in text) is is_confirmed


class TestPaper:
    def test_says_what_the_page_says(self, place, record, client):
        client.force_login(place.learner)
        response = get(client, "my_record_pdf")
        assert response["Content-Disposition"] == 'attachment; filename="record-of-learning-2026-11-21.pdf"'
        text = text_of(response.content)
        for words in (
            "Record of learning Dana Whitlock",
            "As on 21 November 2026.",
            "2026 2 63",
            "Seeing it",
            "Score: 87 per cent",
            "Riverside Council · housing officer",
            "Took part in a briefing",
            "Expired",
            "Taken off",
            "The reason given: Somebody else took it.",
            "Under way",
            grouped(record[0].certificates.get().code),
        ):
            assert words in text

    @pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
    def test_in_each_language(self, place, record, client, language):
        client.force_login(place.learner)
        content = get(client, "my_record_pdf", language).content
        assert_accessible(content, title=str(read(content).metadata.title), language=language)
        assert "Dana Whitlock" in text_of(content)

    def test_a_long_one_takes_several_pages(self, place, client):
        for number in range(60):
            completed(place.learner, f"Module {number}")
        client.force_login(place.learner)
        content = get(client, "my_record_pdf").content
        assert len(read(content).pages) > 3
        assert "Module 0" in text_of(content)

    def test_letters_that_no_font_has_are_told_of(self, place, client):
        completed(place.learner, "On 王")
        client.force_login(place.learner)
        text = text_of(get(client, "my_record_pdf").content)
        assert "On �" in text
        assert "� stands for a letter that this file cannot show." in text


class TestTable:
    def rows(self, response) -> list[list[str]]:
        text = response.getvalue().decode()
        assert text[0] == "\ufeff"
        return list(csv.reader(io.StringIO(text[1:])))

    def test_a_line_for_each(self, place, record, client):
        client.force_login(place.learner)
        response = get(client, "my_record_csv")
        assert response["Content-Disposition"] == 'attachment; filename="record-of-learning-2026-11-21.csv"'
        head, *lines = self.rows(response)
        assert {len(each) for each in lines} == {len(head)}
        by_title = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
        seen = by_title["Seeing it"]
        assert seen == {
            "Module": "Seeing it",
            "State": "Valid",
            "Started on": "",
            "Completed on": "2026-06-02",
            "How": "Learned on Signpost",
            "Score, per cent": "87",
            "Minutes": "18",
            "Edition of the module": "1",
            "Where you worked that day": "Riverside Council (housing officer)",
            "Certificate code": grouped(record[0].certificates.get().code),
            "Valid until": "2028-06-02",
            "Taken off on": "",
            "Reason given": "",
        }
        assert by_title["By mistake"]["Taken off on"] == "2026-11-21"
        assert by_title["By mistake"]["Reason given"] == "Somebody else took it."
        assert len(lines) == 5

    def test_no_cell_runs(self, place, client):
        struck = completed(place.learner, '=HYPERLINK("http://evil.example")')
        void_completion(completion=struck, by=place.other, reason="+1 @SUM(A1)", at=datetime(2026, 11, 1, tzinfo=UTC))
        client.force_login(place.learner)
        _head, line = self.rows(get(client, "my_record_csv"))
        assert line[0].startswith("'=")
        assert line[-1].startswith("'+")
