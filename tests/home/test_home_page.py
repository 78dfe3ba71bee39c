"""The front page: what this is, where to sign in, which courses there are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from home.actions import prepare_site
from home.models import HomePage
from tests.factories.courses import make_course
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_reads_what_it_is_signs_in_and_finds_the_courses(client):
    make_course(title="First responder duties", summary_en="Notice and pass on.")
    make_course(title="Not ready", is_live=False)
    page = client.get("/en/").content.decode()
    assert page.count("<h1") == 1
    assert "Short training" in page
    assert reverse("account_login") in page
    assert "First responder duties" in page
    assert "Not ready" not in page


def test_a_person_signed_in_is_not_asked_to_sign_in(client, site_tree):
    client.force_login(UserFactory())
    page = client.get("/en/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert reverse("account_login") not in main


def test_the_site_is_prepared_once():
    assert prepare_site().pk == prepare_site().pk
    assert HomePage.objects.count() == 1
