"""A module is not asked of one person: from a day on, for a reason, and never in one's own matter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations.actions import change_role, merge_organisations, move_member
from organisations.models import Membership, Organisation
from records.actions.standing import rebuild_standing
from records.actions.waivers import end_waiver, waive_module
from records.models import Standing, Waiver
from records.selectors.expected_standing import standing_differences
from records.selectors.standing import requirements_of
from records.selectors.waivers import modules_asked_of
from reporting.selectors.coverage import coverage_on
from tests.conftest import TODAY
from tests.factories.organisations import MembershipFactory, RoleFactory, UnitFactory
from tests.factories.records import RequirementFactory, RequirementVersionFactory, WaiverFactory
from tests.organisations.lead_world import make_world, sign_in
from tests.organisations.test_imports import save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
YESTERDAY, LATER = TODAY - timedelta(days=1), TODAY + timedelta(days=40)


@pytest.fixture
def world(today):
    """Two modules are required of everyone in the partnership since January, due after 30 days."""
    world = make_world()
    for title in ("Seeing it", "Approved terminology"):
        RequirementVersionFactory(requirement=RequirementFactory(partnership=world.partnership, module_title=title))
    rebuild_standing()
    return world


def asked(membership, day=TODAY):
    return sorted((each.title, str(each.state), each.due_on) for each in requirements_of(membership.person, day))


def seeing(membership):
    [module] = [each for each in modules_asked_of(membership, TODAY) if each.title == "Seeing it"]
    return module


def waive(world, **more):
    values = {"reason": "Teaches it herself.", "by": world.lead, "at": timezone.now(), **more}
    return waive_module(membership=world.member, module=seeing(world.member), **values)


class TestActions:
    def test_it_is_not_asked_from_today_and_past_days_stay(self, world):
        both = asked(world.member, YESTERDAY)
        waive(world)
        assert [title for title, *_rest in asked(world.member)] == ["Approved terminology"]
        assert asked(world.member, YESTERDAY) == both
        assert not standing_differences([world.member.person_id])

    def test_when_it_ends_the_clock_starts_anew(self, world):
        waive(world, until=TODAY + timedelta(days=9))
        assert ("Seeing it", "due", date(2026, 12, 31)) in asked(world.member, LATER)

    def test_nobody_else_and_no_other_module_is_touched(self, world):
        other = MembershipFactory(organisation=world.ours, role=world.role)
        before = asked(other)
        waive(world)
        assert asked(other) == before

    def test_the_table_counts_who_is_left(self, world):
        def required():
            coverage = coverage_on(Organisation.objects.filter(pk=world.ours.pk), TODAY)
            return {cell.module.title: cell.counts.required for cell in coverage.rows[0].cells}

        before = required()
        waive(world)
        assert coverage_on(Organisation.objects.all(), TODAY).waived == 1
        assert required() == {**before, "Seeing it": before["Seeing it"] - 1}

    def test_ending_it_on_its_first_day_leaves_no_trace(self, world):
        before = set(Standing.objects.values_list("membership", "required_from", "required_to", "due_on"))
        end_waiver(waiver=waive(world), by=world.lead, at=timezone.now())
        assert not Waiver.objects.exists()
        assert set(Standing.objects.values_list("membership", "required_from", "required_to", "due_on")) == before

    @pytest.mark.parametrize("way", ["by hand", "by a file", "with the organisation"])
    def test_it_goes_along_where_the_role_stays(self, world, way):
        unit = UnitFactory(organisation=world.ours, name="North")
        WaiverFactory(membership=world.member, module_key=seeing(world.member).key, reason="Teaches it herself.")
        Waiver.objects.update(started_on=YESTERDAY, ended_on=LATER)
        rebuild_standing()
        before = asked(world.member)
        if way == "by hand":
            values = {"role": world.role, "unit": unit, "kind": world.member.kind}
            move_member(membership=world.member, on=TODAY, by=world.lead, **values)
        elif way == "by a file":
            address = world.member.work_email
            save(world, f"name,email,role,unit\nMina Member,{address},{world.role.name},North\n")
        else:
            values = {"organisation": world.ours, "into": world.theirs, "by": world.partnership_lead}
            merge_organisations(**values, on=TODAY, at=timezone.now())
        old, new = Membership.objects.of(world.member.person).order_by("started_on")
        assert new.started_on == TODAY
        rows = Waiver.objects.order_by("started_on").values_list("membership", "started_on", "ended_on", "reason")
        assert list(rows) == [
            (old.pk, YESTERDAY, YESTERDAY, "Teaches it herself."),
            (new.pk, TODAY, LATER, "Teaches it herself."),
        ]
        assert [title for title, *_rest in asked(new)] == [title for title, *_rest in before]
        assert not standing_differences([world.member.person_id])

    def test_in_another_role_it_is_asked_again(self, world):
        waive(world)
        new = change_role(membership=world.member, role=RoleFactory(), on=TODAY + timedelta(days=1), by=world.lead)
        assert not new.waivers.exists()
        assert len(asked(new, TODAY + timedelta(days=1))) == 2
        assert not standing_differences([world.member.person_id])

    def test_ending_it_later_asks_again_from_that_day(self, world, today):
        waiver = waive(world)
        today.shift(timedelta(days=10))
        end_waiver(waiver=waiver, by=world.lead, at=timezone.now())
        assert Waiver.objects.get().ended_on == TODAY + timedelta(days=9)
        assert ("Seeing it", "due", date(2026, 12, 31)) in asked(world.member, TODAY + timedelta(days=10))

    @pytest.mark.parametrize("wrong", [{"reason": " "}, {"until": YESTERDAY}])
    def test_what_makes_no_sense_is_refused(self, world, wrong):
        with pytest.raises(ValidationError):
            waive(world, **wrong)
        assert not Waiver.objects.exists()

    def test_twice_is_refused(self, world):
        module = seeing(world.member)
        waive(world)
        with pytest.raises(ValidationError, match="already"):
            waive_module(membership=world.member, module=module, reason="Again", by=world.lead, at=timezone.now())

    def test_nobody_waives_their_own(self, world):
        own = world.lead.memberships.get()
        with pytest.raises(PermissionDenied):
            waive_module(membership=own, module=seeing(world.member), reason="Mine", by=world.lead, at=timezone.now())
        waiver = WaiverFactory(membership=own)
        with pytest.raises(PermissionDenied):
            end_waiver(waiver=waiver, by=world.lead, at=timezone.now())


class TestPages:
    def address(self, name, membership, *more):
        return reverse(f"records:{name}", args=[membership.organisation.slug, membership.pk, *more])

    def test_a_lead_waives_and_asks_again(self, world):
        client = sign_in(world.lead)
        new, record = self.address("waiver_new", world.member), self.address("person_record", world.member)
        assert "Seeing it" in client.get(new).content.decode()
        sent = {"module": seeing(world.member).key, "reason": "Teaches it herself."}
        assert client.post(new, sent).headers["Location"] == record
        shown = client.get(record).content.decode()
        assert "Teaches it herself." in shown
        end = self.address("waiver_end", world.member, Waiver.objects.get().pk)
        assert end in shown
        assert client.post(end).headers["Location"] == record
        assert "Everything that is required of their role is asked of them." in client.get(record).content.decode()

    def test_what_is_wrong_is_said(self, world):
        response = sign_in(world.lead).post(self.address("waiver_new", world.member), {"until": "2026-01-01"})
        said = response.content.decode()
        for words in ("Choose a module.", "Say why.", "The day must be 21 November 2026 or later."):
            assert words in said
        assert not Waiver.objects.exists()

    def test_a_waiver_of_another_place_is_not_found(self, world):
        theirs = WaiverFactory()
        assert sign_in(world.lead).get(self.address("waiver_end", world.member, theirs.pk)).status_code == 404

    def test_ones_own_is_shut(self, world):
        own = world.lead.memberships.get()
        assert sign_in(world.lead).get(self.address("waiver_new", own)).status_code == 403
