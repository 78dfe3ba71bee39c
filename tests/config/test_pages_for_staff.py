"""Pages for leads, trainers and operators are in English, and say so in the person's language."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from config.staff import is_for_staff
from organisations.views import people, staff_sign_in
from records.views import my_learning
from tests.factories.organisations import AppointmentFactory, PartnershipFactory

NOTICE = "This part is not in your language yet, so you see it in English."


@pytest.fixture
def lead(db, client):
    found = AppointmentFactory(kind="partnership_lead", partnership=PartnershipFactory(), person__language="ar").person
    client.force_login(found)
    return found


def test_which_pages_are_for_staff():
    assert is_for_staff(people.people)
    assert not is_for_staff(my_learning.my_learning)
    assert not is_for_staff(staff_sign_in.staff_sign_in)


def test_another_language_leads_to_english(lead, client):
    response = client.get("/ar/coverage/?day=2026-11-01")
    assert (response.status_code, response.headers["Location"]) == (302, "/en/coverage/?day=2026-11-01")


def test_it_is_said_in_the_persons_language_and_leads_back_to_it(lead, client):
    text = client.get("/en/coverage/").content.decode()
    with override("ar"):
        assert gettext(NOTICE) in text
    assert '<html lang="en" dir="ltr"' in text
    assert 'href="/ar/learn/"' in text
    assert 'hreflang="fr"' not in text


def test_nobody_who_reads_english_is_told(lead, client):
    lead.language = "en"
    lead.save()
    assert NOTICE not in client.get("/en/coverage/").content.decode()


def test_a_learners_page_stays_in_its_language(lead, client):
    text = client.get("/ar/learn/").content.decode()
    assert '<html lang="ar" dir="rtl"' in text
    assert 'href="/ar/account/"' in text


def test_whoever_is_not_signed_in_signs_in_in_their_language(db, client):
    response = client.get("/ar/coverage/")
    with override("ar"):
        assert response.headers["Location"].startswith(reverse("account_login"))
