"""Getting in: by password, by code, by a new account; and what stays shut."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from organisations import actions, sessions
from organisations.models import User
from tests.factories.organisations import (
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PASSWORD = "copper lantern orchard"
HOME = "/en/account/"


@pytest.fixture(autouse=True)
def _quiet(settings):
    """No test inherits another's tries, and each lands on a page of this app."""
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


def code_in(letter):
    return re.search(r"^\d{6}$", letter.body, re.MULTILINE)[0]


def sign_in(client, person, password=PASSWORD, **more):
    return client.post("/en/account/login/", {"login": person.email, "password": password, **more})


def ask_for_code(client, email, query="", **more):
    return client.post(f"/en/account/login/code/{query}", {"email": email, **more}, follow=True)


def enter_code(client, code, query=""):
    return client.post(f"/en/account/login/code/confirm/{query}", {"code": code})


def signed_in(client):
    return client.get("/en/account/").status_code == 200


class TestPassword:
    def test_the_right_one(self, client):
        person = UserFactory(password=PASSWORD)
        before = client.session.session_key
        response = sign_in(client, person)
        assert response.url == HOME
        assert signed_in(client)
        assert client.session.session_key != before

    def test_in_any_case_of_the_address(self, client):
        person = UserFactory(email="asha@example.org", password=PASSWORD)
        response = client.post("/en/account/login/", {"login": " ASHA@Example.org", "password": PASSWORD})
        assert response.url == HOME
        assert person.pk == int(client.session["_auth_user_id"])

    def test_a_wrong_one_and_an_unknown_address_get_the_same_answer(self, client):
        person = UserFactory(password=PASSWORD)
        wrong = sign_in(client, person, "something else")
        unknown = client.post("/en/account/login/", {"login": "nobody@example.org", "password": "x"})
        assert wrong.status_code == unknown.status_code == 200
        assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
        assert "do not fit together" in wrong.text
        assert not signed_in(client)

    def test_guessing_one_account_stops_and_the_room_goes_on(self, client):
        victim, colleague = UserFactory(password=PASSWORD), UserFactory(password=PASSWORD)
        for _ in range(6):
            response = sign_in(client, victim, "a guess")
        assert "Wait five minutes" in response.text
        assert "Wait five minutes" in sign_in(client, victim).text
        assert sign_in(client, colleague).status_code == 302

    def test_a_whole_room_signs_in_from_one_address_within_a_minute(self, client_factory, today):
        people = [UserFactory(password=PASSWORD) for _ in range(60)]
        for person in people:
            assert sign_in(client_factory(), person).status_code == 302

    def test_a_stranger_who_guesses_does_not_shut_the_owner_out(self, client_factory):
        victim = UserFactory(password=PASSWORD)
        for number in range(30):
            stranger = {"REMOTE_ADDR": f"192.0.2.{number // 10}"}
            page = client_factory().post(
                "/en/account/login/", {"login": victim.email, "password": "a guess"}, **stranger
            )
        assert "Wait five minutes" in page.text
        assert sign_in(client_factory(), victim).status_code == 302

    def test_guesses_from_everywhere_together_end_too(self, client_factory):
        victim = UserFactory(password=PASSWORD)
        for number in range(105):
            client_factory().post(
                "/en/account/login/",
                {"login": victim.email, "password": "a guess"},
                REMOTE_ADDR=f"192.0.2.{number}",
            )
        assert "Wait five minutes" in sign_in(client_factory(), victim).text

    def test_a_closed_account_stays_shut(self, client):
        person = UserFactory(password=PASSWORD, is_active=False)
        sign_in(client, person)
        assert not signed_in(client)

    def test_an_unproved_address_must_be_proved_first(self, client, mailoutbox):
        person = UserFactory(password=PASSWORD, verified=False)
        response = sign_in(client, person)
        assert response.url == reverse("account_email_verification_sent")
        assert not signed_in(client)
        client.post(response.url, {"code": code_in(mailoutbox[-1])})
        assert signed_in(client)
        assert EmailAddress.objects.get(user=person).verified


class TestCode:
    def test_six_digits_by_mail(self, client, mailoutbox):
        person = UserFactory()
        page = ask_for_code(client, person.email)
        assert page.status_code == 200
        assert mailoutbox[-1].to == [person.email]
        assert "slavery" not in mailoutbox[-1].subject + mailoutbox[-1].body
        assert enter_code(client, code_in(mailoutbox[-1])).url == HOME
        assert signed_in(client)

    def test_an_unknown_address_gets_the_same_page(self, client, mailoutbox):
        known = ask_for_code(client, UserFactory().email)
        client.logout()
        unknown = ask_for_code(client, "nobody@example.org")
        assert known.redirect_chain == unknown.redirect_chain
        assert not User.objects.filter(email="nobody@example.org").exists()

    def test_three_wrong_codes_end_it(self, client, mailoutbox):
        person = UserFactory()
        ask_for_code(client, person.email)
        for _ in range(3):
            enter_code(client, "000000" if code_in(mailoutbox[0]) != "000000" else "111111")
        enter_code(client, code_in(mailoutbox[0]))
        assert not signed_in(client)

    def test_codes_run_out_after_ten_minutes(self, client, mailoutbox, today):
        person = UserFactory()
        ask_for_code(client, person.email)
        today.shift(timedelta(minutes=11))
        enter_code(client, code_in(mailoutbox[0]))
        assert not signed_in(client)

    def test_a_password_that_a_stranger_set_is_dropped(self, client, client_factory, mailoutbox):
        """Somebody takes an address that is not theirs and waits for its owner."""
        stranger = client_factory()
        stranger.post("/en/account/signup/", {"name": "Mallory", "email": "owner@example.org", "password1": PASSWORD})
        cache.clear()
        ask_for_code(client, "owner@example.org")
        enter_code(client, code_in(mailoutbox[-1]))
        assert signed_in(client)
        owner = User.objects.get(email="owner@example.org")
        assert not owner.has_usable_password()
        sign_in(stranger, owner)
        assert not signed_in(stranger)

    def test_a_proved_account_keeps_its_password(self, client, mailoutbox):
        person = UserFactory(password=PASSWORD)
        ask_for_code(client, person.email)
        enter_code(client, code_in(mailoutbox[-1]))
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_mail_that_is_down_says_so_and_logs_no_address(self, client, monkeypatch, caplog):
        def broken(self, *args, **kwargs):
            raise ConnectionRefusedError("canary@example.org")

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
        person = UserFactory(email="canary@example.org")
        with caplog.at_level(logging.DEBUG):
            page = ask_for_code(client, person.email)
        assert "could not send an e-mail" in page.text
        assert "canary" not in caplog.text


class TestNewAccount:
    def sign_up(self, client, language="en", query="", **fields):
        data = {"name": "Asha Rowe", "email": "Asha@Example.org", "password1": "", **fields}
        return client.post(f"/{language}/account/signup/{query}", data)

    def test_it_opens_nothing_until_the_address_is_proved(self, client, mailoutbox):
        response = self.sign_up(client)
        assert not signed_in(client)
        client.post(response.url, {"code": code_in(mailoutbox[-1])})
        assert signed_in(client)
        person = User.objects.get()
        assert (person.name, person.email, person.language) == ("Asha Rowe", "asha@example.org", "en")
        assert not person.has_usable_password()
        assert not person.memberships.exists()
        assert not person.groups.exists()
        assert client.get("/cms/").status_code == 403

    def test_the_language_follows_the_page(self, client):
        self.sign_up(client, "fr")
        assert User.objects.get().language == "fr"

    def test_a_taken_address_gets_the_same_answer_and_a_letter(self, client, client_factory, mailoutbox):
        UserFactory(email="asha@example.org")
        taken = self.sign_up(client)
        free = self.sign_up(client_factory(), email="other@example.org")
        assert (taken.status_code, taken.url) == (free.status_code, free.url)
        assert User.objects.count() == 2
        assert "already have" in mailoutbox[0].subject

    def test_a_weak_password_is_explained(self, client):
        page = self.sign_up(client, password1="short")
        assert page.status_code == 200
        assert "12 characters" in page.text
        assert not User.objects.exists()

    def test_a_name_is_needed(self, client):
        assert "Enter your name." in self.sign_up(client, name=" ").text


class TestWhereTo:
    def test_an_invitation_that_waits_comes_first(self, client):
        person = UserFactory(password=PASSWORD)
        invitation = InvitationFactory(email=person.email)
        assert sign_in(client, person).url == f"/en/invitations/{invitation.token}/"

    def test_somebody_who_may_join_is_shown_where(self, client):
        person = UserFactory(password=PASSWORD, email="a@northshire.example.org")
        OrganisationDomainFactory(domain="northshire.example.org")
        assert sign_in(client, person).url == "/en/join/"

    def test_a_member_goes_to_their_learning_in_their_language(self, client):
        person = UserFactory(password=PASSWORD, language="ar")
        MembershipFactory(person=person)
        assert sign_in(client, person).url == "/ar/account/"

    def test_a_language_chosen_on_the_way_in_is_kept(self, client):
        person = UserFactory(password=PASSWORD)
        client.post("/fr/account/login/", {"login": person.email, "password": PASSWORD})
        person.refresh_from_db()
        assert person.language == "fr"

    def test_back_to_where_one_was_going(self, client):
        person = UserFactory(password=PASSWORD)
        assert sign_in(client, person, next="/en/join/").url == "/en/join/"
        client.logout()
        assert sign_in(client, person, next="https://evil.example/").url == HOME


class TestOut:
    def test_by_a_press_of_the_button_only(self, client):
        client.force_login(UserFactory())
        assert client.get("/en/account/logout/").status_code == 200
        assert signed_in(client)
        client.post("/en/account/logout/")
        assert not signed_in(client)


class TestReset:
    def test_by_code(self, client, mailoutbox):
        person = UserFactory(password="forgotten it all")
        page = client.post("/en/account/password/reset/", {"email": person.email}, follow=True)
        assert page.status_code == 200
        page = client.post("/en/account/password/reset/confirm/", {"code": code_in(mailoutbox[-1])})
        done = client.post(page.url, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
        assert done.status_code == 200
        person.refresh_from_db()
        assert person.check_password(PASSWORD)


class TestOneTimePassword:
    def test_it_works_once(self, client, client_factory):
        person = UserFactory(verified=False)
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        password = actions.give_one_time_password(person=person, by=None)
        response = sign_in(client, person, password)
        assert response.url == "/en/account/password/set/"
        assert "used up" in client.get(response.url).text
        assert signed_in(client)
        client.post(response.url, {"password1": PASSWORD, "password2": PASSWORD})
        assert signed_in(client)
        other = client_factory()
        assert sign_in(other, person, password).status_code == 200
        assert sign_in(other, person).url == HOME


class TestAddresses:
    def test_a_personal_address_is_added_and_the_account_follows_the_main_one(self, client, mailoutbox):
        membership = MembershipFactory(work_email="asha@northshire.example.org")
        person = membership.person
        client.force_login(person)
        page = client.post("/en/account/email/", {"email": "Asha@Home.example", "action_add": ""})
        client.post(page.url, {"code": code_in(mailoutbox[-1])})
        assert EmailAddress.objects.get(email="asha@home.example").verified
        person.refresh_from_db()
        assert person.email != "asha@home.example"
        client.post("/en/account/email/", {"email": "asha@home.example", "action_primary": ""})
        person.refresh_from_db()
        membership.refresh_from_db()
        assert person.email == "asha@home.example"
        assert membership.work_email == "asha@northshire.example.org"

    def test_anothers_address_cannot_be_taken(self, client, mailoutbox):
        other, person = UserFactory(), UserFactory()
        client.force_login(person)
        page = client.post("/en/account/email/", {"email": other.email, "action_add": ""})
        assert page.status_code == 302
        client.post(page.url, {"code": "000000"})
        assert EmailAddress.objects.get(email=other.email).user == other


def test_no_address_stands_in_a_log_or_a_link(client, caplog, mailoutbox, today):
    invitation = InvitationFactory(email="canary@example.org")
    with caplog.at_level(logging.DEBUG):
        link = f"/en/invitations/{invitation.token}/"
        page = client.get(f"/en/account/signup/?next={link}")
        assert 'value="canary@example.org"' in page.text
        assert 'value="canary@example.org"' in client.get(f"/en/account/login/?next={link}").text
        ask_for_code(client, "canary@example.org", f"?next={link}")
        client.post("/en/account/login/", {"login": "canary@example.org", "password": "x"})
    assert "canary" not in caplog.text
    assert sessions.LAST_SEEN not in client.session
