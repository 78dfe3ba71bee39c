"""A lead of several partnerships says on each page which one it is about."""

from __future__ import annotations

import pytest
from django.urls import reverse

from organisations.models import Appointment, Area, Organisation, PartnershipMembership
from tests.factories.organisations import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PartnershipFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
Kind = Appointment.Kind
NEW_AREA, SMALL_COUNTS = "organisations:area_new", "reporting:small_counts"


@pytest.fixture
def ash():
    return PartnershipFactory(name="Ash", slug="ash")


@pytest.fixture
def birch():
    return PartnershipFactory(name="Birch", slug="birch")


@pytest.fixture
def lead(ash, birch, client):
    person = UserFactory()
    for partnership in (birch, ash):
        AppointmentFactory(person=person, kind=Kind.PARTNERSHIP_LEAD, partnership=partnership)
    client.force_login(person)
    return person


def of(name: str, slug: str) -> str:
    return f"{reverse(name)}?partnership={slug}"


def test_lists_are_of_the_one_chosen_and_stay_with_it(lead, ash, birch, client):
    AreaFactory(partnership=ash, name="Ash Vale")
    AreaFactory(partnership=birch, name="Birch Hill")
    first, other = client.get(reverse("organisations:areas")).text, client.get(of("organisations:areas", "birch")).text
    assert ("Ash Vale" in first, "Birch Hill" in first) == (True, False)
    assert ("Ash Vale" in other, "Birch Hill" in other) == (False, True)
    assert of("organisations:areas", "birch") in first
    assert of(NEW_AREA, "birch") in other
    assert of("organisations:appointments", "birch") in other
    assert "Birch" in client.get(of("organisations:appointments", "birch")).text


def test_what_is_written_goes_to_the_one_chosen(lead, ash, birch, client):
    answer = client.post(of(NEW_AREA, "birch"), {"name": "Birch Hill"})
    assert answer.url == of("organisations:areas", "birch")
    assert Area.objects.get().partnership == birch
    client.post(
        of("organisations:organisation_new", "birch"), {"name": "Shelter", "kind": "charity", "nation": "england"}
    )
    assert PartnershipMembership.objects.get(organisation=Organisation.objects.get()).partnership == birch
    client.post(of(SMALL_COUNTS, "birch"), {"below": 9})
    birch.refresh_from_db()
    ash.refresh_from_db()
    assert (ash.small_counts_below, birch.small_counts_below) == (5, 9)
    assert of("reporting:report_new", "birch") in client.get(reverse("reporting:report_new")).text


def test_anothers_partnership_is_not_found_and_one_alone_is_not_asked_about(lead, ash, client):
    PartnershipFactory(slug="cedar")
    for name in (NEW_AREA, "organisations:areas", "organisations:appointments", SMALL_COUNTS, "reporting:report_new"):
        assert client.get(of(name, "cedar")).status_code == 404
    client.force_login(AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=ash).person)
    assert "Your partnerships" not in client.get(reverse("organisations:areas")).text
    assert client.get(of("organisations:areas", "birch")).status_code == 404


def test_what_is_changed_leads_back_to_its_own_partnership(lead, ash, birch, client):
    area = AreaFactory(partnership=birch, name="Birch Hill")
    back = of("organisations:areas", "birch")
    assert client.post(reverse("organisations:area_change", args=[area.pk]), {"name": "Birch Hills"}).url == back
    assert client.post(reverse("organisations:area_remove", args=[area.pk])).url == back
    other = AppointmentFactory(kind=Kind.TRAINER, partnership=birch)
    end = reverse("organisations:appointment_end", args=[other.pk])
    assert of("organisations:appointments", "birch") in client.get(end).text
    assert of("organisations:areas", "birch") in client.get(of("organisations:roles", "birch")).text


def test_a_report_of_a_part_begins_where_the_part_is(lead, ash, birch, client):
    area = AreaFactory(partnership=birch, name="Birch Hill")
    OrganisationFactory(partnership=birch).areas.add(area)
    begun = client.get(f"{reverse('reporting:report_new')}?area={area.pk}")
    assert begun.url.endswith(f"area={area.pk}&partnership=birch")
    assert "Birch Hill" in client.get(begun.url).text
