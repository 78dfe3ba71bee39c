"""The lead of a unit looks after its people and those of the units below it, and learns nothing of anybody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from organisations.actions import change_membership, move_member
from organisations.models import Appointment, Away, JoinRequest, Membership, NamesSeen, User
from tests.factories.organisations import (
    AppointmentFactory,
    AwayFactory,
    MembershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in
from tests.organisations.unit_world import Station

LIST = ("people", "riverside")
#: Nobody of these works in the station or below it.
OTHERS = ("Ada Lead", "Mina Member", "Dee Depot", "Hal Harbour", "Bo Harbour")


def names(response) -> list[str]:
    return [str(membership.person) for membership in response.context["page_obj"]]


def of_stan(station: Station, name: str, *more: int) -> str:
    return page(name, "riverside", station.stan.pk, *more)


# --- the list -------------------------------------------------------------------------------------
def test_the_list_holds_the_people_of_the_unit_and_of_those_below_it(station):
    JoinRequest.objects.create(
        person=UserFactory(name="Wanda Wants"),
        organisation=station.world.ours,
        role=station.world.role,
        email="wanda@example.org",
    )
    AwayFactory(membership=station.dee, started_on=date(2026, 11, 1), ended_on=None)
    response = sign_in(station.lead).get(page(*LIST))
    assert names(response) == ["Stan Station", "Tess Team", "Una Unit"]
    assert (response.context["total"], response.context["unconfirmed"]) == (3, 1)
    text = response.content.decode()
    assert "Station, Riverside Council" in text
    for other in (*OTHERS, "Wanda", "Driver", "Depot"):
        assert other not in text
    closed = (
        page("invitations_several", "riverside"),
        page("headcounts", "riverside"),
        reverse("records:completions", args=["riverside"]),
    )
    assert not [address for address in closed if address in text]


@pytest.mark.parametrize(
    "search", [{"name": "Dee"}, {"name": "mina"}, {"name": "example"}, {"show": "away"}, {"role": "driver"}]
)
def test_no_search_and_no_choice_finds_anybody_else(station, search):
    AwayFactory(membership=station.dee, started_on=date(2026, 11, 1), ended_on=None)
    if "role" in search:
        search = {"role": station.dee.role_id}
    response = sign_in(station.lead).post(page(*LIST), search, follow=True)
    assert not set(names(response)) & set(OTHERS)
    assert response.context["page_obj"].paginator.count == len(names(response))


def test_a_place_elsewhere_of_who_was_put_together_hides_nobody(station):
    going_on = member_of(station.world.ours, station.world.role, name="Stan S.", unit=station.depot)
    User.objects.filter(pk=station.stan.person_id).update(merged_into=going_on.person)
    response = sign_in(station.lead).get(page(*LIST))
    assert next(iter(response.context["page_obj"])).pk == station.stan.pk
    assert response.context["total"] == 3


def test_looks_are_noted(station):
    client = sign_in(station.lead)
    client.get(page(*LIST))
    client.get(of_stan(station, "person"))
    looks = NamesSeen.objects.filter(seen_by=station.lead).values_list("organisation", "place", "rows")
    assert set(looks) == {(station.world.ours.pk, "people", 3), (station.world.ours.pk, "person", 1)}


@pytest.mark.parametrize("name", ["people", "person"])
def test_the_pages_cost_the_same_at_two_sizes(station, name):
    address = page(*LIST) if name == "people" else of_stan(station, "person")
    before = queries_of(station.lead, address)
    for _ in range(12):
        unit = UnitFactory(organisation=station.world.ours, parent=station.team)
        AwayFactory(membership=member_of(station.world.ours, RoleFactory(), is_confirmed=False, unit=unit))
        MembershipFactory(person=station.stan.person, organisation=station.world.ours, unit=unit, role=RoleFactory())
    assert len(queries_of(station.lead, address)) == len(before) <= 9


def test_the_way_there_is_a_tab_and_a_link_from_coverage(station):
    client = sign_in(station.lead)
    assert client.get(reverse("organisations:organisations"))["Location"] == page(*LIST)
    assert page(*LIST) in client.get(reverse("reporting:organisation", args=["riverside"])).content.decode()
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.far, person=station.lead)
    for address in (reverse("organisations:organisations"), reverse("reporting:coverage")):
        text = client.get(address).content.decode()
        assert page(*LIST) in text
        assert page("people", "harbour") in text
    assert names(client.get(page("people", "harbour"))) == ["Hal Harbour"]


def test_who_leads_a_partnership_and_a_unit_sees_the_people_of_the_unit(station):
    person = station.world.partnership_lead
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.team, person=person)
    client = sign_in(person)
    assert names(client.get(page(*LIST))) == ["Tess Team"]
    assert client.get(page("person", "riverside", station.stan.pk)).status_code == 404
    assert "You see numbers here and no names" in client.get(page("people", "harbour")).content.decode()


def test_what_has_ended_opens_nothing(station):
    Appointment.objects.filter(person=station.lead).update(ended_on=date(2026, 11, 21))
    client = sign_in(station.lead)
    for address in (page(*LIST), of_stan(station, "person"), page("person_new", "riverside")):
        assert client.get(address).status_code == 403


# --- one of them ----------------------------------------------------------------------------------
ABOUT_ONE = (
    "person",
    "person_role",
    "person_end",
    "person_return",
    "person_away",
    "person_code",
    "person_twice",
)


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_nobody_else_is_there(station, name):
    client = sign_in(station.lead)
    for other in (station.dee, station.world.member, station.hal):
        for place in ("riverside", "harbour"):
            assert client.get(page(name, place, other.pk)).status_code in (403, 404)
            assert client.post(page(name, place, other.pk)).status_code in (403, 404, 405)
    assert client.post(page("person_confirm", "riverside", station.dee.pk)).status_code == 404
    assert not Membership.objects.get(pk=station.dee.pk).is_role_confirmed


def test_the_page_of_a_person_tells_nothing_of_other_places(station):
    world = station.world
    MembershipFactory(person=station.stan.person, organisation=world.ours, role=RoleFactory(name="Night porter"))
    MembershipFactory(
        person=station.stan.person,
        organisation=world.ours,
        role=RoleFactory(name="Old job"),
        unit=station.depot,
        ended_on=date(2026, 11, 1),
    )
    MembershipFactory(
        person=station.stan.person, organisation=world.ours, role=RoleFactory(name="Second job"), unit=station.team
    )
    Membership.objects.filter(pk=station.stan.pk).update(role_confirmed_by=world.lead)
    text = sign_in(station.lead).get(of_stan(station, "person")).content.decode()
    assert "Second job" in text
    closed = (of_stan(station, "person_twice"), reverse("records:person_record", args=["riverside", station.stan.pk]))
    for secret in ("Night porter", "Old job", "Depot", "Ada Lead", *closed):
        assert secret not in text
    assert sign_in(station.lead).get(closed[1]).status_code == 403


def test_who_has_left_is_there_for_a_while_and_who_went_elsewhere_is_not(station):
    client, person = sign_in(station.lead), of_stan(station, "person")
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 10, 22))
    assert client.get(person).status_code == 200
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 10, 21))
    assert client.get(person).status_code == 404
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 11, 1))
    went = MembershipFactory(
        person=station.stan.person,
        organisation=station.world.ours,
        role=station.world.role,
        unit=station.depot,
        started_on=date(2026, 11, 2),
    )
    for name in ("person", "person_return"):
        assert client.get(of_stan(station, name)).status_code == 404
        assert client.get(page(name, "riverside", went.pk)).status_code == 404


# --- what is done about them ----------------------------------------------------------------------
def test_a_person_moves_within_the_units_only(station):
    client, address = sign_in(station.lead), of_stan(station, "person_role")
    form = client.get(address).context["form"]
    assert set(form.fields["unit"].queryset) == {station.unit, station.team}
    data = {"role": station.world.role.pk, "kind": "agency", "on": "2026-11-01"}
    for unit in (station.depot.pk, station.far.pk, "", 99999):
        assert "There is a problem" in client.post(address, {**data, "unit": unit}).content.decode()
    assert Membership.objects.get(person=station.stan.person).ended_on is None
    client.post(address, {**data, "unit": station.team.pk})
    following = Membership.objects.get(person=station.stan.person, ended_on=None)
    assert (following.unit, following.kind) == (station.team, "agency")
    assert client.get(page("person", "riverside", following.pk)).status_code == 200


def test_nobody_moves_whom_another_lead_has_moved_out_of_the_units_meanwhile(station):
    seen, role = Membership.objects.get(pk=station.stan.pk), RoleFactory()
    on, lead = station.stan.started_on, User.objects.get(pk=station.lead.pk)
    move_member(
        membership=station.stan,
        role=station.world.role,
        unit=station.depot,
        kind="employee",
        on=on,
        by=station.world.lead,
    )
    with pytest.raises(ValidationError, match="not among yours any more"):
        move_member(membership=seen, role=role, unit=station.unit, kind="employee", on=on, by=lead)
    station.stan.refresh_from_db()
    assert (station.stan.unit, station.stan.role) == (station.depot, station.world.role)


def test_a_move_keeps_what_was_corrected_meanwhile(station):
    seen = Membership.objects.get(pk=station.stan.pk)
    change_membership(membership=station.stan, by=None, staff_number="N-8")
    moved = move_member(
        membership=seen,
        role=RoleFactory(),
        unit=station.unit,
        kind="employee",
        on=date(2026, 11, 1),
        by=station.world.lead,
    )
    assert moved.staff_number == "N-8"


def test_a_place_elsewhere_is_neither_changed_nor_told(station):
    role = RoleFactory(name="Night porter")
    elsewhere = MembershipFactory(
        person=station.stan.person, organisation=station.world.ours, role=role, unit=station.depot
    )
    data = {"role": role.pk, "kind": "employee", "on": "2026-11-01", "unit": station.unit.pk}
    text = sign_in(station.lead).post(of_stan(station, "person_role"), data).content.decode()
    assert "This role cannot be given from here" in text
    assert "already" not in text
    own = sign_in(station.world.lead).post(of_stan(station, "person_role"), data).content.decode()
    assert "This person already has this role here." in own
    sign_in(station.lead).post(of_stan(station, "person_end"), {"on": "2026-11-20"})
    elsewhere.refresh_from_db()
    station.stan.refresh_from_db()
    assert (elsewhere.ended_on, station.stan.ended_on) == (None, date(2026, 11, 20))


def test_a_place_to_come_stands_in_the_way_of_its_role_too(station):
    role = RoleFactory(name="Night porter")
    MembershipFactory(
        person=station.stan.person,
        organisation=station.world.ours,
        role=role,
        unit=station.depot,
        started_on=date(2026, 12, 1),
    )
    data = {"role": role.pk, "kind": "employee", "on": "2026-11-01", "unit": station.unit.pk}
    text = sign_in(station.lead).post(of_stan(station, "person_role"), data).content.decode()
    assert "This role cannot be given from here" in text
    # Whoever leaves before it comes does not have it twice.
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 11, 30))
    sign_in(station.lead).post(of_stan(station, "person_role"), data)
    assert Membership.objects.filter(person=station.stan.person, role=role).count() == 2


@pytest.mark.parametrize("role", ["another", "the same"])
@pytest.mark.parametrize("began", ["later", "that day"])
def test_what_follows_elsewhere_is_not_told_of_a_last_day(station, role, began):
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 11, 30))
    MembershipFactory(
        person=station.stan.person,
        organisation=station.world.ours,
        role=station.world.role if role == "the same" else RoleFactory(),
        unit=station.depot,
        started_on=date(2026, 12, 1) if began == "later" else date(2026, 11, 30),
    )
    address = of_stan(station, "person_return")
    response = sign_in(station.lead).post(address, follow=True)
    if (role, began) == ("another", "that day"):
        # They have both.
        assert "is back" in response.content.decode()
        return
    assert "This last day cannot be taken away from here" in response.content.decode()
    own = sign_in(station.world.lead).post(address).content.decode()
    assert "This person has had another place here since." in own


def test_who_went_elsewhere_on_their_last_day_is_not_there(station):
    Membership.objects.filter(pk=station.stan.pk).update(ended_on=date(2026, 11, 10))
    for started_on, status in ((date(2026, 11, 9), 200), (date(2026, 11, 10), 404)):
        MembershipFactory(
            person=station.stan.person,
            organisation=station.world.ours,
            role=RoleFactory(),
            unit=station.depot,
            started_on=started_on,
        )
        assert sign_in(station.lead).get(of_stan(station, "person")).status_code == status


def test_who_stayed_one_day_is_there_for_a_while(station):
    day = date(2026, 11, 10)
    Membership.objects.filter(pk=station.stan.pk).update(started_on=day, ended_on=day)
    assert sign_in(station.lead).get(of_stan(station, "person")).status_code == 200


def test_a_role_is_confirmed_and_a_tampered_tick_confirms_nothing(station):
    client, address = sign_in(station.lead), page("people_confirm", "riverside")
    for other in (station.dee, station.hal, station.world.member):
        assert client.post(address, {"membership": [station.tess.pk, other.pk]}).status_code == 404
    assert not Membership.objects.get(pk=station.tess.pk).is_role_confirmed
    assert client.post(address, {"membership": [station.tess.pk]}).status_code == 302
    assert Membership.objects.get(pk=station.tess.pk).role_confirmed_by == station.lead


def test_days_away_a_last_day_and_back(station):
    client = sign_in(station.lead)
    client.post(of_stan(station, "person_away"), {"started_on": "2026-11-01", "ended_on": ""})
    away = Away.objects.get(membership=station.stan)
    client.post(of_stan(station, "person_away_end", away.pk), {"on": "2026-11-21"})
    away.refresh_from_db()
    assert away.ended_on == date(2026, 11, 20)
    others = AwayFactory(membership=station.dee)
    assert client.post(of_stan(station, "person_away_end", others.pk), {"on": "2026-11-01"}).status_code == 404
    done = client.post(of_stan(station, "person_end"), {"on": "2026-11-20"}, follow=True)
    assert "This place ended on 20 November 2026" in done.content.decode()
    assert "Stan Station is back" in client.post(of_stan(station, "person_return"), follow=True).content.decode()
    station.stan.refresh_from_db()
    assert station.stan.ended_on is None


@pytest.mark.parametrize("led", ["organisation", "team", "station", "depot"])
def test_the_last_day_of_another_lead_is_not_theirs_to_save(station, led):
    units = {"team": station.team, "station": station.unit, "depot": station.depot}
    scope = {"unit": units[led], "kind": Kind.UNIT_LEAD} if led in units else {"organisation": station.world.ours}
    held = AppointmentFactory(person=station.stan.person, **{"kind": Kind.ORGANISATION_LEAD, **scope})
    text = sign_in(station.lead).post(of_stan(station, "person_end"), {"on": "2026-11-20"}).content.decode()
    assert "This person leads something here" in text
    held.refresh_from_db()
    station.stan.refresh_from_db()
    assert (held.ended_on, station.stan.ended_on) == (None, None)
    sign_in(station.world.lead).post(of_stan(station, "person_end"), {"on": "2026-11-20"})
    station.stan.refresh_from_db()
    assert station.stan.ended_on == date(2026, 11, 20)


def test_a_unit_lead_who_leaves_leads_no_more(station):
    own, client = Membership.objects.get(person=station.lead), sign_in(station.lead)
    client.post(page("person_end", "riverside", own.pk), {"on": "2026-11-21"})
    assert client.get(page(*LIST)).status_code == 403
