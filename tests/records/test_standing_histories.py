"""Whatever happens in whatever order, through the actions: standing is what a walk through the stored rows says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from courses.actions import call_off_refresher, publish_edition
from courses.learning_again import LearnAgain
from courses.models import Edition, Effect, ModulePage
from organisations import actions
from organisations.clock import day_of
from organisations.models import Appointment, Away, Membership, Merge, User
from organisations.selectors import active_memberships_of
from records.actions.completions import keep_completion, void_completion
from records.actions.requirements import change_requirement, create_requirement, end_requirement
from records.models import Completion, Requirement
from records.selectors.expected_standing import batches_of_people, standing_differences
from tests.factories.courses import make_module
from tests.factories.organisations import (
    AppointmentFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.records.oracle_of_rows import say, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

#: The clock stands at this moment; what happens is dated around it.
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STEPS = [
    *(
        "join",
        "move",
        "leave",
        "reopen",
        "away",
        "come_back",
        "merge",
        "undo",
        "leave_partnership",
        "join_partnership",
    ),
    *("require", "change_terms", "end_terms", "complete", "complete", "void", "learn_again", "call_off"),
]
numbers = st.integers(0, 7)
steps = st.tuples(st.sampled_from(STEPS), numbers, numbers, st.integers(-250, 250), st.integers(0, 90))


class World:
    """Two organisations of one partnership, three people, two roles, two modules; `do` makes a step happen."""

    def __init__(self, modules, roles):
        self.modules, self.roles = modules, roles
        self.partnership = PartnershipFactory()
        self.places = [OrganisationFactory(partnership=self.partnership), OrganisationFactory()]
        self.people = [UserFactory() for _each in range(3)]
        self.lead = AppointmentFactory(
            kind=Appointment.Kind.ORGANISATION_LEAD, organisation=self.places[0], partnership=None
        ).person
        for number in range(3):
            self.do("join", number, 0, -200 + 9 * number, 0)
        self.do("require", 3, 1, -180, 0)

    def do(self, what, one, other, days, more):
        """Whether it could happen; what the actions refuse changes nothing."""
        self.one, self.other, self.day = one, other, day_of(NOW) + timedelta(days=days)
        self.later = self.day + timedelta(days=more)
        try:
            with transaction.atomic():
                return getattr(self, what)() is not False
        except (ValidationError, PermissionDenied):
            return False

    def pick(self, rows, number):
        found = list(rows.order_by("pk")) if hasattr(rows, "order_by") else rows
        if not found:
            raise ValidationError("There is none.")
        return found[number % len(found)]

    # --- organisations

    def join(self):
        actions.add_membership(
            person=self.pick(self.people, self.one),
            organisation=self.pick(self.places, self.other),
            role=self.pick(self.roles, self.one + self.other),
            started_on=self.day,
            by=None,
        )

    def move(self):
        membership, role = self.pick(Membership.objects, self.one), self.pick(self.roles, self.other)
        actions.change_role(membership=membership, role=role, on=self.day, by=None)

    def leave(self):
        actions.end_membership(membership=self.pick(Membership.objects, self.one), on=self.day, by=None)

    def reopen(self):
        actions.reopen_membership(membership=self.pick(Membership.objects, self.one), by=None)

    def away(self):
        membership = self.pick(Membership.objects, self.one)
        ended_on = self.later if self.other % 2 else None
        actions.record_away(membership=membership, started_on=self.day, ended_on=ended_on, by=None)

    def come_back(self):
        actions.end_away(away=self.pick(Away.objects, self.one), on=self.day, by=None)

    def leave_partnership(self):
        actions.leave_partnership(
            organisation=self.pick(self.places, self.one), partnership=self.partnership, on=self.day, by=None
        )

    def join_partnership(self):
        actions.join_partnership(
            organisation=self.pick(self.places, self.one), partnership=self.partnership, on=self.day, by=None
        )

    def merge(self):
        kept, merged = (User.objects.get(pk=self.pick(self.people, each).pk) for each in (self.one, self.other))
        actions.merge_people(kept=kept, merged=merged, organisation=self.places[0], by=self.lead, at=NOW)

    def undo(self):
        actions.undo_merge(merge=self.pick(Merge.objects, self.one), by=self.lead, at=NOW)

    # --- records

    def terms(self):
        roles = [self.roles[self.one % 2]] if self.other % 3 == 0 else []
        return {
            "roles": roles,
            "is_for_all_roles": not roles,
            "due_days": (0, 14, 30, 90)[self.other % 4],
            "valid_for_months": (None, 1, 3, 6)[self.one % 4],
            "window_days": (0, 30)[self.one % 2],
            "base": ("expiry", "completion")[self.other % 2],
        }

    def require(self):
        owner = {"partnership": self.partnership} if self.other % 2 else {"organisation": self.places[self.one % 2]}
        module = self.modules[self.one % 2]
        create_requirement(module=module, effective_from=self.day, by=None, **owner, **self.terms())

    def change_terms(self):
        requirement, day = self.pick(Requirement.objects, self.one), max(self.day, day_of(NOW))
        change_requirement(requirement=requirement, effective_from=day, by=None, at=NOW, **self.terms())

    def end_terms(self):
        requirement, day = self.pick(Requirement.objects, self.one), max(self.day, day_of(NOW))
        end_requirement(requirement=requirement, on=day, by=None, at=NOW)

    def complete(self):
        person, module = self.pick(self.people, self.one), self.modules[self.other % 2]
        edition = self.pick(Edition.objects.filter(module_key=module.module_key), self.one)
        completion = Completion(
            person=person,
            module_key=module.translation_key,
            title=module.title,
            edition=edition,
            edition_number=edition.number,
            completed_on=self.day,
            minutes=15,
            source=Completion.Source.RECOGNISED,
        )
        keep_completion(completion, active_memberships_of(person, self.day), NOW)

    def learn_again(self):
        publish_edition(
            module=self.modules[self.other % 2],
            by=None,
            at=NOW,
            effect=Effect.STEPS_FORWARD,
            again=LearnAgain(self.later.day, [self.roles[1]] if self.one % 2 else []),
        )

    def call_off(self):
        edition = self.pick(Edition.objects.all(), self.one)
        call_off_refresher(edition=edition, by=self.lead, at=NOW, reason="The law did not change.")

    def void(self):
        completion = self.pick(Completion.objects.filter(voided_at=None), self.one)
        void_completion(completion=completion, by=self.lead, reason="A mistake.", at=NOW)


@pytest.fixture
def roles(db):
    return [RoleFactory(), RoleFactory()]


@pytest.fixture
def modules(site_tree, roles):
    """One for everybody alike, and one with lessons of a role."""
    lessons = [{}, {"roles": roles[1:]}]
    return [make_module(title="Seeing it"), make_module(title="Words", lessons=lessons, is_matched_to_roles=True)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(steps, min_size=4, max_size=14))
def test_any_history_leaves_standing_as_the_definitions_say(modules, roles, history):
    with transaction.atomic():
        world = World([ModulePage.objects.get(pk=each.pk) for each in modules], roles)
        for what, *numbers_of_it in history:
            if world.do(what, *numbers_of_it):
                event(what)
        wrong = [found for batch in batches_of_people() if (found := standing_differences(batch))]
        assert not wrong
        for days in (-260, -90, -31, -1, 0, 1, 31, 91, 400):
            day = day_of(NOW) + timedelta(days=days)
            for person in User.objects.filter(pk__in=[each.pk for each in world.people], merged_into=None):
                assert told(person, day) == say(person, day), (person.pk, day)
        transaction.set_rollback(True)
