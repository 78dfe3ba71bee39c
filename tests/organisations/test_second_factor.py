"""The second factor: whom it is asked of, on which ways in, and what it opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection

from organisations import actions, sessions
from organisations.access import authority_of, authority_once_proven, withhold_authority
from organisations.models import Appointment
from tests import second_factor
from tests.conftest import TODAY
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PASSWORD = "copper lantern orchard"
Kind = Appointment.Kind


@pytest.fixture(autouse=True)
def _home(settings):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


@pytest.fixture
def partnership():
    return PartnershipFactory()


@pytest.fixture
def organisation(partnership):
    return OrganisationFactory(slug="riverside", partnership=partnership)


@pytest.fixture
def lead(organisation):
    person = MembershipFactory(person=UserFactory(password=PASSWORD), organisation=organisation).person
    actions.appoint(person=person, kind=Kind.ORGANISATION_LEAD, organisation=organisation, by=None, started_on=TODAY)
    return person


PEOPLE = "/en/organisations/riverside/people/"
ASKED = "/en/account/prove/?next=%2Fen%2Forganisations%2Friverside%2Fpeople%2F"


def by_password(client, person, mailoutbox):
    return client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})


def by_code(client, person, mailoutbox):
    client.post("/en/account/login/code/", {"email": person.email})
    code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)[0]
    return client.post("/en/account/login/code/confirm/", {"code": code})


@pytest.mark.parametrize("way_in", [by_password, by_code])
class TestWaysIn:
    def test_without_one_the_pages_of_leads_ask_to_set_it_up(self, client, lead, mailoutbox, way_in):
        way_in(client, lead, mailoutbox)
        assert client.get("/en/account/").status_code == 200
        assert client.get(PEOPLE).url == ASKED
        page = client.get(ASKED)
        assert "Set up a second step" in page.text

    def test_whoever_has_one_is_asked_at_each_sign_in(self, client, lead, mailoutbox, way_in):
        second_factor.give_app(lead)
        for _ in range(2):
            assert way_in(client, lead, mailoutbox).url == "/en/account/second-step/authenticate/"
            assert sessions.is_signed_in(client) is False
            client.post("/en/account/second-step/authenticate/", {"code": second_factor.code()})
            assert client.get(PEOPLE).status_code == 200
            client.post("/en/account/logout/")

    def test_no_wrong_code_and_no_code_twice(self, client, client_factory, lead, mailoutbox, way_in):
        second_factor.give_app(lead)
        way_in(client, lead, mailoutbox)
        code = second_factor.code()
        wrong = str((int(code) + 1) % 1_000_000).zfill(6)
        page = client.post("/en/account/second-step/authenticate/", {"code": wrong})
        assert "not the right code" in page.text
        client.post("/en/account/second-step/authenticate/", {"code": code})
        other = client_factory()
        way_in(other, lead, mailoutbox)
        page = other.post("/en/account/second-step/authenticate/", {"code": code})
        assert "not the right code" in page.text
        assert other.get(PEOPLE).status_code == 302

    def test_a_backup_code_works_once(self, client, lead, mailoutbox, way_in):
        second_factor.give_app(lead)
        backup = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
        for works in (True, False):
            way_in(client, lead, mailoutbox)
            client.post("/en/account/second-step/authenticate/", {"code": backup})
            assert (client.get(PEOPLE).status_code == 200) is works
            client.post("/en/account/logout/")


class TestSettingUp:
    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch):
        """The test's own transaction never commits; allauth's letters and notes need the request they come from."""
        monkeypatch.setattr("django.db.transaction.on_commit", lambda do, **options: do())

    def set_up(self, client):
        page = client.get("/en/account/second-step/totp/activate/")
        assert page.status_code == 200, page.url
        secret = page.context["form"].secret
        return client.post("/en/account/second-step/totp/activate/", {"code": second_factor.code(secret)}), secret

    def test_an_app_and_back_to_where_one_was_going(self, client, lead, mailoutbox):
        by_password(client, lead, mailoutbox)
        client.get(client.get(PEOPLE).url)
        response, _secret = self.set_up(client)
        codes = client.get(response.url)
        assert len(re.findall(r"\b\d{8}\b", codes.text)) == 10
        assert client.get("/en/account/prove/").url == PEOPLE
        assert client.get(PEOPLE).status_code == 200
        assert "authenticator app was set up" in mailoutbox[-1].subject

    def test_the_secret_is_unreadable_in_the_database(self, client, lead, mailoutbox, settings):
        by_password(client, lead, mailoutbox)
        _response, secret = self.set_up(client)
        with connection.cursor() as cursor:
            cursor.execute("SELECT data FROM mfa_authenticator")
            assert secret not in str(cursor.fetchall())
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9
        assert Authenticator.objects.get(type="totp").wrap().validate_code(second_factor.code(secret))

    def test_a_session_from_before_asks_to_prove_it(self, client, client_factory, lead, mailoutbox):
        by_password(client, lead, mailoutbox)
        second_factor.give_app(lead)
        asked = client.get(client.get(PEOPLE).url)
        assert asked.url == "/en/account/second-step/reauthenticate/?next=%2Fen%2Faccount%2Fprove%2F"
        response = client.post(asked.url, {"code": second_factor.code(), "next": "/en/account/prove/"})
        assert client.get(response.url).url == PEOPLE

    def test_taking_the_last_one_away_closes_the_pages(self, client, lead, mailoutbox):
        second_factor.give_app(lead)
        by_password(client, lead, mailoutbox)
        client.post("/en/account/second-step/authenticate/", {"code": second_factor.code()})
        client.post("/en/account/second-step/totp/deactivate/")
        assert not Authenticator.objects.exists()
        assert client.get(PEOPLE).url == ASKED

    def test_it_is_not_changed_long_after_sign_in_without_showing_who_one_is(self, client, lead, mailoutbox, today):
        second_factor.give_app(lead)
        by_password(client, lead, mailoutbox)
        client.post("/en/account/second-step/authenticate/", {"code": second_factor.code()})
        today.shift(timedelta(minutes=6))
        assert "reauthenticate" in client.post("/en/account/second-step/totp/deactivate/").url
        assert Authenticator.objects.filter(type="totp").exists()

    def test_a_learner_may_have_one_and_need_not(self, client, mailoutbox):
        person = MembershipFactory(person=UserFactory(password=PASSWORD)).person
        by_password(client, person, mailoutbox)
        assert client.get("/en/account/prove/").url == "/en/account/second-step/"
        assert client.get("/en/account/second-step/").status_code == 200
        assert client.get(PEOPLE).status_code == 404


class TestWithheld:
    def test_nothing_is_left_of_an_appointment_until_proven(self, lead):
        assert authority_of(lead).leads_anything
        withhold_authority(lead)
        assert not authority_of(lead).is_appointed
        assert authority_once_proven(lead).is_appointed

    @pytest.mark.parametrize("kind", [Kind.TRAINER, Kind.REVIEWER, Kind.OPERATOR])
    def test_the_cms_stays_shut(self, client, kind, partnership):
        person = UserFactory()
        scope = {} if kind == Kind.OPERATOR else {"partnership": partnership}
        actions.appoint(person=person, kind=kind, by=None, started_on=TODAY, **scope)
        client.force_login(person, is_proven=False)
        assert client.get("/cms/").url == "/en/account/prove/?next=%2Fcms%2F"
        assert client.post("/cms/pages/1/edit/").url.startswith("/en/account/prove/")
        client.force_login(person)
        assert client.get("/cms/").status_code == 200

    def test_an_appointment_asks_at_the_next_page_of_a_session_that_is_open(self, client, organisation):
        person = MembershipFactory(organisation=organisation).person
        client.force_login(person, is_proven=False)
        assert client.get(PEOPLE).status_code == 403
        actions.appoint(
            person=person, kind=Kind.ORGANISATION_LEAD, organisation=organisation, by=None, started_on=TODAY
        )
        assert client.get(PEOPLE).url == ASKED

    def test_what_one_proved_is_not_anothers(self, client, lead, organisation):
        other = MembershipFactory(organisation=organisation).person
        actions.appoint(
            person=other, kind=Kind.ORGANISATION_LEAD, organisation=organisation, by=None, started_on=TODAY
        )
        client.force_login(lead)
        session = client.session
        session["_auth_user_id"], session["_auth_user_hash"] = str(other.pk), other.get_session_auth_hash()
        session.save()
        assert client.get(PEOPLE).url == ASKED

    def test_elsewhere_is_no_place_to_go_on_to(self, client, lead):
        client.force_login(lead)
        assert client.get("/en/account/prove/?next=https://evil.example/").url == "/en/account/second-step/"

    def test_navigation_still_shows_where_a_lead_works(self, client, lead, site_tree):
        client.force_login(lead, is_proven=False)
        assert "/en/coverage/" in client.get("/en/account/").text

    def test_a_development_machine_may_do_without(self, client, lead, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        client.force_login(lead, is_proven=False)
        assert client.get(PEOPLE).status_code == 200
