"""Organisations that are renamed, close, become part of another, or leave; and their units."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from organisations.actions import (
    change_organisation,
    change_unit,
    close_organisation,
    create_unit,
    merge_organisations,
)
from organisations.models import Appointment, FormerName, Membership, Organisation, Unit
from organisations.querysets import named_on
from organisations.selectors_leads_history import unit_rows
from records.actions.requirements import create_requirement
from records.models import Standing
from records.selectors.expected_standing import batches_of_people, standing_differences
from reporting.selectors.coverage import coverage_on
from tests.factories.courses import make_module
from tests.factories.organisations import (
    AwayFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    UnitFactory,
)
from tests.organisations.lead_world import page, queries_of, sign_in

TODAY = date(2026, 11, 21)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def is_as_expected() -> bool:
    return not any(standing_differences(batch) for batch in batches_of_people())


def required_of_all(world):
    return create_requirement(
        module=make_module(),
        partnership=world.partnership,
        by=world.partnership_lead,
        effective_from=date(2026, 2, 2),
        is_for_all_roles=True,
        due_days=30,
    )


class TestRename:
    def test_days_before_keep_the_old_name(self, world):
        change_organisation(organisation=world.ours, by=world.lead, name="Riverside Unitary")
        change_organisation(organisation=world.ours, by=world.lead, name="Riverside and Vale")

        def named(day):
            return named_on(Organisation.objects.all(), day).get(pk=world.ours.pk).name_then

        assert [named(day) for day in (YESTERDAY, TODAY)] == ["Riverside Council", "Riverside and Vale"]
        assert FormerName.objects.count() == 1
        ours = Organisation.objects.filter(pk=world.ours.pk)
        assert [row.name for row in coverage_on(ours, YESTERDAY).rows] == ["Riverside Council"]
        text = sign_in(world.lead).get(page("organisation", "riverside")).content.decode()
        assert "Formerly called" in text

    def test_the_same_name_leaves_no_trace(self, world):
        change_organisation(organisation=world.ours, by=world.lead, name="Riverside Council")
        assert not FormerName.objects.exists()


class TestClose:
    def test_everything_ends_on_the_day_and_the_past_stays(self, world):
        required_of_all(world)
        away = AwayFactory(membership=world.member, started_on=TOMORROW, ended_on=None)
        invitation = InvitationFactory(organisation=world.ours, role=world.role)
        ours = Organisation.objects.filter(pk=world.ours.pk)
        before = coverage_on(ours, YESTERDAY).people
        close_organisation(organisation=world.ours, on=TODAY, by=world.partnership_lead, at=timezone.now())
        assert set(Membership.objects.filter(organisation=world.ours).values_list("ended_on", flat=True)) == {TODAY}
        assert not Appointment.objects.active_on(TODAY).filter(organisation=world.ours).exists()
        assert not type(away).objects.filter(pk=away.pk).exists()
        invitation.refresh_from_db()
        assert invitation.withdrawn_at
        assert coverage_on(ours, YESTERDAY).people == before
        assert coverage_on(ours, TOMORROW).people.required == 0
        assert is_as_expected()
        with pytest.raises(ValidationError, match="already has a last day"):
            close_organisation(organisation=world.ours, on=TODAY, by=None, at=timezone.now())

    def test_not_while_somebody_begins_later(self, world):
        MembershipFactory(organisation=world.ours, started_on=TOMORROW)
        with pytest.raises(ValidationError, match="begins"):
            close_organisation(organisation=world.ours, on=TODAY, by=None, at=timezone.now())

    def test_the_page_shows_what_ends_before_it_does(self, world):
        client, address = sign_in(world.partnership_lead), page("organisation_close", "riverside")
        shown = client.post(address, {"on": TODAY.isoformat()}).content.decode()
        assert "2 people have a place here" in shown
        assert "1 appointment ends" in shown
        assert "is_sure" in shown
        world.ours.refresh_from_db()
        assert world.ours.closed_on is None
        client.post(address, {"on": TODAY.isoformat(), "is_sure": "on"})
        world.ours.refresh_from_db()
        assert world.ours.closed_on == TODAY

    @pytest.mark.parametrize("name", ["organisation_close", "organisation_merge"])
    def test_of_one_that_has_a_last_day_the_page_says_so_at_once(self, world, name):
        client, address = sign_in(world.partnership_lead), page(name, "riverside")
        overview = page("organisation", "riverside")
        assert "<form" in client.get(address).content.decode().partition("<h1")[2]
        assert address in client.get(overview).content.decode()
        close_organisation(organisation=world.ours, on=TOMORROW, by=None, at=timezone.now())
        told = client.get(address).content.decode().partition("<h1")[2].partition("</main>")[0]
        assert f"Riverside Council already has a last day: {date_format(TOMORROW)}." in told
        assert "<form" not in told
        assert address not in client.get(overview).content.decode()


class TestMerge:
    def test_people_move_with_all_they_have_and_their_clocks_run_on(self, world):
        required_of_all(world)
        ward = UnitFactory(organisation=world.ours, name="Ward")
        team = UnitFactory(organisation=world.ours, name="Team", parent=ward)
        Membership.objects.filter(pk=world.member.pk).update(unit=team, staff_number="7")
        AwayFactory(membership=world.member, started_on=YESTERDAY, ended_on=TOMORROW)
        OrganisationDomainFactory(organisation=world.ours, domain="riverside.example")
        late = Standing.objects.filter(person=world.lead).latest("required_from").due_on
        merge_organisations(
            organisation=world.ours, into=world.theirs, on=TODAY, by=world.partnership_lead, at=timezone.now()
        )
        world.member.refresh_from_db()
        moved = Membership.objects.get(person=world.member.person, organisation=world.theirs)
        assert (world.member.ended_on, moved.started_on, moved.staff_number) == (YESTERDAY, TODAY, "7")
        assert (moved.unit.name, moved.unit.parent.name, moved.unit.parent.parent.name) == (
            "Team",
            "Ward",
            "Riverside Council",
        )
        assert [(each.started_on, each.ended_on) for each in world.member.away.all()] == [(YESTERDAY, YESTERDAY)]
        assert [(each.started_on, each.ended_on) for each in moved.away.all()] == [(TODAY, TOMORROW)]
        assert world.theirs.domains.get().domain == "riverside.example"
        world.ours.refresh_from_db()
        assert (world.ours.closed_on, world.ours.merged_into) == (YESTERDAY, world.theirs)
        # Overdue yesterday, overdue today.
        there = Standing.objects.get(person=world.lead, organisation=world.theirs)
        assert there.due_on == late < TODAY
        assert is_as_expected()

    def test_who_works_there_already_in_the_role_only_ends_the_old_one(self, world):
        double = MembershipFactory(person=world.member.person, organisation=world.theirs, role=world.role)
        merge_organisations(organisation=world.ours, into=world.theirs, on=TODAY, by=None, at=timezone.now())
        assert list(Membership.objects.filter(person=world.member.person, organisation=world.theirs)) == [double]

    def test_never_into_itself_or_twice(self, world):
        arguments = {"organisation": world.ours, "on": TODAY, "by": None, "at": timezone.now()}
        with pytest.raises(ValidationError):
            merge_organisations(into=world.ours, **arguments)
        merge_organisations(into=world.theirs, **arguments)
        with pytest.raises(ValidationError, match="already has a last day"):
            merge_organisations(into=world.theirs, **arguments)

    def test_only_into_one_of_the_partnership(self, world):
        client, address = sign_in(world.partnership_lead), page("organisation_merge", "riverside")
        values = {"into": world.foreign.pk, "on": TODAY.isoformat(), "is_sure": "on"}
        assert client.post(address, values).status_code == 200
        world.ours.refresh_from_db()
        assert world.ours.closed_on is None
        values["into"] = world.theirs.pk
        shown = client.post(address, {**values, "is_sure": ""}).content.decode()
        assert "Harbour Light" in shown
        assert client.post(address, values).status_code == 302


class TestPartnership:
    def test_leaving_on_a_day(self, world):
        required_of_all(world)
        place = world.ours.partnership_memberships.get()
        client, address = sign_in(world.partnership_lead), page("partnership_leave", "riverside", place.pk)
        assert "The last day is" in client.post(address, {"on": TODAY.isoformat()}).content.decode()
        client.post(address, {"on": TODAY.isoformat(), "is_sure": "on"})
        place.refresh_from_db()
        assert place.ended_on == TODAY
        assert is_as_expected()


class TestUnits:
    def test_a_tree_of_any_depth(self, world):
        above = None
        for number in range(5):
            above = create_unit(organisation=world.ours, name=f"Level {number}", by=world.lead, parent=above)
        Membership.objects.filter(pk=world.member.pk).update(unit=above)
        rows = unit_rows(world.ours, TODAY)
        assert [(row.depth, row.people) for row in rows] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)]
        text = sign_in(world.partnership_lead).get(page("units", "riverside")).content.decode()
        assert "Mina" not in text
        few = len(queries_of(world.lead, page("units", "riverside")))
        for number in range(6):
            create_unit(organisation=world.ours, name=f"Other {number}", by=None, parent=above)
        assert len(queries_of(world.lead, page("units", "riverside"))) == few

    def test_no_unit_is_part_of_itself(self, world):
        top = create_unit(organisation=world.ours, name="Top", by=None)
        below = create_unit(organisation=world.ours, name="Below", by=None, parent=top)
        with pytest.raises(ValidationError, match="itself"):
            change_unit(unit=top, name="Top", parent=below, by=None)
        with pytest.raises(ValidationError, match="another organisation"):
            change_unit(unit=top, name="Top", parent=UnitFactory(organisation=world.theirs), by=None)

    def test_by_the_pages(self, world):
        client = sign_in(world.lead)
        client.post(page("unit_new", "riverside"), {"name": " Ward  4 ", "parent": ""})
        unit = Unit.objects.get()
        assert unit.name == "Ward 4"
        again = client.post(page("unit_new", "riverside"), {"name": "ward 4", "parent": ""}).content.decode()
        assert "already a unit" in again
        client.post(page("unit_change", "riverside", unit.pk), {"name": "Ward 5", "parent": ""})
        unit.refresh_from_db()
        assert unit.name == "Ward 5"
        assert client.get(page("unit_change", "harbour", unit.pk)).status_code == 403
