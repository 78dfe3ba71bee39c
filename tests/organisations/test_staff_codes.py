"""People without e-mail: added by their lead, let in by a code once, then by staff number and password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organisations import actions
from organisations.models import Appointment, Membership, SignIn, SignInCode, User
from tests import second_factor
from tests.conftest import TODAY
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
PASSWORD = "copper lantern orchard"
Kind = Appointment.Kind


@pytest.fixture(autouse=True)
def _home(settings):
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "organisations:account"


@pytest.fixture
def place():
    return OrganisationFactory(slug="riverside", name="Riverside Council")


@pytest.fixture
def lead(place):
    person = MembershipFactory(organisation=place).person
    actions.appoint(person=person, kind=Kind.ORGANISATION_LEAD, organisation=place, by=None, started_on=TODAY)
    return person


@pytest.fixture
def member(place):
    return MembershipFactory(person=UserFactory(name="Dana", email=""), organisation=place, staff_number="H-417")


def give(member, lead):
    return actions.give_sign_in_code(membership=member, by=lead, at=timezone.now())


def use(client, code, *, number="H-417", place="riverside", password=PASSWORD, **more):
    data = {"organisation": place, "staff_number": number, "code": code, "password": password, **more}
    return client.post("/en/account/staff/code/", data)


def sign_in(client, *, number="H-417", place="riverside", password=PASSWORD):
    return client.post("/en/account/staff/", {"organisation": place, "staff_number": number, "password": password})


def is_in(client):
    return client.get("/en/account/").status_code == 200


class TestFromAddingToSigningIn:
    def test_the_whole_way_through_the_pages(self, client, client_factory, lead, place):
        client.force_login(lead)
        role = RoleFactory()
        fields = {"name": "Dana", "staff_number": "H-417", "role": role.pk, "kind": "employee", "started_on": TODAY}
        page = client.post("/en/organisations/riverside/people/new/", fields)
        person = client.get(page.url)
        address = re.search(r'href="([^"]+/sign-in-code/)"', person.text)[1]
        assert "Give a code" in client.get(address).text
        slip = client.post(address)
        code = slip.context["code"]
        assert code in slip.text
        assert "H-417" in slip.text
        assert "no-store" in slip["Cache-Control"]
        assert "Dana" not in re.search(r'<div class="card measure">.*?</dl>', slip.text, re.DOTALL)[0]
        assert not check_password(code, SignInCode.objects.get().code_hash), "kept without its hyphen, hashed"

        phone = client_factory()
        assert use(phone, f" {code.lower()} ").url == "/en/account/"
        assert is_in(phone)
        phone.post("/en/account/logout/")
        assert sign_in(phone, number=" h-417").url == "/en/account/"
        assert phone.get("/en/account/sign-ins/").status_code == 200

    def test_a_code_works_once_and_a_week(self, client, client_factory, member, lead, today):
        code = give(member, lead)
        use(client, code)
        assert is_in(client)
        other = client_factory()
        assert "do not fit together" in use(other, code).text
        code = give(member, lead)
        today.shift(timedelta(days=7, seconds=1))
        assert "do not fit together" in use(other, code).text

    def test_a_new_code_stops_the_one_before_and_its_use_signs_out_elsewhere(
        self, client, client_factory, member, lead
    ):
        first = give(member, lead)
        second = give(member, lead)
        assert "do not fit together" in use(client, first).text
        use(client, second)
        other = client_factory()
        use(other, give(member, lead), password=PASSWORD * 2)
        assert is_in(other)
        assert not is_in(client)
        assert SignIn.objects.count() == 1

    def test_a_weak_password_uses_no_code_up(self, client, member, lead):
        code = give(member, lead)
        assert "12 characters" in use(client, code, password="short").text
        assert use(client, code).status_code == 302

    def test_on_a_shared_computer(self, client, member, lead):
        use(client, give(member, lead), is_shared_computer="on")
        assert client.session.get_expire_at_browser_close()

    def test_a_second_factor_is_asked_for_here_too(self, client, member, lead):
        second_factor.give_app(member.person)
        assert use(client, give(member, lead)).url == "/en/account/second-step/authenticate/"
        assert not is_in(client)

    def test_the_password_is_asked_for_again_before_it_is_important(self, client, member, lead, today):
        use(client, give(member, lead))
        today.shift(timedelta(minutes=6))
        asked = client.get("/en/account/second-step/totp/activate/")
        assert "reauthenticate" in asked.url
        assert "not your password" in client.post(asked.url, {"password": "wrong"}).text
        assert client.post(asked.url, {"password": PASSWORD}).status_code == 302


class TestShut:
    def test_unknown_and_wrong_say_the_same(self, client, member, lead):
        give(member, lead)
        said = {
            str(response.context["form"].non_field_errors())
            for response in (
                use(client, "WRONG-WRONG"),
                use(client, "WRONG-WRONG", number="nobody"),
                use(client, "WRONG-WRONG", place="nowhere"),
            )
        }
        assert len(said) == 1

    def test_after_the_last_day_there(self, client, member, lead):
        code = give(member, lead)
        Membership.objects.filter(pk=member.pk).update(ended_on=TODAY - timedelta(days=1))
        assert use(client, code).status_code == 200
        member.person.set_password(PASSWORD)
        member.person.save()
        assert sign_in(client).status_code == 200

    def test_a_person_with_an_address_does_not_come_in_here(self, client, member):
        member.person.set_password(PASSWORD)
        member.person.email = "dana@example.org"
        member.person.save()
        assert sign_in(client).status_code == 200

    def test_guessing_one_number_stops_and_colleagues_go_on(self, client, client_factory, place, member):
        other = MembershipFactory(person=UserFactory(email=""), organisation=place, staff_number="H-500")
        for person in (member.person, other.person):
            person.set_password(PASSWORD)
            person.save()
        for _ in range(6):
            page = sign_in(client, password="a guess")
        assert "many tries" in page.text
        assert "many tries" in sign_in(client).text
        assert sign_in(client_factory(), number="H-500").status_code == 302


class TestGiving:
    def test_who_may_not(self, member, lead, place):
        foreign = MembershipFactory(organisation=OrganisationFactory()).person
        actions.appoint(
            person=foreign, kind=Kind.ORGANISATION_LEAD, organisation=OrganisationFactory(), by=None, started_on=TODAY
        )
        colleague = MembershipFactory(organisation=place).person
        for by in (foreign, colleague, member.person):
            with pytest.raises(PermissionDenied):
                give(member, by)

    def test_to_whom_not(self, member, lead, place):
        shared = MembershipFactory(person=UserFactory(email=""), organisation=place, staff_number="h-417")
        with pytest.raises(ValidationError, match="already"):
            give(member, lead)
        shared.delete()
        Membership.objects.filter(pk=member.pk).update(staff_number="")
        member.refresh_from_db()
        with pytest.raises(ValidationError, match="no staff number"):
            give(member, lead)

    def test_not_where_an_account_is_not_this_organisations_alone(self, member, lead):
        elsewhere = MembershipFactory(person=member.person)
        with pytest.raises(ValidationError, match="another organisation"):
            give(member, lead)
        elsewhere.delete()
        User.objects.filter(pk=member.person.pk).update(email="dana@example.org")
        member.refresh_from_db()
        with pytest.raises(ValidationError, match="has an e-mail address"):
            give(member, lead)

    def test_a_number_that_is_taken_is_refused_in_the_form(self, client, lead, member):
        client.force_login(lead)
        fields = {"name": "Two", "staff_number": "h-417", "role": RoleFactory().pk, "kind": "employee"}
        page = client.post("/en/organisations/riverside/people/new/", {**fields, "started_on": TODAY})
        assert "has this staff number already" in page.text
        assert not User.objects.filter(name="Two").exists()
