"""Every look at a name is noted, by numbers only, and never in the way of the page."""

from __future__ import annotations

import logging
from unittest import mock

import pytest
from django.db import OperationalError

from organisations.audit import note_names_seen
from organisations.models import NamesSeen
from tests.organisations.lead_world import page, sign_in


def test_every_page_with_a_name_is_noted_without_it(world, caplog):
    client = sign_in(world.lead)
    with caplog.at_level(logging.DEBUG):
        for name in ("person", "person_role", "person_end", "person_away"):
            NamesSeen.objects.all().delete()
            assert client.get(page(name, "riverside", world.member.pk)).status_code == 200
            [noted] = NamesSeen.objects.all()
            assert (noted.seen_by, noted.organisation, noted.about) == (world.lead, world.ours, world.member.person)
            assert (noted.place, noted.rows) == ("person", 1)
    assert "Mina" not in caplog.text


def test_a_list_says_how_many(world):
    sign_in(world.lead).get(page("people", "riverside"))
    noted = NamesSeen.objects.get(place="people")
    assert (noted.rows, noted.about, noted.organisation) == (2, None, world.ours)


def test_a_partnership_lead_who_sees_counts_leaves_nothing(world):
    sign_in(world.partnership_lead).get(page("people", "riverside"))
    assert not NamesSeen.objects.exists()


@pytest.mark.parametrize("fields", [{"rows": 0}, {"rows": 1, "about": "lead"}])
def test_no_name_and_the_own_name_are_no_look(world, fields):
    if "about" in fields:
        fields = {**fields, "about": world.lead}
    note_names_seen(by=world.lead, organisation=world.ours, where="person", **fields)
    assert not NamesSeen.objects.exists()


def test_a_database_that_cannot_write_does_not_break_the_page(world, caplog):
    """What could not be kept as a row is a line of the server's log, with numbers only."""
    with mock.patch.object(NamesSeen, "save", side_effect=OperationalError("database is locked")):
        response = sign_in(world.lead).get(page("person", "riverside", world.member.pk))
    assert response.status_code == 200
    [line] = [record.getMessage() for record in caplog.records if record.name == "organisations.names"]
    assert f"person={world.lead.pk} organisation={world.ours.pk}" in line
    assert f"about={world.member.person_id} rows=1" in line
    assert "Mina" not in line
