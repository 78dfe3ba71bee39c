"""What leads read about requirements: numbers of their own people only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from organisations.models import Appointment
from records.actions.requirements import create_requirement
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import AppointmentFactory, RoleFactory

pytestmark = pytest.mark.usefixtures("today")
Kind = Appointment.Kind


@pytest.fixture
def required(place):
    """A module that the partnership requires of everyone in its two organisations."""
    return create_requirement(
        module=make_module(), effective_from=TODAY, by=None, partnership=place.partnership, is_for_all_roles=True
    )


@pytest.mark.parametrize(
    ("kind", "scope", "people", "organisations"),
    [
        (Kind.PARTNERSHIP_LEAD, "partnership", 2, 2),
        (Kind.ORGANISATION_LEAD, "council", 1, 1),
    ],
)
def test_a_lead_reads_how_many_of_their_own_people_it_means(
    client, place, required, kind, scope, people, organisations
):
    field = "partnership" if scope == "partnership" else "organisation"
    client.force_login(AppointmentFactory(kind=kind, **{field: getattr(place, scope)}).person)
    touched = client.get(reverse("records:requirement", args=[required.pk])).context["touched"]
    assert (touched.people, touched.organisations) == (people, organisations)


def test_many_roles_fold_away_in_the_list(client, place):
    roles = RoleFactory.create_batch(7)
    for some in (roles, roles[:2]):
        create_requirement(
            module=make_module(), effective_from=TODAY, by=None, partnership=place.partnership, roles=some
        )
    client.force_login(AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=place.partnership).person)
    source = client.get(reverse("records:requirements")).content.decode()
    assert source.count("<details") == 1
    assert "7 roles" in source
    assert all(str(role) in source for role in roles)
