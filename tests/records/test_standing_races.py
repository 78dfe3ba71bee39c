"""Two writes at once: whichever commits last has seen the other."""

from __future__ import annotations

import threading
import time
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from courses.actions import call_off_refresher, publish_edition
from courses.learning_again import LearnAgain
from courses.models import Edition, Effect
from organisations.actions import add_membership, join_partnership
from organisations.actions.turns import hold_places_of
from records.actions.requirements import change_requirement, create_requirement
from records.events import completion_recorded
from records.models import Completion, Requirement, Standing
from records.selectors.expected_standing import batches_of_people, standing_differences
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, UserFactory
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory
from tests.records.test_completions import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]


def test_an_edition_that_is_learned_again_goes_live_while_people_complete_an_earlier_one():
    partnership = PartnershipFactory()
    organisation, module = OrganisationFactory(partnership=partnership), make_module()
    first = module.editions.get()
    people = [MembershipFactory(organisation=organisation).person for _each in range(6)]
    create_requirement(
        partnership=partnership, module=module, is_for_all_roles=True, effective_from=date(2026, 1, 5), by=None
    )

    @transaction.atomic
    def complete(person):
        # As where training elsewhere is recognised: first the turn, then the record.
        hold_places_of([person.pk])
        time.sleep(0.05)
        completion = CompletionFactory(person=person, module=module, edition=first, completed_on=date(2026, 3, 1))
        completion_recorded.send(sender=Completion, completion=completion)

    def publish():
        edition = publish_edition(
            module=module, by=None, at=timezone.now(), effect=Effect.STEPS_FORWARD, again=LearnAgain(30)
        )
        call_off_refresher(edition=edition, by=people[0], at=timezone.now(), reason="A mistake.")
        publish_edition(module=module, by=None, at=timezone.now(), effect=Effect.STEPS_FORWARD, again=LearnAgain(60))

    calls = [partial(complete, person) for person in people]
    assert [each for each in at_once(*calls[:3], publish, *calls[3:]) if isinstance(each, Exception)] == []
    assert Completion.objects.count() == 6
    assert [standing_differences(batch) for batch in batches_of_people() if standing_differences(batch)] == []
    assert {each.satisfied_to for each in Standing.objects.all() if each.satisfied_from} == {
        Edition.objects.get(number=3).refresh_on
    }


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


def test_an_organisation_that_joins_while_what_is_required_changes_is_not_missed():
    requirement = RequirementFactory()
    RequirementVersionFactory(requirement=requirement)
    newcomer = MembershipFactory().organisation
    has_joined = threading.Event()

    def join():
        with transaction.atomic():
            join_partnership(
                organisation=newcomer, partnership=requirement.partnership, on=timezone.localdate(), by=None
            )
            has_joined.set()
            time.sleep(0.5)  # The other lists the organisations meanwhile, or waits.

    def change():
        assert has_joined.wait(10)
        change_requirement(
            requirement=requirement, effective_from=timezone.localdate(), by=None, is_for_all_roles=True, due_days=3
        )

    assert [each for each in at_once(join, change) if isinstance(each, Exception)] == []
    assert [standing_differences(batch) for batch in batches_of_people() if standing_differences(batch)] == []
