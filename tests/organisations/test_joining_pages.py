"""The pages by which people come into an organisation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone

from organisations.models import Appointment, Invitation, JoinRequest, User
from tests.factories.organisations import (
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def _home(settings):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


@pytest.fixture
def ours():
    return OrganisationFactory(name="Northshire Council")


@pytest.fixture
def invitation(ours, today):
    return InvitationFactory(
        organisation=ours, email="asha@example.org", expires_at=timezone.now() + timedelta(days=14)
    )


@pytest.fixture
def link(invitation):
    return f"/en/invitations/{invitation.token}/"


class TestInvitation:
    @pytest.mark.parametrize("who", ["visitor", "invited", "other"])
    def test_opening_it_changes_nothing(self, client, link, invitation, who):
        if who != "visitor":
            client.force_login(UserFactory(email="asha@example.org" if who == "invited" else "b@example.org"))
        before = Invitation.objects.values().get()
        for _ in range(3):
            page = client.get(link)
            assert page.status_code == 200
            assert "Northshire Council" in page.text
            assert invitation.role.name in page.text
        client.head(link)
        assert Invitation.objects.values().get() == before

    def test_the_button_joins_once(self, client, link, ours):
        person = UserFactory(email="asha@example.org")
        client.force_login(person)
        assert client.post(link).url == "/en/account/"
        assert "You have joined Northshire Council." in client.get("/en/account/").text
        assert client.post(link).status_code == 302
        assert person.memberships.get().organisation == ours
        assert "You have joined" in client.get(link).text

    def test_a_visitor_cannot_press_it(self, client, link):
        assert client.post(link).url == f"/en/account/login/?next={link}"
        assert Invitation.objects.get().accepted_at is None

    def test_from_the_letter_to_the_membership_as_somebody_new(self, client, link, mailoutbox):
        page = client.get(link)
        signup = re.search(r'href="(/en/account/signup/[^"]*)"', page.text)[1]
        form = client.get(signup)
        assert 'value="asha@example.org"' in form.text
        sent = client.post(
            "/en/account/signup/", {"name": "Asha Rowe", "email": "asha@example.org", "password1": "", "next": link}
        )
        code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)[0]
        back = client.post(sent.url, {"code": code})
        assert back.url == link
        client.post(link)
        assert Invitation.objects.get().accepted_by.name == "Asha Rowe"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("Asha\u202e Rowe", "This name holds a character that nobody can see."),
            ("4711", "Enter your name."),
        ],
    )
    def test_a_name_that_nobody_could_read_is_not_taken(self, client, typed, said):
        page = client.post("/en/account/signup/", {"name": typed, "email": "asha@example.org", "password1": ""})
        assert said in page.text
        assert not User.objects.filter(email="asha@example.org").exists()
        person = UserFactory(name="Asha Rowe")
        client.force_login(person)
        page = client.post("/en/account/details/", {"name": typed, "language": "en"})
        assert said in page.text
        person.refresh_from_db()
        assert person.name == "Asha Rowe"

    def test_a_name_in_persian_keeps_its_joiner(self, client):
        person = UserFactory(name="Asha Rowe")
        client.force_login(person)
        client.post("/en/account/details/", {"name": " علی\u200cرضا  کریمی", "language": "fa"})
        person.refresh_from_db()
        assert person.name == "علی\u200cرضا کریمی"

    def test_another_account_is_told_and_may_add_the_address(self, client, link, mailoutbox):
        person = UserFactory()
        client.force_login(person)
        page = client.get(link)
        assert "sent to another address" in page.text
        assert client.post(link).url == link
        assert not person.memberships.exists()
        sent = client.post("/en/account/email/", {"email": "asha@example.org", "action_add": "1"})
        code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE)[0]
        back = client.post(sent.url, {"code": code})
        assert back.url == link
        client.post(link)
        membership = person.memberships.get()
        assert membership.work_email == "asha@example.org"
        person.refresh_from_db()
        assert person.email != "asha@example.org"

    def test_an_address_that_was_never_proved_gets_a_code(self, client, link):
        person = UserFactory()
        EmailAddress.objects.create(user=person, email="asha@example.org", verified=False)
        client.force_login(person)
        assert 'name="action_send"' in client.get(link).text

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"expires_at": timezone.now() - timedelta(days=400)}, "too old"),
            ({"withdrawn_at": timezone.now()}, "taken back"),
            ({"accepted_at": timezone.now()}, "has been used"),
        ],
    )
    def test_what_is_over_says_what_to_do_and_stays_as_it_is(self, client, link, change, words):
        Invitation.objects.update(**change)
        before = Invitation.objects.values().get()
        client.force_login(UserFactory(email="asha@example.org"))
        for _ in range(3):
            page = client.get(link)
            assert page.status_code == 200
            assert words in page.text
            assert client.post(link).url == link
        assert Invitation.objects.values().get() == before

    def test_a_role_that_closed_meanwhile_is_told(self, client, link, invitation):
        invitation.role.is_active = False
        invitation.role.save()
        client.force_login(UserFactory(email="asha@example.org"))
        assert "This role can no longer be chosen." in client.post(link, follow=True).text
        invitation.refresh_from_db()
        assert invitation.accepted_at is None

    def test_a_wrong_link_is_told_plainly(self, client):
        assert client.get("/en/invitations/nothing/").status_code == 404

    def test_a_lead_to_be_is_told(self, client, link):
        Invitation.objects.update(is_for_lead=True)
        assert "You will lead this organisation" in client.get(link).text


class TestJoin:
    def test_it_is_for_people_signed_in(self, client, ours):
        assert client.get("/en/join/").url == "/en/account/login/?next=/en/join/"
        assert client.get(f"/en/join/{ours.slug}/").status_code == 302

    def test_nothing_yet_says_what_to_do(self, client):
        client.force_login(UserFactory())
        assert "Ask the modern slavery lead" in client.get("/en/join/").text

    def test_a_domain_of_ones_own(self, client, ours):
        OrganisationDomainFactory(organisation=ours, domain="example.org")
        role = RoleFactory()
        person = UserFactory()
        client.force_login(person)
        assert f"/en/join/{ours.slug}/" in client.get("/en/join/").text
        assert client.post(f"/en/join/{ours.slug}/", {}).status_code == 200
        assert client.post(f"/en/join/{ours.slug}/", {"role": "999"}).status_code == 200
        assert client.post(f"/en/join/{ours.slug}/", {"role": role.pk}).url == "/en/account/"
        membership = person.memberships.get()
        assert (membership.organisation, membership.is_role_confirmed) == (ours, False)
        for again in (client.get(f"/en/join/{ours.slug}/"), client.post(f"/en/join/{ours.slug}/", {"role": role.pk})):
            assert again.url == "/en/account/memberships/"
        assert person.memberships.count() == 1

    def test_a_shared_domain_asks_a_lead(self, client, ours):
        OrganisationDomainFactory(organisation=ours, domain="example.org")
        OrganisationDomainFactory(domain="example.org")
        role = RoleFactory()
        person = UserFactory()
        client.force_login(person)
        assert "Ask to join" in client.get("/en/join/").text
        assert client.post(f"/en/join/{ours.slug}/", {"role": role.pk}).url == "/en/join/"
        page = client.get("/en/join/")
        assert "A lead there has not answered yet" in page.text
        assert f"/en/join/{ours.slug}/" not in page.text
        assert JoinRequest.objects.get().organisation == ours
        assert not person.memberships.exists()

    def test_other_organisations_cannot_be_found_by_trying(self, client, ours):
        client.force_login(UserFactory())
        assert client.get(f"/en/join/{ours.slug}/").status_code == 404
        assert client.post(f"/en/join/{ours.slug}/", {"role": RoleFactory().pk}).status_code == 404
        assert client.get("/en/join/nowhere/").status_code == 404

    def test_an_open_invitation_stands_there_too(self, client, link):
        client.force_login(UserFactory(email="asha@example.org"))
        assert link in client.get("/en/join/").text
        assert link in client.get("/en/account/memberships/").text
        client.force_login(UserFactory())
        assert link not in client.get("/en/join/").text


class TestAccount:
    @pytest.mark.parametrize("page", ["", "details/", "memberships/", "memberships/1/leave/", "send-again/"])
    def test_it_is_for_people_signed_in(self, client, page):
        assert client.get(f"/en/account/{page}").url == f"/en/account/login/?next=/en/account/{page}"

    def test_everything_in_one_place(self, client):
        membership = MembershipFactory()
        client.force_login(membership.person)
        page = client.get("/en/account/")
        for words in (membership.person.name, membership.person.email, membership.organisation.name, "English"):
            assert words in page.text

    def test_name_and_language(self, client):
        person = UserFactory()
        client.force_login(person)
        assert client.post("/en/account/details/", {"name": "", "language": "xx"}).status_code == 200
        response = client.post("/en/account/details/", {"name": "Asha Rowe", "language": "ar"})
        assert response.url == "/ar/account/"
        person.refresh_from_db()
        assert (person.name, person.language) == ("Asha Rowe", "ar")

    def test_leaving_asks_first_and_keeps_the_record(self, client):
        membership = MembershipFactory(organisation=OrganisationFactory(name="Harbour Trust"))
        client.force_login(membership.person)
        link = f"/en/account/memberships/{membership.pk}/leave/"
        assert link in client.get("/en/account/memberships/").text
        assert "Leave Harbour Trust?" in client.get(link).text
        membership.refresh_from_db()
        assert membership.ended_on is None
        assert client.post(link).url == "/en/account/memberships/"
        page = client.get("/en/account/memberships/")
        assert "Your last day is 21 November 2026" in page.text
        assert link not in page.text
        assert client.post(link).status_code == 404

    def test_anothers_membership_is_not_ones_own_to_leave(self, client):
        membership = MembershipFactory()
        client.force_login(UserFactory())
        assert client.get(f"/en/account/memberships/{membership.pk}/leave/").status_code == 404
        assert client.post(f"/en/account/memberships/{membership.pk}/leave/").status_code == 404

    def test_a_lead_who_leaves_is_no_lead(self, client):
        membership = MembershipFactory()
        Appointment.objects.create(
            person=membership.person,
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=membership.organisation,
            started_on=membership.started_on,
        )
        client.force_login(membership.person)
        client.post(f"/en/account/memberships/{membership.pk}/leave/")
        assert Appointment.objects.get().ended_on is not None

    def test_where_i_work_costs_the_same_for_many(self, client, django_assert_max_num_queries):
        person = MembershipFactory().person
        client.force_login(person)
        client.get("/en/account/memberships/")  # what every page keeps for the next one
        counts = []
        for _ in range(2):
            with django_assert_max_num_queries(12) as queries:
                client.get("/en/account/memberships/")
            counts.append(len(queries))
            for day in (None, timezone.now().date() - timedelta(days=1)):
                MembershipFactory(person=person, ended_on=day)
                InvitationFactory(email=person.email, expires_at=timezone.now() + timedelta(days=1))
        assert counts[0] == counts[1]
