"""What leads read about requirements: numbers of their own people only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from organisations.models import Appointment
from records.actions.requirements import create_requirement
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import AppointmentFactory

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
