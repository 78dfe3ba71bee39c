"""A person takes away everything that is held about them, and nobody else's name."""

from __future__ import annotations

import json

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Invitation, NamesSeen, User
from privacy.register import everything
from privacy.selectors.export import HIDDEN, everything_about
from tests.downloads.papers import assert_accessible, text_of
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.records import AttemptFactory, CompletionFactory, EnrolmentFactory
from tests.organisations.lead_world import page
from tests.organisations.lead_world import sign_in as sign_in_with_a_password
from tests.privacy.conftest import CANARY, sign_in

JSON, PDF = "privacy:export_json", "privacy:export_pdf"


def tables_of(held: dict) -> dict[str, list]:
    """The rows by table."""
    return {each["table"]: each["rows"] for each in held["tables"]}


def test_every_table_with_rows_about_them_is_in_the_file(somebody):
    tables = tables_of(json.loads(sign_in(somebody.person).get(reverse(JSON)).content))
    assert set(tables) == {each.model for each in everything()}
    filled = {name for name, rows in tables.items() if rows}
    assert filled >= {
        "account.EmailAddress",
        "organisations.Membership",
        "organisations.Away",
        "organisations.Appointment",
        "organisations.Invitation",
        "organisations.JoinRequest",
        "records.Enrolment",
        "records.Attempt",
        "records.AttemptDraft",
        "records.Completion",
        "records.CompletionMembership",
        "records.Certificate",
        "records.Standing",
    }
    for name, rows in tables.items():
        columns = {field.name for field in apps.get_model(name)._meta.concrete_fields}
        assert all(set(row) >= {each for each in columns if not each.startswith("_")} for row in rows), name


def test_it_says_what_is_known_and_hides_secrets(somebody):
    held = everything_about(somebody.person)
    assert held["person"][0]["name"] == somebody.person.name
    assert held["person"][0]["password"] == HIDDEN
    tables = tables_of(held)
    assert {row["email"] for row in tables["account.EmailAddress"]} == {
        f"{CANARY}@riverside.example",
        f"{CANARY}.home@example.org",
    }
    assert {row["staff_number"] for row in tables["organisations.Membership"]} == {f"{CANARY}-17", f"{CANARY}-18"}
    assert all(row["token"] == HIDDEN for row in tables["organisations.Invitation"])
    assert held["sessions"]
    assert not [token for token in Invitation.objects.values_list("token", flat=True) if token in json.dumps(held)]


def test_answers_stand_beside_what_was_asked(somebody):
    [attempt] = tables_of(everything_about(somebody.person))["records.Attempt"]
    assert all(asked["question"] and isinstance(asked["you_chose"], list) for asked in attempt["questions"])
    assert attempt["language"] == "en"


def test_nobody_else_is_named(somebody):
    world = somebody.world
    somebody.membership.role_confirmed_by = world.lead
    somebody.membership.save()
    sign_in(world.lead).get(page("person", "riverside", somebody.membership.pk))
    sign_in(world.lead).get(page("people", "riverside"))
    text = json.dumps(everything_about(somebody.person))
    mine = {somebody.person.pk}
    others = [each for each in User.objects.exclude(pk__in=mine) if each.name in text or each.email in text]
    assert others == []


def test_it_says_when_a_lead_of_which_organisation_looked(somebody):
    sign_in(somebody.world.lead).get(page("person", "riverside", somebody.membership.pk))
    sign_in(somebody.world.lead).get(page("people", "riverside"))
    held = everything_about(somebody.person)
    [own_page] = tables_of(held)["organisations.NamesSeen"]
    assert (own_page["organisation"]["is"], own_page["seen_by"]) == ("Riverside Council", "another person")
    assert [(each["organisation"], each["place"]) for each in held["lists_with_names"]] == [
        ("Riverside Council", "people")
    ]
    NamesSeen.objects.update(organisation=somebody.world.foreign)
    assert everything_about(somebody.person)["lists_with_names"] == []


def test_who_was_merged_into_them_is_them(somebody):
    twin = UserFactory(name="Twin", merged_into=somebody.person)
    MembershipFactory(person=twin, staff_number="twin-1")
    held = everything_about(somebody.person)
    assert len(held["person"]) == 2
    assert "twin-1" in json.dumps(held)


def test_the_file_costs_the_same_at_two_sizes(somebody):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            everything_about(somebody.person)
        return len(captured)

    cost()  # what is looked up once for each process
    before = cost()
    for _number in range(5):
        AttemptFactory(enrolment=EnrolmentFactory(person=somebody.person))
        CompletionFactory(person=somebody.person)
        MembershipFactory(person=somebody.person)
    assert cost() == before


def test_the_pdf_reads_well_and_is_accessible(somebody):
    response = sign_in(somebody.person).get(reverse(PDF))
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert CANARY not in response["Content-Disposition"].lower()
    assert_accessible(response.content, title="Everything Signpost holds about you", language="en")
    text = text_of(response.content)
    for words in (somebody.person.name, "Riverside Council", "Modules completed", "Seeing it", "2 June 2026"):
        assert words in text, words


def test_the_pdf_in_arabic(somebody):
    response = sign_in(somebody.person).get(reverse(PDF).replace("/en/", "/ar/"))
    assert response.status_code == 200
    assert response.content[:4] == b"%PDF"


def test_a_file_is_only_for_the_person_themselves(somebody, client):
    for name in (JSON, PDF):
        assert client.get(reverse(name)).status_code == 302
        other = sign_in(somebody.world.lead).get(reverse(name))
        assert CANARY.encode() not in other.content.lower()


def test_a_person_with_a_password_enters_it_again_first(somebody):
    somebody.person.set_password("a long enough word 17")
    somebody.person.save()
    response = sign_in_with_a_password(somebody.person).get(reverse(JSON))
    assert response.status_code == 302
    assert reverse("account_reauthenticate") in response["Location"]
