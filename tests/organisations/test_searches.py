"""Searches by name: posted, kept in the session, drawn by GET."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations import sessions
from organisations.models import NamesSeen, User
from tests.factories.organisations import AppointmentFactory, MembershipFactory, UserFactory
from tests.organisations.lead_world import Kind, member_of, page, sign_in

LIST = ("people", "riverside")
FOUND = "?found=1"


def names(client: Client, address: str) -> list[str]:
    return [str(row.person) for row in client.get(address).context["page_obj"]]


def kept_in(client: Client) -> dict[str, str]:
    return client.session.get(sessions.SEARCHES, {})


@pytest.fixture
def of_both(world) -> User:
    """Somebody who leads two organisations."""
    AppointmentFactory(person=world.lead, kind=Kind.ORGANISATION_LEAD, organisation=world.theirs)
    return world.lead


def test_what_is_found_is_there_again_after_another_page(world):
    client = sign_in(world.lead)
    found = client.post(page(*LIST), {"name": "mina"}).url
    assert names(client, found) == ["Mina Member"]
    client.get(page("person", "riverside", world.member.pk))
    assert names(client, found) == ["Mina Member"]
    assert client.get(found).context["filter_form"]["name"].value() == "mina"


def test_the_list_without_the_mark_shows_everybody(world):
    client = sign_in(world.lead)
    client.post(page(*LIST), {"name": "mina"})
    assert names(client, page(*LIST)) == ["Ada Lead", "Mina Member"]


def test_other_filters_stand_in_the_address_beside_the_mark(world):
    client = sign_in(world.lead)
    member_of(world.ours, world.role, name="Mina Waits", is_confirmed=False)
    found = client.post(page(*LIST), {"name": "mina", "role": world.role.pk, "show": "unconfirmed"}).url
    assert found == f"{page(*LIST)}?role={world.role.pk}&show=unconfirmed&found=1"
    assert names(client, found) == ["Mina Waits"]
    assert names(client, page(*LIST) + FOUND) == ["Mina Member", "Mina Waits"]


def test_a_name_stands_in_no_address_and_no_log(world, caplog):
    for number in range(60):
        member_of(world.ours, world.role, name=f"Same Name {number:02}")
    client = sign_in(world.lead)
    with caplog.at_level(logging.DEBUG):
        first = client.post(page(*LIST), {"name": "Same Name"}, follow=True)
        assert 'href="?role=&amp;show=&amp;found=1&amp;page=2"' in first.content.decode()
        second = client.get(page(*LIST) + "?role=&show=&found=1&page=2")
    assert len(first.context["page_obj"]) == 50
    assert str(second.context["page_obj"][0].person) == "Same Name 50"
    assert "name=" not in first.content.decode().replace('name="', "")
    assert "Same" not in caplog.text.replace("queries", "")
    assert NamesSeen.objects.filter(place="people").count() == 2


def test_only_the_newest_search_of_a_list_is_kept_and_none_after_an_empty_one(world):
    client = sign_in(world.lead)
    client.post(page(*LIST), {"name": "mina"})
    client.post(page(*LIST), {"name": "ada"})
    assert kept_in(client) == {page(*LIST): "ada"}
    client.post(page(*LIST), {"name": ""})
    assert kept_in(client) == {}


def test_what_is_refused_is_not_kept(world):
    client = sign_in(world.lead)
    client.post(page(*LIST), {"name": "mina"})
    client.post(page(*LIST), {"name": "x" * 101})
    assert kept_in(client) == {page(*LIST): "mina"}


def test_looking_writes_nothing_into_the_session(world):
    client = sign_in(world.lead)
    client.get(found := client.post(page(*LIST), {"name": "mina"}).url)
    with CaptureQueriesContext(connection) as captured:
        client.get(found)
    assert not [query["sql"] for query in captured if "UPDATE" in query["sql"] and "session" in query["sql"]]


def test_each_organisation_has_its_own_search(world, of_both):
    client = sign_in(of_both)
    member_of(world.theirs, world.role, name="Mina Elsewhere")
    client.post(page(*LIST), {"name": "mina"})
    theirs = page("people", world.theirs.slug)
    assert len(names(client, theirs + FOUND)) > 1
    client.post(theirs, {"name": "elsewhere"})
    assert names(client, theirs + FOUND) == ["Mina Elsewhere"]
    assert names(client, page(*LIST) + FOUND) == ["Mina Member"]


def test_the_mark_is_nothing_to_anybody_else(world):
    """A colleague who was sent the address, another device, a session that has ended: the list, and no error."""
    client = sign_in(world.lead)
    found = client.post(page(*LIST), {"name": "mina"}).url
    colleague = UserFactory(name="Second Lead")
    MembershipFactory(person=colleague, organisation=world.ours, role=world.role)
    AppointmentFactory(person=colleague, kind=Kind.ORGANISATION_LEAD, organisation=world.ours)
    everybody = ["Ada Lead", "Mina Member", "Second Lead"]
    assert names(sign_in(colleague), found) == names(sign_in(world.lead), found) == everybody
    for other in (world.their_lead, world.foreign_lead):
        assert sign_in(other).get(found).status_code in {403, 404}
    client.logout()
    assert kept_in(client) == {}
    client.force_login(world.lead)
    assert names(client, found) == everybody


def test_who_signs_in_after_somebody_reads_nothing_of_theirs(world, of_both):
    client = sign_in(of_both)
    client.post(page("people", world.theirs.slug), {"name": "mina"})
    client.force_login(world.their_lead)
    assert kept_in(client) == {}


def test_a_posted_search_needs_the_same_authority_as_the_list(world):
    client = sign_in(world.their_lead)
    assert client.post(page(*LIST), {"name": "mina"}).status_code in {403, 404}
    assert client.post(page("person_twice", "riverside", world.member.pk), {"name": "mina"}).status_code in {403, 404}
    assert kept_in(client) == {}


def test_few_lists_are_remembered(world, monkeypatch):
    monkeypatch.setattr(sessions, "SEARCHED_LISTS", 2)
    client = sign_in(world.lead)
    twins = [member_of(world.ours, world.role, name=f"Twin {number}") for number in range(2)]
    client.post(page(*LIST), {"name": "mina"})
    for twin in twins:
        client.post(page("person_twice", "riverside", twin.pk), {"name": "ada"})
    assert list(kept_in(client)) == [page("person_twice", "riverside", twin.pk) for twin in twins]


class TestHereTwice:
    def test_who_was_found_is_there_again(self, world):
        client = sign_in(world.lead)
        twin = member_of(world.ours, world.role, name="Min Member")
        member_of(world.ours, world.role, name="Zora Unlike")
        address = page("person_twice", "riverside", twin.pk)
        response = client.post(address, {"name": "zora"})
        assert response.url == address + FOUND
        for _ in range(2):
            text = client.get(address + FOUND).content.decode()
            assert "Who was found" in text
            assert "Zora Unlike" in text
        assert "Who it may be" in client.get(address).content.decode()
        assert "Who it may be" in sign_in(world.lead).get(address + FOUND).content.decode()

    def test_another_search_from_there_takes_its_place(self, world):
        client = sign_in(world.lead)
        twin = member_of(world.ours, world.role, name="Min Member")
        member_of(world.ours, world.role, name="Zora Unlike")
        address = page("person_twice", "riverside", twin.pk)
        client.post(address, {"name": "nobody"})
        text = client.post(address + FOUND, {"name": "zora"}, follow=True).content.decode()
        assert "Zora Unlike" in text
        assert "Enter a name" in client.post(address + FOUND, {"name": ""}).content.decode()


@pytest.mark.parametrize("list_of", ["people", "person_twice"])
def test_what_is_found_costs_the_same_at_two_sizes(world, list_of):
    client = sign_in(world.lead)
    address = page(*LIST) if list_of == "people" else page("person_twice", "riverside", world.member.pk)
    found = client.post(address, {"name": "same"}).url
    counts = []
    for count in (2, 20):
        for _ in range(count):
            member_of(world.ours, world.role, name="Same Name", is_confirmed=False)
        client.get(found)
        with CaptureQueriesContext(connection) as captured:
            client.get(found)
        counts.append(len(captured))
    assert counts[0] == counts[1]
