"""Sessions that lie idle, and the one door of the CMS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations import actions, sessions
from organisations.groups import TRAINERS
from organisations.models import Appointment
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.queries import writes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PASSWORD = "copper lantern orchard"


@pytest.fixture(autouse=True)
def _home(settings):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


def sign_in(client, person, *, is_shared, **more):
    data = {"login": person.email, "password": PASSWORD, **more}
    if is_shared:
        data["is_shared_computer"] = "on"
    return client.post("/en/account/login/", data)


def is_signed_in(client):
    return client.get("/en/account/").status_code == 200


@pytest.fixture
def person():
    return UserFactory(password=PASSWORD)


class TestIdle:
    @pytest.mark.parametrize(
        ("is_shared", "minutes", "stays"),
        [(True, 19, True), (True, 21, False), (False, 21, True), (False, 11 * 60, True), (False, 12 * 60 + 2, False)],
    )
    def test_twenty_minutes_or_twelve_hours(self, client, person, today, is_shared, minutes, stays):
        sign_in(client, person, is_shared=is_shared)
        today.shift(timedelta(minutes=minutes))
        assert is_signed_in(client) is stays

    def test_each_use_starts_the_time_anew(self, client, person, today):
        sign_in(client, person, is_shared=True)
        for _ in range(5):
            today.shift(timedelta(minutes=15))
            assert is_signed_in(client)

    def test_a_code_on_a_shared_computer_counts_too(self, client, person, today, mailoutbox):
        client.post("/en/account/login/code/", {"email": person.email, "is_shared_computer": "on"})
        code = next(line for line in mailoutbox[-1].body.splitlines() if line.isdigit())
        client.post("/en/account/login/code/confirm/", {"code": code})
        assert client.session.get_expire_at_browser_close()
        today.shift(timedelta(minutes=21))
        assert not is_signed_in(client)

    def test_the_cookie_of_a_shared_computer_goes_with_the_browser(self, client, person):
        sign_in(client, person, is_shared=True)
        assert client.session.get_expire_at_browser_close()
        assert client.cookies["sessionid"]["max-age"] == ""
        page = client.get("/en/account/")
        assert "no-store" in page["Cache-Control"]

    def test_the_sign_in_page_says_that_nothing_is_lost(self, client, person, today):
        sign_in(client, person, is_shared=True)
        today.shift(timedelta(minutes=30))
        page = client.get("/en/account/memberships/", follow=True)
        assert page.redirect_chain == [("/en/account/login/?next=/en/account/memberships/", 302)]
        assert "Nothing is lost" in page.text
        assert sign_in(client, person, is_shared=True, next="/en/account/memberships/").url.endswith("/memberships/")
        assert sessions.WAS_IDLE not in client.session

    def test_a_second_page_within_a_minute_writes_nothing(self, client, person):
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/account/details/")
        assert writes(queries) == []


class TestWhatWasBeingSent:
    @pytest.fixture
    def opening(self):
        return OrganisationDomainFactory(domain="example.org").organisation

    def answer_late(self, client, person, opening, today, **more):
        sign_in(client, person, is_shared=True)
        today.shift(timedelta(minutes=30))
        role = RoleFactory()
        return role, client.post(f"/en/join/{opening.slug}/", {"role": role.pk, **more})

    def test_it_is_sent_again_by_the_same_person(self, client, person, opening, today):
        role, response = self.answer_late(client, person, opening, today)
        assert response.url == "/en/account/login/?next=/en/account/send-again/"
        assert not person.memberships.exists()
        back = sign_in(client, person, is_shared=True, next="/en/account/send-again/")
        page = client.get(back.url)
        assert f'<input type="hidden" name="role" value="{role.pk}">' in page.text
        client.post(f"/en/join/{opening.slug}/", {"role": role.pk})
        assert person.memberships.get().role == role
        assert client.get(back.url).status_code == 302

    def test_nobody_else_gets_it(self, client, person, opening, today):
        self.answer_late(client, person, opening, today)
        other = UserFactory(password=PASSWORD)
        sign_in(client, other, is_shared=True)
        page = client.get("/en/account/send-again/")
        assert page.status_code == 302

    def test_passwords_and_floods_are_not_kept(self, client, person, opening, today):
        _role, response = self.answer_late(client, person, opening, today, password="x")
        assert "send-again" not in response.url
        _role, response = self.answer_late(client, person, opening, today, note="x" * 20_001)
        assert "send-again" not in response.url

    def test_a_form_from_elsewhere_is_not_kept(self, person, opening, today):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        session = client.session
        session[sessions.IS_SHARED] = True
        session.save()
        today.shift(timedelta(minutes=30))
        response = client.post(
            f"/en/join/{opening.slug}/", {"role": "1"}, headers={"referer": "https://evil.example/"}
        )
        assert response.status_code == 403
        assert sessions.HELD not in client.session

    def test_without_anything_to_keep_one_comes_back_to_the_page_before(self, client, person, today):
        sign_in(client, person, is_shared=True)
        today.shift(timedelta(minutes=30))
        response = client.post(
            "/en/account/email/", {"code": "123456"}, headers={"referer": "http://testserver/en/join/?a=b"}
        )
        assert response.url == "/en/account/login/?next=/en/join/"

    def test_what_is_sent_from_a_page_that_lay_open_overnight_is_kept(self, client, person, opening, today):
        sign_in(client, person, is_shared=False)
        today.shift(timedelta(hours=15))
        response = client.post(f"/en/join/{opening.slug}/", {"role": RoleFactory().pk})
        assert response.url == "/en/account/login/?next=/en/account/send-again/"

    def test_what_cannot_be_kept_is_said_to_be_lost(self, client, person, today):
        sign_in(client, person, is_shared=True)
        today.shift(timedelta(minutes=30))
        client.post("/en/account/email/", {"code": "123456"})
        page = client.get("/en/account/login/").text
        assert "You are not signed in" in page
        assert "Your last step was not saved." in page
        assert "Nothing is lost" not in page

    def test_a_stranger_is_not_told_that_they_were_signed_out(self, client):
        response = client.post("/en/account/email/", {"code": "123456"})
        page = client.get(response.url).text
        assert "You are not signed in" in page
        assert "You were signed out" not in page

    def test_who_is_no_longer_signed_in_comes_back_to_a_page_that_opens(self, client, person):
        """An address that only takes what is sent would answer a look at it with nothing."""
        before = "/en/organisations/riverside/people/"
        response = client.post(f"{before}confirm/", headers={"referer": f"http://testserver{before}"})
        assert response.url == f"/en/account/login/?next={before}"
        assert "Your last step was not saved." in client.get(response.url).text
        sign_in(client, person, is_shared=False, next=before)
        assert sessions.WAS_NOT_SENT not in client.session


class TestCmsDoor:
    @pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/sprite/", "/cms/jsi18n/", "/cms/nowhere/"])
    def test_visitors_are_sent_to_the_one_sign_in(self, client, address):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url == f"/en/account/login/?next={address}"

    @pytest.mark.parametrize(
        "address",
        [
            "/cms/login/",
            "/cms/login/?next=/cms/pages/",
            "/cms/logout/",
            "/cms/password_reset/",
            "/cms/password_reset/confirm/MQ/abc/",
            "/en/_util/login/",
        ],
    )
    def test_wagtails_own_doors_lead_to_ours(self, client, address):
        response = client.get(address, follow=True)
        assert "/en/account/login/" in response.redirect_chain[-1][0]
        person = UserFactory(password=PASSWORD)
        assert client.post(address, {"username": person.email, "password": PASSWORD}).status_code == 302
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("kind", [Appointment.Kind.TRAINER, Appointment.Kind.REVIEWER, Appointment.Kind.OPERATOR])
    def test_an_appointment_opens_it(self, client, kind):
        scope = {} if kind == Appointment.Kind.OPERATOR else {"partnership": PartnershipFactory()}
        person = UserFactory()
        actions.appoint(person=person, kind=kind, by=None, started_on=TODAY, **scope)
        client.force_login(person)
        assert client.get("/cms/").status_code == 200
        assert client.get("/cms/login/?next=//evil.example").url == "/en/account/login/?next=/cms/"

    def test_members_and_leads_get_the_plain_page(self, client):
        lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=PartnershipFactory()).person
        for person in (MembershipFactory().person, lead):
            client.force_login(person)
            page = client.get("/cms/")
            assert page.status_code == 403
            assert "not open to you" in page.text

    def test_it_closes_when_the_day_comes_and_the_groups_follow(self, client, today):
        partnership = PartnershipFactory()
        person = UserFactory()
        actions.appoint(
            person=person, kind=Appointment.Kind.REVIEWER, partnership=partnership, by=None, started_on=TODAY
        )
        trainer = actions.appoint(
            person=person, kind=Appointment.Kind.TRAINER, partnership=partnership, by=None, started_on=TODAY
        )
        actions.end_appointment(appointment=trainer, by=None, on=TODAY + timedelta(days=1))
        client.force_login(person)
        assert person.groups.filter(name=TRAINERS).exists()
        today.shift(timedelta(hours=11))
        assert client.get("/cms/").status_code == 200
        assert person.groups.filter(name=TRAINERS).exists()
        today.shift(timedelta(hours=2))
        client.force_login(person)
        assert not person.groups.filter(name=TRAINERS).exists()
        assert client.get("/cms/").status_code == 200

    def test_a_session_that_is_still_open_loses_the_cms_at_once(self, client):
        person = UserFactory()
        appointment = actions.appoint(
            person=person,
            kind=Appointment.Kind.TRAINER,
            partnership=PartnershipFactory(),
            by=None,
            started_on=TODAY,
        )
        client.force_login(person)
        assert client.get("/cms/").status_code == 200
        actions.end_appointment(appointment=appointment, by=None)
        assert client.get("/cms/").status_code == 403

    @pytest.mark.parametrize(
        "address",
        [
            "/cms/users/",
            "/cms/users/add/",
            "/cms/groups/",
            "/cms/groups/new/",
            "/cms/bulk/organisations/user/delete/?id=1",
            "/cms/bulk/organisations/user/set_active_state/?id=1",
            "/cms/bulk/organisations/user/assign_role/?id=1",
        ],
    )
    def test_people_and_groups_have_no_screens_there(self, client, address):
        client.force_login(UserFactory(is_superuser=True))
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
        assert '"/cms/users/"' not in client.get("/cms/").text

    def test_its_settings_leave_out_who_one_is(self, client):
        person = UserFactory(is_superuser=True, password=PASSWORD)
        client.force_login(person)
        page = client.get("/cms/account/")
        assert page.status_code == 200
        assert "first_name" not in page.text
        assert "password" not in page.text.replace("current-password", "")
        before = person.email, person.password
        client.post(
            "/cms/account/",
            {
                "name_email-email": "evil@example.org",
                "password-new_password1": PASSWORD * 2,
                "password-new_password2": PASSWORD * 2,
                "locale-preferred_language": "fr",
                "theme-theme": "system",
                "theme-density": "default",
                "theme-contrast": "system",
            },
        )
        person.refresh_from_db()
        assert (person.email, person.password) == before
