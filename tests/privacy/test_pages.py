"""The privacy pages: the notice, a person's own page, and those of leads."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from organisations.models import Invitation, NamesSeen, User
from privacy.actions.erasure import ask_for_erasure
from privacy.models import ErasureRequest, NoticeDetails, RetentionPeriod, RetentionRun
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    PartnershipFactory,
    UserFactory,
)
from tests.organisations.lead_world import make_world, page
from tests.privacy.conftest import CANARY, NOW, sign_in


def words(response) -> str:
    """The visible words of a page in one line."""
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture
def operator(db):
    return AppointmentFactory(kind="operator").person


# --- the notice ------------------------------------------------------------------------------------
def test_the_notice_is_public_and_in_every_language(db, client):
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            response = client.get(reverse("privacy:notice"))
        assert response.status_code == 200, code
        assert f'lang="{code}"' in response.content.decode()


def test_the_notice_is_linked_everywhere(db, client):
    address = reverse("privacy:notice")
    for name in ("account_login", "account_signup"):
        assert address in client.get(reverse(name)).content.decode(), name


def test_a_lead_says_who_is_responsible(db, today):
    world = make_world()
    lead = sign_in(world.partnership_lead)
    values = {"controller": "Northshire <Council>", "contact": "dpo@north.example", "more": "Ask for Kim."}
    assert lead.post(reverse("privacy:notice_change"), values).status_code == 302
    details = NoticeDetails.objects.get()
    assert (details.partnership, details.changed_by) == (world.partnership, world.partnership_lead)
    response = Client().get(reverse("privacy:notice"))
    assert "Northshire &lt;Council&gt;" in response.content.decode()
    assert "dpo@north.example" in words(response)
    assert "Northshire" in lead.get(reverse("privacy:notice_change")).content.decode()
    assert lead.post(reverse("privacy:notice_change"), {"controller": ""}).status_code == 200


def test_the_notice_says_the_periods_that_are_set(db, today):
    world = make_world()
    RetentionPeriod.objects.create(record_type="answers", organisation=world.ours, months=18)
    said = words(sign_in(world.member.person).get(reverse("privacy:notice")))
    assert "The times below hold in Riverside Council." in said
    assert "Answers given in quizzes 18 months the answers are deleted; the score stays" in said
    assert "Answers given in quizzes 1 year" in words(Client().get(reverse("privacy:notice")))


def test_every_cookie_that_is_set_is_named(somebody):
    client = sign_in(somebody.person)
    said = words(client.get(reverse("privacy:notice")))
    for address in (
        reverse("account_login"),
        reverse("records:my_learning"),
        reverse("organisations:account_details"),
    ):
        client.get(address)
        Client().get(address)
    assert client.cookies
    for name in client.cookies:
        assert name in said, name


# --- a person's own page ---------------------------------------------------------------------------
def test_asking_and_taking_it_back(somebody):
    client = sign_in(somebody.person)
    assert reverse("privacy:account") in client.get(reverse("organisations:account")).content.decode()
    asked = client.get(reverse("privacy:erase"))
    assert "Where you work or have worked" in words(asked)
    assert client.post(reverse("privacy:erase"), {}).status_code == 200
    assert not ErasureRequest.objects.exists()
    assert client.post(reverse("privacy:erase"), {"is_sure": "on"}).status_code == 302
    said = words(client.get(reverse("privacy:account")))
    assert "Nothing is removed before 5 December 2026" in said
    assert client.get(reverse("privacy:erase")).status_code == 302
    client.post(reverse("privacy:erase_cancel"))
    assert ErasureRequest.objects.get().state == "cancelled"
    assert client.post(reverse("privacy:erase_cancel")).status_code == 404


def test_a_lead_is_told_to_hand_over(db, today):
    world = make_world()
    response = sign_in(world.lead).get(reverse("privacy:erase"))
    assert "First somebody else must take over." in words(response)
    assert "is_sure" not in response.content.decode()
    again = sign_in(world.lead).post(reverse("privacy:erase"), {"is_sure": "on"})
    assert again.status_code == 200
    assert not ErasureRequest.objects.exists()


# --- requests, for leads ---------------------------------------------------------------------------
def test_a_letter_is_entered_by_one_and_carried_out_by_another(somebody):
    lead, other = sign_in(somebody.world.lead), sign_in(somebody.world.their_lead)
    lead.post(reverse("privacy:request_new"), {"known_by": f"{CANARY}@RIVERSIDE.example "})
    request = ErasureRequest.objects.get()
    assert (request.person, request.is_by_letter) == (somebody.person, True)
    address = reverse("privacy:request", args=[request.pk])
    assert "somebody else must check the request" in words(lead.get(address))
    assert lead.post(address, {"known_by": f"{CANARY}-17", "is_sure": "on"}).status_code == 403
    shown = other.get(address)
    assert CANARY not in shown.content.decode().lower(), "no name stands on the page"
    for values in ({"known_by": f"{CANARY}-17"}, {"known_by": "wrong", "is_sure": "on"}, {"is_sure": "on"}):
        assert other.post(address, values).status_code == 200
    assert User.objects.get(pk=somebody.person.pk).name
    assert other.post(address, {"known_by": f"{CANARY}-17", "is_sure": "on"}).status_code == 302
    assert User.objects.get(pk=somebody.person.pk).name == ""
    assert "Done" in words(other.get(address))


def test_a_lead_finds_nobody_by_trying(somebody):
    """Unknown, elsewhere and ambiguous all read the same."""
    stranger = MembershipFactory(organisation=somebody.world.foreign, staff_number="77")
    for number in range(2):
        MembershipFactory(organisation=somebody.world.ours, staff_number=f"twice{number % 1}")
    client = sign_in(somebody.world.lead)
    for known_by in ("nobody@example.org", stranger.person.email, "77", "twice0"):
        response = client.post(reverse("privacy:request_new"), {"known_by": known_by})
        assert "We know nobody here by that, or more than one person." in words(response), known_by
    assert not ErasureRequest.objects.exists()


def test_requests_of_others_are_not_found(somebody, operator):
    request = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    for address in (
        reverse("privacy:request", args=[request.pk]),
        reverse("privacy:request_refuse", args=[request.pk]),
    ):
        assert sign_in(somebody.world.foreign_lead).get(address).status_code == 404
        assert sign_in(somebody.world.member.person).get(address).status_code == 403
        for person in (somebody.world.lead, somebody.world.their_lead, somebody.world.partnership_lead, operator):
            assert sign_in(person).get(address).status_code == 200


def test_a_refusal_is_for_a_reason(somebody):
    request = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    address = reverse("privacy:request_refuse", args=[request.pk])
    client = sign_in(somebody.world.lead)
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"why": "law"}).status_code == 302
    assert client.post(address, {"why": "law"}).status_code == 200
    assert "The law asks us to keep this record." in words(client.get(reverse("privacy:requests")))


def test_nobody_carries_out_before_the_day(somebody, today):
    request = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    address = reverse("privacy:request", args=[request.pk])
    client = sign_in(somebody.world.lead)
    values = {"known_by": f"{CANARY}-17", "is_sure": "on"}
    assert "may take this back until" in words(client.get(address))
    assert client.post(address, values).status_code == 200
    today.move_to(NOW + timedelta(days=15))
    assert sign_in(somebody.world.lead).post(address, values).status_code == 302


@pytest.mark.parametrize("name", ["notice_change", "periods"])
def test_who_looks_after_several_partnerships_chooses_one(operator, today, name):
    world = make_world()
    # Hers, and one that somebody else leads: by name both come before the first.
    second, foreign = PartnershipFactory(name="Abbey Partnership"), PartnershipFactory(name="Aldgate Partnership")
    AppointmentFactory(person=world.partnership_lead, kind="partnership_lead", partnership=second)
    lead = sign_in(world.partnership_lead)
    address = reverse(f"privacy:{name}")
    shown = words(lead.get(address))
    assert second.name in shown
    assert foreign.name not in shown
    assert foreign.name in words(sign_in(operator).get(address))
    assert lead.get(address, {"partnership": foreign.slug}).status_code == 404
    there = f"{address}?partnership={world.partnership.slug}"
    form = lead.get(there).context["form"]
    values = {field: form[field].initial or "" for field in form.fields}
    new = {"controller": "Northshire", "contact": "dpo@north.example"} if name == "notice_change" else {"names": "36"}
    assert lead.post(there, {**values, **new}).status_code == 302
    kept = NoticeDetails.objects.all() if name == "notice_change" else RetentionPeriod.objects.all()
    assert [each.partnership for each in kept] == [world.partnership]


# --- periods, preview, run -------------------------------------------------------------------------
def test_a_partnership_sets_periods_and_an_organisation_its_own(db, today):
    world = make_world()
    lead, own = sign_in(world.partnership_lead), sign_in(world.lead)
    form = lead.get(reverse("privacy:periods")).context["form"]
    values = {name: form[name].initial for name in form.fields}
    assert lead.post(reverse("privacy:periods"), {**values, "names": "36"}).status_code == 302
    [kept] = RetentionPeriod.objects.all()
    assert (kept.record_type, kept.partnership, kept.months) == ("names", world.partnership, 36)
    address = reverse("privacy:periods_of_organisation", args=["riverside"])
    assert "as the partnership: 3 years" in words(own.get(address))
    assert own.post(address, {"names": "none", "answers": "6"}).status_code == 302
    mine = {each.record_type: each.months for each in RetentionPeriod.objects.filter(organisation=world.ours)}
    assert mine == {"names": None, "answers": 6}
    assert own.post(address, {"names": "", "answers": "6"}).status_code == 302
    assert set(RetentionPeriod.objects.filter(organisation=world.ours).values_list("record_type", flat=True)) == {
        "answers"
    }
    assert own.post(address, {"names": "7"}).status_code == 200


def test_the_preview_changes_nothing_and_the_button_does(db, today, django_capture_on_commit_callbacks):
    world = make_world()
    for place in (world.ours, world.theirs, world.foreign):
        InvitationFactory(organisation=place, expires_at=NOW - timedelta(days=200))
    own = sign_in(world.lead)
    address = reverse("privacy:preview_of_organisation", args=["riverside"])
    assert "Invitations that have ended 1" in words(own.get(address))
    assert own.post(address, {}).status_code == 200
    assert Invitation.objects.count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        own.post(address, {"is_sure": "on"})
    assert set(Invitation.objects.values_list("organisation", flat=True)) == {world.theirs.pk, world.foreign.pk}
    said = words(own.get(address))
    assert "Nothing is past its period" in said
    assert "Invitations that have ended: 1" in said
    assert RetentionRun.objects.get().started_by == world.lead
    lead = sign_in(world.partnership_lead)
    with django_capture_on_commit_callbacks(execute=True):
        lead.post(reverse("privacy:preview"), {"is_sure": "on"})
    assert set(Invitation.objects.values_list("organisation", flat=True)) == {world.foreign.pk}


def test_an_operator_goes_over_everything(db, today, operator, django_capture_on_commit_callbacks):
    InvitationFactory(organisation=make_world().foreign, expires_at=NOW - timedelta(days=200))
    UserFactory(created_at=NOW - timedelta(days=400))
    client = sign_in(operator)
    said = words(client.get(reverse("privacy:preview")))
    assert "Accounts that were never used" in said
    assert "Far Trust" in said
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("privacy:preview"), {"is_sure": "on"})
    assert not Invitation.objects.exists()


# --- who looked ------------------------------------------------------------------------------------
def test_a_lead_reads_who_looked(db, today):
    world = make_world()
    deputy = AppointmentFactory(
        person=MembershipFactory(organisation=world.ours, role=world.role, person__name="Dee Deputy").person,
        kind="organisation_lead",
        organisation=world.ours,
    ).person
    sign_in(deputy).get(page("people", "riverside"))
    address = reverse("privacy:names_seen", args=["riverside"])
    said = words(sign_in(world.lead).get(address))
    assert "21 November 2026, 12:00 Dee Deputy list of people 3" in said
    assert NamesSeen.objects.filter(seen_by=world.lead, place="looks").exists()
    file = b"".join(sign_in(world.lead).get(reverse("privacy:names_seen_csv", args=["riverside"])).streaming_content)
    assert '"2026-11-21","12:00","Dee Deputy","list of people",3' in file.decode()
    others = words(sign_in(world.partnership_lead).get(address))
    assert f"person {deputy.pk}" in others
    assert "Dee Deputy" not in others
    for person, status in ((world.their_lead, 403), (world.member.person, 403)):
        assert sign_in(person).get(address).status_code == status


def test_looks_of_one_day(db, today):
    world = make_world()
    for day in (1, 2):
        NamesSeen.objects.create(
            seen_by=world.their_lead,
            organisation=world.ours,
            place="people",
            rows=day,
            seen_at=NOW - timedelta(days=day),
        )
    client = sign_in(world.lead)
    address = reverse("privacy:names_seen", args=["riverside"])
    assert [row[0].rows for row in client.get(address, {"on": "2026-11-19"}).context["rows"]] == [2]
    assert len(client.get(address, {"on": "nonsense"}).context["rows"]) >= 2
    assert client.get(address, {"on": "2020-01-01"}).context["rows"] == []


def test_the_list_costs_the_same_at_two_sizes(db, today):
    world = make_world()
    client = sign_in(world.partnership_lead)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("privacy:names_seen", args=["riverside"]))
        return len(captured)

    NamesSeen.objects.create(seen_by=UserFactory(), organisation=world.ours, place="people", rows=1)
    cost()
    before = cost()
    for _number in range(30):
        NamesSeen.objects.create(seen_by=UserFactory(), organisation=world.ours, place="people", rows=1)
    assert cost() == before
