"""Requiring a module, changing and ending it: the past is never rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from records.actions.requirements import change_requirement, create_requirement, end_requirement
from records.actions.standing import rebuild_standing
from records.models import Requirement, RequirementVersion, Standing
from records.selectors.standing import requirements_of
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
)
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


@pytest.fixture
def partnership():
    return PartnershipFactory()


@pytest.fixture
def member(partnership):
    """Somebody who has worked for the partnership since January."""
    return MembershipFactory(organisation=OrganisationFactory(partnership=partnership))


@pytest.fixture
def requirement(partnership, member):
    """Required of the member's role since 5 January, due in 30 days."""
    version = RequirementVersionFactory(
        requirement=RequirementFactory(partnership=partnership), roles=[member.role], valid_for_months=12
    )
    rebuild_standing()
    return version.requirement


def said(member, day=TODAY):
    return [(str(each.state), each.due_on) for each in requirements_of(member.person, day)]


def versions_of(requirement):
    rows = RequirementVersion.objects.filter(requirement=requirement).order_by("number")
    return [(row.number, row.effective_from, row.effective_to) for row in rows]


class TestCreate:
    def test_the_same_again_is_refused_and_another_way_is_not(self, partnership, member):
        asked = {
            "partnership": partnership,
            "module": make_module(),
            "roles": [member.role],
            "effective_from": TODAY,
            "by": None,
        }
        create_requirement(**asked)
        with pytest.raises(ValidationError):
            create_requirement(**asked)
        create_requirement(**{**asked, "due_days": 7})
        create_requirement(**{**asked, "partnership": PartnershipFactory()})
        assert Requirement.objects.count() == 3

    def test_it_copies_the_module_and_brings_standing_up_to_date(self, partnership, member):
        module = make_module(title="Seeing it")
        made = create_requirement(
            partnership=partnership,
            module=module,
            roles=[member.role],
            due_days=14,
            valid_for_months=24,
            effective_from=TODAY,
            by=None,
        )
        assert (made.module_title, made.module_key) == ("Seeing it", module.translation_key)
        assert said(member) == [("due", date(2026, 12, 5))]
        [entry] = ModelLogEntry.objects.filter(action="records.require")
        assert entry.data == {"effective_from": "2026-11-21"}

    def test_a_day_for_all_and_a_fixed_end(self, partnership, member):
        made = create_requirement(
            partnership=partnership,
            module=make_module(),
            is_for_all_roles=True,
            due_by=date(2027, 3, 31),
            base="fixed",
            fixed_on=date(2027, 4, 1),
            valid_for_months=12,
            effective_from=TODAY,
            by=None,
        )
        assert said(member) == [("due", date(2027, 3, 31))]
        CompletionFactory(person=member.person, module=made.module, completed_on=TODAY)
        rebuild_standing()
        assert Standing.objects.get(membership=member, satisfied_from=TODAY).satisfied_to == date(2027, 4, 1)

    def test_every_kind_chosen_is_no_choice(self, partnership):
        kinds = ["employee", "agency", "volunteer", "student", "elected", "contractor"]
        made = create_requirement(
            partnership=partnership,
            module=make_module(),
            is_for_all_roles=True,
            kinds=kinds,
            effective_from=TODAY,
            by=None,
        )
        assert made.versions.get().kinds == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"is_for_all_roles": False},
            {"kinds": ["ghost"]},
            {"due_days": 731},
            {"due_days": -1},
            {"valid_for_months": 0},
            {"valid_for_months": 121},
            {"window_days": 731},
            {"due_by": YESTERDAY},
            {"base": "fixed", "valid_for_months": 12},
            {"base": "fixed", "fixed_on": TODAY},
            {"partnership": None},
            {"organisation": "both"},
        ],
    )
    def test_it_refuses_what_makes_no_sense_and_leaves_nothing(self, partnership, wrong):
        values = {"partnership": partnership, "is_for_all_roles": True, **wrong}
        if values.get("organisation"):
            values["organisation"] = OrganisationFactory()
        module = make_module()
        with pytest.raises(ValidationError):
            create_requirement(module=module, effective_from=TODAY, by=None, **values)
        assert not Requirement.objects.exists()


class TestChange:
    def test_a_change_ends_the_version_and_starts_the_next(self, requirement, member):
        change_requirement(
            requirement=requirement, roles=[member.role], due_days=400, effective_from=TOMORROW, by=None
        )
        assert versions_of(requirement) == [(1, date(2026, 1, 5), TODAY), (2, TOMORROW, None)]
        assert said(member) == [("overdue", date(2026, 2, 4))]
        assert said(member, TOMORROW) == [("due", date(2027, 2, 9))]

    def test_past_days_keep_their_answers(self, requirement, member):
        days = [date(2026, 1, 5), date(2026, 2, 4), date(2026, 6, 1), YESTERDAY]
        before = [said(member, day) for day in days]
        change_requirement(requirement=requirement, roles=[RoleFactory()], effective_from=TODAY, by=None)
        assert [said(member, day) for day in days] == before
        assert said(member) == []

    def test_a_change_on_its_first_day_takes_the_place_of_what_began_today(self, requirement, member):
        for due_days in (10, 500):
            change_requirement(
                requirement=requirement, roles=[member.role], due_days=due_days, effective_from=TODAY, by=None
            )
        assert versions_of(requirement) == [(1, date(2026, 1, 5), YESTERDAY), (2, TODAY, None)]
        assert said(member) == [("due", date(2027, 5, 20))]

    def test_a_planned_change_is_replaced_by_the_next(self, requirement, member):
        later = TODAY + timedelta(days=60)
        change_requirement(requirement=requirement, roles=[RoleFactory()], effective_from=later, by=None)
        change_requirement(requirement=requirement, roles=[member.role], effective_from=TOMORROW, by=None)
        assert versions_of(requirement) == [(1, date(2026, 1, 5), TODAY), (2, TOMORROW, None)]
        assert said(member, later) == [("overdue", date(2026, 2, 4))]

    def test_it_refuses_days_that_have_passed_and_what_has_ended(self, requirement, member):
        with pytest.raises(ValidationError, match="Days that have passed"):
            change_requirement(requirement=requirement, roles=[member.role], effective_from=YESTERDAY, by=None)
        end_requirement(requirement=requirement, on=TODAY, by=None)
        with pytest.raises(ValidationError, match="no longer required"):
            change_requirement(
                requirement=requirement, roles=[member.role], effective_from=TODAY + timedelta(days=9), by=None
            )
        assert versions_of(requirement) == [(1, date(2026, 1, 5), TODAY)]

    def test_it_refuses_a_day_before_the_requirement_begins(self, partnership, member):
        made = create_requirement(
            partnership=partnership,
            module=make_module(),
            is_for_all_roles=True,
            effective_from=TODAY + timedelta(days=9),
            by=None,
        )
        with pytest.raises(ValidationError, match="not required before 30 November 2026"):
            change_requirement(requirement=made, is_for_all_roles=True, effective_from=TOMORROW, by=None)

    def test_the_past_is_counted_from_the_moment_given(self, requirement, member):
        at = datetime(2026, 3, 1, 9, 0, tzinfo=ZoneInfo("Europe/London"))
        change_requirement(
            requirement=requirement, roles=[member.role], effective_from=date(2026, 3, 2), by=None, at=at
        )
        assert len(versions_of(requirement)) == 2


class TestEnd:
    def test_the_last_day_still_counts(self, requirement, member):
        end_requirement(requirement=requirement, on=TODAY, by=None)
        assert said(member) == [("overdue", date(2026, 2, 4))]
        assert said(member, TOMORROW) == []
        assert ModelLogEntry.objects.filter(action="records.end_requirement").count() == 1

    def test_what_has_not_begun_is_withdrawn(self, partnership, member):
        made = create_requirement(
            partnership=partnership, module=make_module(), is_for_all_roles=True, effective_from=TOMORROW, by=None
        )
        assert Standing.objects.exists()
        end_requirement(requirement=made, on=TODAY, by=None)
        assert not Requirement.objects.exists()
        assert not Standing.objects.exists()

    def test_an_end_can_come_sooner(self, requirement):
        end_requirement(requirement=requirement, on=TODAY + timedelta(days=90), by=None)
        end_requirement(requirement=requirement, on=TOMORROW, by=None)
        assert versions_of(requirement) == [(1, date(2026, 1, 5), TOMORROW)]

    def test_it_refuses_days_that_have_passed_and_what_has_ended(self, requirement):
        with pytest.raises(ValidationError, match="Days that have passed"):
            end_requirement(requirement=requirement, on=YESTERDAY, by=None)
        end_requirement(requirement=requirement, on=TODAY, by=None)
        with pytest.raises(ValidationError, match="no longer required"):
            end_requirement(requirement=requirement, on=TOMORROW, by=None)
