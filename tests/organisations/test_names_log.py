"""Every look at a name is noted, by numbers only."""

from __future__ import annotations

import logging

from tests.organisations.lead_world import page, sign_in


def test_every_page_with_a_name_is_noted_without_it(world, caplog):
    client = sign_in(world.lead)
    for name in ("person", "person_role", "person_end", "person_away"):
        caplog.clear()
        with caplog.at_level(logging.INFO):
            assert client.get(page(name, "riverside", world.member.pk)).status_code == 200
        [noted] = [record.getMessage() for record in caplog.records if record.name == "organisations.names"]
        assert f"person={world.lead.pk} organisation={world.ours.pk} page=person {world.member.pk}" in noted
        assert "Mina" not in noted
