"""Codes, what a certificate is worth, and its holder's page."""

from __future__ import annotations

import math
import secrets
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from records.actions.certificates import revoke_certificate
from records.models import Certificate
from records.rules.certificates import (
    ALPHABET,
    LENGTH,
    State,
    grouped,
    initials,
    new_code,
    normalise_code,
    state_on,
)
from tests.factories.records import CertificateFactory, CompletionFactory
from tests.records.conftest import NOW

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


class TestCodes:
    def test_long_enough_to_be_guessed_by_nobody(self):
        assert math.log2(len(ALPHABET)) * LENGTH >= 128

    def test_nothing_that_is_misread(self):
        assert set(ALPHABET).isdisjoint("01OILUAE")
        assert len(set(ALPHABET)) == len(ALPHABET)

    def test_made_of_the_alphabet_and_different_each_time(self):
        codes = {new_code(secrets.choice) for _number in range(50)}
        assert len(codes) == 50
        assert all(normalise_code(code) == code for code in codes)

    @given(CODES, st.lists(st.tuples(st.integers(0, LENGTH), st.sampled_from([" ", "-", "–", "\u00a0", "\t"]))))
    def test_found_however_it_is_typed(self, code, marks):
        typed = code.lower()
        for place, mark in marks:
            typed = typed[:place] + mark + typed[place:]
        assert normalise_code(typed) == code
        assert normalise_code(grouped(code)) == code

    @given(st.text(max_size=300))
    def test_anything_else_is_no_code(self, typed):
        found = normalise_code(typed)
        assert found == "" or (len(found) == LENGTH and set(found) <= set(ALPHABET))

    def test_groups_of_four(self):
        assert grouped("23456789BCDFGHJKMNPQRSTVWXYZ") == "2345-6789-BCDF-GHJK-MNPQ-RSTV-WXYZ"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dana Whitlock", "D. W."),
        ("mary ann  de souza", "M. A. D."),
        ("Cher", "C."),
        ("", ""),
        ("ليلى حداد", "ل. ح."),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("day", "fields", "expected"),
    [
        (date(2028, 6, 1), {}, State.VALID),
        (date(2028, 6, 2), {}, State.VALID),
        (date(2028, 6, 3), {}, State.EXPIRED),
        (date(2099, 1, 1), {"valid_until": None}, State.VALID),
        (date(2028, 6, 1), {"is_revoked": True}, State.REVOKED),
        (date(2028, 6, 3), {"is_revoked": True}, State.REVOKED),
        (date(2028, 6, 1), {"is_superseded": True}, State.SUPERSEDED),
    ],
)
def test_what_it_is_worth(day, fields, expected):
    fields = {"valid_until": date(2028, 6, 2), "is_revoked": False, "is_superseded": False, **fields}
    assert state_on(day, **fields) is expected


@pytest.mark.django_db
class TestHoldersPage:
    @pytest.fixture
    def certificate(self, place, today) -> Certificate:
        completion = CompletionFactory(person=place.learner, title="Seeing it")
        return CertificateFactory(completion=completion, valid_until=date(2028, 6, 2))

    def page(self, client, certificate):
        return client.get(reverse("records:certificate", args=[certificate.code]))

    def test_shows_what_was_granted_with_a_way_to_check_it(self, place, client, certificate, settings):
        settings.BASE_URL = "https://signpost.example"
        client.force_login(place.learner)
        response = self.page(client, certificate)
        html = response.content.decode()
        for words in (
            "Dana Whitlock",
            "Seeing it",
            "2 June 2026",
            "2 June 2028",
            "15 minutes",
            grouped(certificate.code),
        ):
            assert words in html
        assert f"https://signpost.example/verify/{grouped(certificate.code)}/" in html
        assert "<svg" in html.split('role="img"')[-1]
        assert "style=" not in html
        assert html.count("<h1") == 1
        assert "no-store" in response["Cache-Control"]

    def test_any_writing_of_the_code_finds_it(self, place, client, certificate):
        client.force_login(place.learner)
        written = grouped(certificate.code).lower()
        assert client.get(reverse("records:certificate", args=[written])).status_code == 200

    def test_only_its_holder(self, place, client, certificate):
        assert reverse("account_login") in self.page(client, certificate).url
        for person in (place.other, place.stranger):
            other = Client()
            other.force_login(person)
            assert self.page(other, certificate).status_code == 404

    @pytest.mark.parametrize("code", ["nonsense", "2" * 28, "%20", "x" * 500])
    def test_an_unknown_code(self, place, client, code):
        client.force_login(place.learner)
        assert client.get(reverse("records:certificate", args=[code])).status_code == 404

    def test_says_when_it_is_worth_nothing_any_more(self, place, client, certificate, today):
        client.force_login(place.learner)
        today.move_to("2028-06-02 22:30 +0000")
        assert "has expired" not in self.page(client, certificate).content.decode()
        # Half past eleven at night in London, half an hour before the day ends there.
        today.move_to("2028-06-02 23:30 +0000")
        client.force_login(place.learner)
        assert "has expired" in self.page(client, certificate).content.decode()

    def test_says_why_it_was_taken_back(self, place, client, certificate):
        revoke_certificate(certificate=certificate, by=place.other, reason="Granted by mistake.", at=NOW)
        revoke_certificate(certificate=certificate, by=place.stranger, reason="Again.", at=NOW)
        client.force_login(place.learner)
        assert "Granted by mistake." in self.page(client, certificate).content.decode()

    def test_is_not_taken_back_without_a_reason(self, place, certificate):
        with pytest.raises(ValidationError):
            revoke_certificate(certificate=certificate, by=place.other, reason="", at=NOW)
