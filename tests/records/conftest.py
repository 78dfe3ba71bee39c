"""What the tests of records share: a partnership with two organisations, and modules to take."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)

#: The moment at which the tests of learning happen unless they say otherwise.
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def place(db):
    """Two organisations of one partnership, with a person in each and one that belongs nowhere."""
    partnership = PartnershipFactory(name="Riverside Anti-Slavery Partnership")
    council = OrganisationFactory(name="Riverside Council", partnership=partnership)
    police = OrganisationFactory(name="Riverside Police", partnership=partnership)
    housing, officer = RoleFactory(slug="housing", name="housing officer"), RoleFactory(slug="officer", name="officer")
    learner = MembershipFactory(person__name="Dana Whitlock", organisation=council, role=housing).person
    other = MembershipFactory(person__name="Sam Adeyemi", organisation=police, role=officer).person
    return SimpleNamespace(
        partnership=partnership,
        council=council,
        police=police,
        housing=housing,
        officer=officer,
        learner=learner,
        other=other,
        stranger=UserFactory(name="Noor Haddad"),
    )
