"""Areas: made by a partnership's lead, chosen for its organisations, never another partnership's."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from organisations.actions import create_area, remove_area, rename_area, set_areas
from organisations.models import Appointment, Area
from organisations.selectors import areas_with_organisations
from tests.factories.organisations import AppointmentFactory, AreaFactory, OrganisationFactory, PartnershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def here():
    return PartnershipFactory()


@pytest.fixture
def lead(here, client):
    person = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=here).person
    client.force_login(person)
    return person


def test_a_name_is_there_once_in_a_partnership(here, lead):
    first = create_area(partnership=here, name=" Ash  Vale ", by=lead)
    assert (first.name, first.slug) == ("Ash Vale", "ash-vale")
    with pytest.raises(ValidationError, match="already an area"):
        create_area(partnership=here, name="ash vale", by=lead)
    assert create_area(partnership=PartnershipFactory(), name="Ash Vale", by=None).slug == "ash-vale"
    other = create_area(partnership=here, name="Ash-Vale", by=lead)
    assert other.slug == "ash-vale-2"
    with pytest.raises(ValidationError):
        rename_area(area=other, name="Ash Vale", by=lead)


def test_an_organisation_is_only_in_areas_of_its_partnerships(here, lead):
    council = OrganisationFactory(partnership=here)
    own, foreign = AreaFactory(partnership=here), AreaFactory()
    set_areas(organisation=council, areas=[own], by=lead)
    assert list(council.areas.all()) == [own]
    with pytest.raises(ValidationError):
        set_areas(organisation=council, areas=[own, foreign], by=lead)
    assert list(council.areas.all()) == [own]


def test_removing_leaves_the_organisation(here, lead):
    council, area = OrganisationFactory(partnership=here), AreaFactory(partnership=here)
    council.areas.add(area)
    remove_area(area=area, by=lead)
    council.refresh_from_db()
    assert not council.areas.exists()


def test_a_lead_makes_renames_and_removes_areas(here, lead, client):
    assert "No areas yet" in client.get(reverse("organisations:areas")).content.decode()
    new = reverse("organisations:area_new")
    assert "Enter the name" in client.post(new, {"name": " "}).content.decode()
    assert client.post(new, {"name": "Eastmere"}).status_code == 302
    assert "already an area" in client.post(new, {"name": "eastmere"}).content.decode()
    area = Area.objects.get()
    assert client.post(reverse("organisations:area_change", args=[area.pk]), {"name": "Westmere"}).status_code == 302
    assert "Westmere" in client.get(reverse("organisations:areas")).content.decode()
    assert client.post(reverse("organisations:area_remove", args=[area.pk])).status_code == 302
    assert not Area.objects.exists()


def test_another_partnerships_area_is_refused(lead, client):
    area = AreaFactory()
    for name in ("area_change", "area_remove"):
        address = reverse(f"organisations:{name}", args=[area.pk])
        assert client.get(address).status_code == 403
        assert client.post(address, {"name": "Mine"}).status_code == 403
    area.refresh_from_db()
    assert area.name != "Mine"
    assert area.name not in client.get(reverse("organisations:areas")).content.decode()


def test_the_form_of_an_organisation_offers_its_own_areas(here, lead, client):
    council = OrganisationFactory(partnership=here)
    address = reverse("organisations:organisation_change", args=[council.slug])
    assert "Where does it work?" not in client.get(address).content.decode()
    own, foreign = AreaFactory(partnership=here, name="Ashford"), AreaFactory(name="Elsewhere")
    page = client.get(address).content.decode()
    assert "Ashford" in page
    assert "Elsewhere" not in page
    details = {"name": council.name, "kind": council.kind, "nation": council.nation, "first_responder": "unknown"}
    assert client.post(address, {**details, "areas": [own.pk]}).status_code == 302
    assert list(council.areas.all()) == [own]
    assert client.post(address, {**details, "areas": [foreign.pk]}).status_code == 200
    assert list(council.areas.all()) == [own]
    page = client.get(reverse("organisations:organisation", args=[council.slug])).content.decode()
    assert "Ashford" in page


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_the_same_for_any_number(here, number, django_assert_num_queries):
    for _ in range(number):
        OrganisationFactory(partnership=here).areas.add(AreaFactory(partnership=here))
    with django_assert_num_queries(2):
        assert all(len(area.here) == 1 for area in areas_with_organisations(here, date(2026, 11, 21)))
