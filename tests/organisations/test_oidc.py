"""An organisation's own sign-in: whom it lets in, by which address, and what it never opens."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import reverse

from config import env
from organisations import actions
from organisations.actions import doors
from organisations.adapter_oidc import OrganisationSignInAdapter
from organisations.models import Appointment, Membership, User
from tests import second_factor
from tests.conftest import TODAY
from tests.factories.organisations import (
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SERVER = "https://login.riverside.example"
PEOPLE = "/en/organisations/riverside/people/"


class Provider(requests.adapters.BaseAdapter):
    """What the organisation's server answers, over the wire that allauth uses."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: dict[str, object] = {}

    def send(self, request, **kwargs):
        path = urlsplit(request.url).path
        answers = {
            "/.well-known/openid-configuration": {
                "issuer": SERVER,
                "authorization_endpoint": f"{SERVER}/authorize",
                "token_endpoint": f"{SERVER}/token",
                "userinfo_endpoint": f"{SERVER}/userinfo",
                "jwks_uri": f"{SERVER}/keys",
            },
            "/token": {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()},
            "/userinfo": self.claims,
        }
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(answers[path]).encode()
        return response

    def id_token(self):
        return jwt.encode({"iss": SERVER, "aud": "signpost", "exp": 4102444800, **self.claims}, "k" * 32)

    def close(self):
        pass


@pytest.fixture(autouse=True)
def provider(settings, monkeypatch):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"
    monkeypatch.setenv(
        "OIDC_PROVIDERS",
        json.dumps(
            [
                {
                    "organisation": "riverside",
                    "name": "Riverside Council",
                    "server_url": SERVER,
                    "client_id": "signpost",
                    "secret": "s" * 20,
                    "domains": ["Riverside.example"],
                }
            ]
        ),
    )
    apps = env.openid_providers("OIDC_PROVIDERS")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True}}
    fake = Provider()

    def session(adapter):
        made = requests.Session()
        made.mount("https://", fake)
        return made

    monkeypatch.setattr(OrganisationSignInAdapter, "get_requests_session", session)
    fake.settings = apps[0]["settings"]
    return fake


def come(client, provider, email, *, verified=True, query="", **claims):
    """Goes to the organisation's page and back, as a browser does."""
    provider.claims = {"sub": "42", "email": email, "email_verified": verified, "name": "Asha Rowe", **claims}
    there = client.get(f"/sso/riverside/login/{query}")
    assert there.url.startswith(f"{SERVER}/authorize?"), there.url
    asked = parse_qs(urlsplit(there.url).query)
    assert asked["redirect_uri"] == ["http://testserver/sso/riverside/login/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get("/sso/riverside/login/callback/", {"code": "abc", "state": asked["state"][0]})


def who(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


class TestWho:
    def test_the_page_offers_it_only_where_it_is_set(self, client, settings):
        assert "Sign in with Riverside Council" in client.get("/en/account/login/").text
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
        assert "Riverside Council" not in client.get("/en/account/login/").text
        assert client.get("/sso/riverside/login/").status_code == 404

    def test_a_person_with_that_address_and_back_to_where_they_were_going(self, client, provider):
        person = UserFactory(email="asha@riverside.example")
        response = come(client, provider, "Asha@Riverside.example", query="?next=/en/join/")
        assert response.url == "/en/join/"
        assert who(client) == person
        assert not SocialAccount.objects.exists()

    @pytest.mark.parametrize(
        ("email", "verified"),
        [
            ("asha@elsewhere.example", True),
            ("asha@riverside.example", False),
            ("asha@riverside.example", "true"),
            ("asha@sub.riverside.example", True),
            ("asha@riverside.example@elsewhere.example", True),
            ("", True),
        ],
    )
    def test_nobody_by_another_or_an_unproved_address(self, client, provider, email, verified):
        UserFactory(email="asha@riverside.example")
        UserFactory(email="asha@elsewhere.example")
        before = User.objects.count()
        response = come(client, provider, email, verified=verified)
        assert response.url == "/en/account/login/"
        assert who(client) is None
        assert User.objects.count() == before
        assert "does not let you in" in client.get(response.url).text

    def test_an_organisation_that_says_no_word_about_proof_may_be_trusted_by_setting(self, client, provider):
        provider.settings["address_is_proved"] = True
        person = UserFactory(email="asha@riverside.example")
        come(client, provider, "asha@riverside.example", verified=False)
        assert who(client) == person

    def test_a_new_person_gets_an_account_that_opens_nothing(self, client, provider):
        OrganisationDomainFactory(domain="riverside.example")
        response = come(client, provider, "new@riverside.example")
        person = who(client)
        assert (person.name, person.email) == ("Asha Rowe", "new@riverside.example")
        assert EmailAddress.objects.get(user=person).verified
        assert not Membership.objects.exists()
        assert response.url == "/en/join/"

    def test_a_password_that_a_stranger_set_is_dropped(self, client, provider):
        person = UserFactory(email="asha@riverside.example", password="a stranger's words", verified=False)
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        come(client, provider, person.email)
        person.refresh_from_db()
        assert not person.has_usable_password()

    def test_a_closed_account_stays_shut(self, client, provider):
        UserFactory(email="asha@riverside.example", is_active=False)
        come(client, provider, "asha@riverside.example")
        assert who(client) is None

    def test_whoever_is_signed_in_is_not_swapped_for_another(self, client, provider):
        UserFactory(email="asha@riverside.example")
        other = UserFactory()
        client.force_login(other)
        for email in ("asha@riverside.example", "new@riverside.example"):
            response = come(client, provider, email)
            assert who(client) == other
            assert "Sign out, then sign in with it" in client.get(response.url).text
        assert not User.objects.filter(email="new@riverside.example").exists()

    def test_whoever_comes_once_more_goes_on(self, client, provider):
        person = UserFactory(email="asha@riverside.example")
        for query, place in (("?next=/en/join/", "/en/join/"), ("", "/en/account/")):
            client.force_login(person)
            assert come(client, provider, person.email, query=query).url == place
            assert who(client) == person

    def test_an_address_that_another_account_only_claims_is_its_owners(self, client, provider):
        stranger = UserFactory(email="asha@riverside.example", verified=False)
        EmailAddress.objects.create(user=stranger, email="asha@riverside.example", primary=True)
        EmailAddress.objects.create(user=stranger, email="mine@elsewhere.example", verified=True)
        come(client, provider, "asha@riverside.example")
        assert who(client) not in (None, stranger)
        stranger.refresh_from_db()
        assert stranger.email == "mine@elsewhere.example"
        assert [each.email for each in EmailAddress.objects.filter(user=stranger)] == [stranger.email]

    def test_a_second_address_that_was_proved_lets_in(self, client, provider):
        person = UserFactory(email="asha@home.example")
        EmailAddress.objects.create(user=person, email="asha@riverside.example", verified=True)
        come(client, provider, "asha@riverside.example")
        assert who(client) == person

    @pytest.mark.parametrize("has_account", [True, False])
    def test_whoever_is_invited_comes_to_the_invitation(self, client, provider, has_account):
        invitation = InvitationFactory(email="asha@riverside.example")
        if has_account:
            UserFactory(email=invitation.email)
        response = come(client, provider, invitation.email)
        page = client.get(response.url)
        assert response.url == reverse("organisations:invitation", args=[invitation.token])
        assert invitation.organisation.name in page.text
        client.post(response.url)
        assert Membership.objects.get(person=who(client)).organisation == invitation.organisation

    def test_what_is_no_address_is_refused_in_words(self, client, provider):
        response = come(client, provider, "a b@riverside.example")
        assert response.url == "/en/account/login/"
        assert who(client) is None

    def test_whoever_came_in_another_tab_a_moment_ago_is_one_person(self, client, provider, monkeypatch):
        person, looks, look = UserFactory(email="asha@riverside.example"), [], doors._address_of

        def look_too_early(email):
            looks.append(email)
            return look(email) if len(looks) > 1 else None

        monkeypatch.setattr(doors, "_address_of", look_too_early)
        come(client, provider, person.email)
        assert who(client) == person

    def test_turning_back_and_nonsense_are_plain_pages(self, client, provider):
        there = client.get("/sso/riverside/login/")
        state = parse_qs(urlsplit(there.url).query)["state"][0]
        back = client.get("/sso/riverside/login/callback/", {"error": "access_denied", "state": state})
        assert back.url == "/sso/cancelled/"
        assert "did not sign in" in client.get(back.url, follow=True).text
        wrong = client.get("/sso/riverside/login/callback/", {"code": "abc", "state": "made up"}, follow=True)
        assert "did not work" in wrong.text


class TestSecondFactor:
    @pytest.fixture
    def lead(self):
        place = OrganisationFactory(slug="riverside")
        person = MembershipFactory(organisation=place, person=UserFactory(email="asha@riverside.example")).person
        kind = Appointment.Kind.ORGANISATION_LEAD
        actions.appoint(person=person, kind=kind, organisation=place, by=None, started_on=TODAY)
        return person

    @pytest.fixture(autouse=True)
    def _day(self, today):
        """The appointment is in force."""

    def test_it_is_asked_for_all_the_same(self, client, provider, lead):
        come(client, provider, lead.email)
        assert client.get(PEOPLE).url.startswith("/en/account/prove/")

    def test_unless_the_organisations_own_counts(self, client, provider, lead):
        provider.settings["proves_second_factor"] = True
        come(client, provider, lead.email)
        assert client.get(PEOPLE).status_code == 200

    def test_whoever_has_one_here_is_asked_for_it(self, client, provider, lead):
        second_factor.give_app(lead)
        assert come(client, provider, lead.email).url.endswith("/account/second-step/authenticate/")
        assert who(client) is None


@pytest.mark.parametrize(
    "text",
    ["{", "[{}]", '[{"organisation": "a", "name": "A", "server_url": "http://a", "client_id": "c", "secret": "s"}]'],
)
def test_a_setting_that_is_amiss_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("OIDC_PROVIDERS", text)
    with pytest.raises(env.MissingSetting, match="OIDC_PROVIDERS"):
        env.openid_providers("OIDC_PROVIDERS")
