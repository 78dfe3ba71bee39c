"""Roles: the list, adding, renaming, retiring."""

from __future__ import annotations

import pytest
from django.utils import translation

from organisations.models import Role
from tests.factories.organisations import RoleFactory
from tests.organisations.lead_world import member_of, page, queries_of, sign_in


def names(**changes):
    return {f"name_{code}": "" for code in ("en", "ar", "fa", "fr", "pt", "so", "es")} | changes


def test_the_list_counts_the_people_of_the_partnership_and_no_others(world):
    RoleFactory(name="Old role", is_active=False)
    response = sign_in(world.partnership_lead).get(page("roles"))
    assert [(role.name, role.people) for role in response.context["active"]] == [("Housing officer", 3)]
    assert [role.name for role in response.context["retired"]] == ["Old role"]


def test_the_empty_list_says_what_to_do(world):
    Role.objects.update(is_active=False)
    assert "No roles yet" in sign_in(world.partnership_lead).get(page("roles")).content.decode()


def test_the_list_costs_the_same_at_two_sizes(world):
    before = queries_of(world.partnership_lead, page("roles"))
    for _ in range(12):
        member_of(world.ours, RoleFactory())
    assert len(queries_of(world.partnership_lead, page("roles"))) == len(before) <= 6


def test_a_role_is_added_with_other_languages(world):
    client = sign_in(world.partnership_lead)
    response = client.post(page("role_new"), names(name_en="  Ward   nurse ", name_fr="Infirmière"), follow=True)
    assert "Ward nurse is added." in response.content.decode()
    role = Role.objects.get(name_en="Ward nurse")
    assert (role.name_fr, role.slug) == ("Infirmière", "ward-nurse")
    with translation.override("fr"):
        assert str(role) == "Infirmière"


@pytest.mark.parametrize("english", ["", "  ", "HOUSING OFFICER", "x" * 121])
def test_a_role_without_a_new_english_name_is_refused(world, english):
    response = sign_in(world.partnership_lead).post(page("role_new"), names(name_en=english, name_fr="Agent"))
    assert "There is a problem" in response.content.decode()
    assert Role.objects.count() == 1


def test_a_role_is_renamed_and_keeps_its_address_and_people(world):
    client = sign_in(world.partnership_lead)
    address = page("role_change", "housing-officer")
    assert 'value="Housing officer"' in client.get(address).content.decode()
    client.post(address, names(name_en="Housing adviser", name_so="Lataliyaha"))
    world.role.refresh_from_db()
    assert (world.role.name_en, world.role.name_so, world.role.slug) == (
        "Housing adviser",
        "Lataliyaha",
        "housing-officer",
    )
    client.post(address, names(name_en="Housing adviser"))
    assert not Role.objects.get().name_so


def test_a_role_is_retired_and_brought_back_after_a_question(world):
    client = sign_in(world.partnership_lead)
    address = page("role_retire", "housing-officer")
    assert "Retire the role Housing officer?" in client.get(address).content.decode()
    client.post(address)
    assert not Role.objects.get().is_active
    assert "Bring back the role" in client.get(address).content.decode()
    client.post(address)
    assert Role.objects.get().is_active


def test_names_that_look_like_markup_are_shown_as_text(world):
    client = sign_in(world.partnership_lead)
    client.post(page("role_new"), names(name_en="<script>x</script>"))
    for address in (page("roles"), page("role_retire", Role.objects.get(name_en="<script>x</script>").slug)):
        assert "<script>x" not in client.get(address).content.decode()
