"""Two writes at once: whichever commits last has seen the other."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from organisations.actions import add_membership
from records.actions.requirements import create_requirement
from records.events import completion_recorded
from records.models import Completion, Requirement
from records.selectors.expected_standing import batches_of_people, standing_differences
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, UserFactory
from tests.factories.records import CompletionFactory
from tests.records.test_completions import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]


def test_a_requirement_made_while_people_join_and_complete_misses_nobody():
    partnership = PartnershipFactory()
    organisation = OrganisationFactory(partnership=partnership)
    member = MembershipFactory(organisation=organisation)
    module, newcomer = make_module(), UserFactory()

    @transaction.atomic
    def complete():
        completion = CompletionFactory(person=member.person, module=module, completed_on=date(2026, 3, 1))
        completion_recorded.send(sender=Completion, completion=completion)

    def join():
        add_membership(
            person=newcomer, organisation=organisation, role=member.role, started_on=date(2026, 2, 1), by=None
        )

    def require():
        create_requirement(
            partnership=partnership, module=module, is_for_all_roles=True, effective_from=date(2026, 1, 5), by=None
        )

    failures = [each for each in at_once(complete, require, join, require) if isinstance(each, Exception)]
    # Of the two presses one is enough.
    assert [type(each) for each in failures] == [ValidationError]
    assert Requirement.objects.count() == 1
    assert [standing_differences(batch) for batch in batches_of_people() if standing_differences(batch)] == []
