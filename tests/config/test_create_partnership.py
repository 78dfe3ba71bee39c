"""The command that begins an installation."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Site

from organisations.access import authority_of
from organisations.models import Organisation, Partnership, Role, User
from tests.factories.organisations import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def begin(*more, name="Northshire Partnership"):
    out = io.StringIO()
    call_command(
        "create_partnership", name, "--lead-name=Asha Rowe", "--lead-email=Asha@Example.org", *more, stdout=out
    )
    return out.getvalue()


def test_a_partnership_and_its_lead(settings):
    settings.BASE_URL = "https://training.example.org"
    said = begin()
    lead = User.objects.get()
    assert (lead.name, lead.email) == ("Asha Rowe", "asha@example.org")
    assert authority_of(lead).leads_partnership(Partnership.objects.get())
    assert not authority_of(lead).may_enter_cms
    assert not lead.memberships.exists()
    assert not lead.has_usable_password()
    assert "https://training.example.org/en/account/login/code/" in said
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == ("training.example.org", 443)


def test_the_lead_gets_in_by_code(client, mailoutbox, settings):
    settings.LOGIN_REDIRECT_URL = "organisations:account"
    begin()
    client.post("/en/account/login/code/", {"email": "asha@example.org"})
    code = re.search(r"^\d{6}$", mailoutbox[0].body, re.MULTILINE)[0]
    client.post("/en/account/login/code/confirm/", {"code": code})
    assert "Asha Rowe" in client.get("/en/account/").text


def test_with_the_organisation_where_the_lead_works(settings):
    settings.BASE_URL = "http://127.0.0.1:8001"
    role = RoleFactory(name="Community safety officer")
    begin("--organisation=Northshire Council", "--nation=wales", "--role=community safety officer")
    lead, organisation = User.objects.get(), Organisation.objects.get()
    assert (organisation.kind, organisation.nation) == ("council", "wales")
    membership = lead.memberships.get()
    assert (membership.role, membership.work_email) == (role, "asha@example.org")
    assert membership.is_role_confirmed
    assert authority_of(lead).may_see_names(organisation)
    assert Site.objects.get(is_default_site=True).port == 8001


def test_a_role_that_is_missing_is_made():
    begin("--organisation=Northshire Council")
    assert Role.objects.get().slug == "strategic-lead"


def test_a_password_that_works_once(client, settings):
    settings.LOGIN_REDIRECT_URL = "organisations:account"
    password = re.search(r"works once: (\S+)", begin("--password"))[1]
    response = client.post("/en/account/login/", {"login": "asha@example.org", "password": password})
    assert response.url == "/en/account/password/set/"


def test_again_it_refuses_in_plain_words_and_changes_nothing():
    begin()
    with pytest.raises(CommandError, match="already a partnership called “Northshire partnership”"):
        begin(name=" Northshire partnership ")
    begin("--organisation=Harbour Trust", name="First")
    with pytest.raises(CommandError, match="already an organisation"):
        begin("--organisation=Harbour Trust", name="Second")
    assert set(Partnership.objects.values_list("name", flat=True)) == {"Northshire Partnership", "First"}


def test_a_lead_who_is_known_keeps_the_account():
    known = UserFactory(email="asha@example.org", name="Asha R.")
    begin()
    assert authority_of(User.objects.get()).person_id == known.pk
    assert User.objects.get().name == "Asha R."


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="valid email"):
        call_command("create_partnership", "A", "--lead-name=B", "--lead-email=nobody")
    assert not Partnership.objects.exists()
