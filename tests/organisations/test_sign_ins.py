"""Where a person is signed in: shown in plain words, ended by them; and a lost second factor taken away by a lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import actions
from organisations.models import Appointment, SignIn
from organisations.rules import device_of
from tests import second_factor
from tests.conftest import TODAY
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PASSWORD = "copper lantern orchard"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
PAGE = "/en/account/sign-ins/"
Kind = Appointment.Kind


@pytest.fixture(autouse=True)
def _home(settings):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


@pytest.fixture
def person():
    return UserFactory(password=PASSWORD)


def sign_in(client, person, agent=DESK, **more):
    return client.post(
        "/en/account/login/", {"login": person.email, "password": PASSWORD, **more}, headers={"user-agent": agent}
    )


def is_in(client):
    return client.get("/en/account/").status_code == 200


class TestList:
    def test_each_place_in_plain_words_this_one_marked(self, client, client_factory, person):
        phone = client_factory()
        sign_in(phone, person, PHONE)
        sign_in(client, person, is_shared_computer="on")
        page = client.get(PAGE)
        assert "Safari on iPhone" in page.text
        assert "Edge on Windows" in page.text
        assert "A shared computer." in page.text
        assert page.text.count("Sign out there") == 1
        assert [row["sign_in"].system for row in page.context["rows"] if row["is_here"]] == ["Windows"]

    def test_no_network_address_and_no_version_is_kept(self, client, person):
        sign_in(client, person, PHONE)
        row = SignIn.objects.values().get()
        assert "127.0.0.1" not in str(row)
        assert "17" not in f"{row['browser']}{row['system']}"

    def test_the_last_use_is_true_to_an_hour_and_costs_no_write_between(self, client, person, today):
        sign_in(client, person)
        first = SignIn.objects.get().last_seen_at
        today.shift(timedelta(minutes=30))
        client.get("/en/account/")
        assert SignIn.objects.get().last_seen_at == first
        today.shift(timedelta(minutes=45))
        client.get("/en/account/")
        assert SignIn.objects.get().last_seen_at > first

    def test_it_costs_the_same_for_one_and_for_nine(self, client, person):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                assert client.get(PAGE).status_code == 200
            return len(seen)

        sign_in(client, person)
        queries()
        one = queries()
        for number in range(8):
            person.sign_ins.create(session_key=f"elsewhere{number}")
        assert queries() == one

    def test_what_ran_out_is_forgotten_at_anybodys_next_sign_in(self, client, client_factory, person, today):
        sign_in(client_factory(), UserFactory(password=PASSWORD))
        today.shift(timedelta(hours=14))
        sign_in(client, person)
        assert SignIn.objects.get().person == person

    @pytest.mark.parametrize(
        ("agent", "words"), [("", ("", "")), (PHONE, ("Safari", "iPhone")), ("x" * 9000, ("", ""))]
    )
    def test_the_device(self, agent, words):
        assert device_of(agent) == words


class TestEnding:
    def test_one(self, client, client_factory, person):
        phone = client_factory()
        sign_in(phone, person, PHONE)
        sign_in(client, person)
        client.post(f"{PAGE}{SignIn.objects.get(system='iPhone').key}/end/")
        assert not is_in(phone)
        assert is_in(client)
        assert SignIn.objects.count() == 1

    def test_all_others(self, client, client_factory, person):
        others = [client_factory(), client_factory()]
        for other in others:
            sign_in(other, person, PHONE)
        sign_in(client, person)
        client.post(f"{PAGE}end-others/")
        assert [is_in(each) for each in (*others, client)] == [False, False, True]

    def test_anothers_is_out_of_reach(self, client, client_factory, person):
        other = client_factory()
        sign_in(other, UserFactory(password=PASSWORD))
        theirs = SignIn.objects.get()
        sign_in(client, person)
        assert client.post(f"{PAGE}{theirs.key}/end/").status_code == 404
        assert is_in(other)

    def test_a_new_password_ends_the_others_and_keeps_this_one(self, client, client_factory, person):
        other = client_factory()
        sign_in(other, person)
        sign_in(client, person)
        new = "quiet harbour violin"
        client.post(
            "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
        )
        assert is_in(client)
        assert not is_in(other)
        row = SignIn.objects.get()
        assert row.session_key == client.session.session_key
        assert client.get(PAGE).text.count("Sign out there") == 0

    def test_signing_out_and_lying_idle_take_it_off_the_list(self, client, person, today):
        sign_in(client, person)
        client.post("/en/account/logout/")
        assert not SignIn.objects.exists()
        sign_in(client, person, is_shared_computer="on")
        today.shift(timedelta(minutes=30))
        client.get("/en/account/")
        assert not SignIn.objects.exists()


class TestReset:
    @pytest.fixture
    def ours(self):
        return PartnershipFactory()

    @pytest.fixture
    def lead(self, ours):
        person = UserFactory()
        actions.appoint(person=person, kind=Kind.PARTNERSHIP_LEAD, partnership=ours, by=None, started_on=TODAY)
        return person

    @pytest.fixture
    def trainer(self, ours):
        person = UserFactory(password=PASSWORD)
        second_factor.give_app(person)
        actions.appoint(person=person, kind=Kind.TRAINER, partnership=ours, by=None, started_on=TODAY)
        return person

    def test_by_the_partnerships_lead_after_a_question(
        self, client, client_factory, lead, trainer, mailoutbox, django_capture_on_commit_callbacks
    ):
        desk = client_factory()
        desk.force_login(trainer)
        client.force_login(lead)
        address = f"/en/appointments/{trainer.appointments.get().pk}/second-step/"
        assert address in client.get("/en/appointments/").text
        assert client.get(address).status_code == 200
        assert Authenticator.objects.filter(user=trainer).exists()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
        assert not Authenticator.objects.filter(user=trainer).exists()
        assert not is_in(desk)
        assert "second step was reset" in mailoutbox[-1].subject
        sign_in(desk, trainer)
        assert desk.get("/cms/").url == "/en/account/prove/?next=%2Fcms%2F"

    def test_nobody_their_own_nor_elsewhere_nor_an_operators(self, lead, trainer, ours):
        operator, foreign = UserFactory(), UserFactory()
        actions.appoint(person=operator, kind=Kind.OPERATOR, by=None, started_on=TODAY)
        actions.appoint(person=operator, kind=Kind.TRAINER, partnership=ours, by=None, started_on=TODAY)
        actions.appoint(person=foreign, kind=Kind.TRAINER, partnership=PartnershipFactory(), by=None, started_on=TODAY)
        for person, by in ((lead, lead), (operator, lead), (foreign, lead), (lead, trainer), (operator, operator)):
            with pytest.raises(PermissionDenied):
                actions.reset_second_factor(person=person, by=by)
        actions.reset_second_factor(person=trainer, by=operator)

    def test_an_organisations_lead_may_not(self, client, ours, trainer):
        organisation = OrganisationFactory(partnership=ours)
        lead = MembershipFactory(organisation=organisation).person
        actions.appoint(person=lead, kind=Kind.ORGANISATION_LEAD, organisation=organisation, by=None, started_on=TODAY)
        client.force_login(lead)
        assert client.get(f"/en/appointments/{trainer.appointments.get().pk}/second-step/").status_code == 403

    def test_by_command(self, trainer):
        call_command("reset_second_factor", trainer.email.upper())
        assert not Authenticator.objects.exists()
        with pytest.raises(CommandError, match="Nobody signs in"):
            call_command("reset_second_factor", "nobody@example.org")
