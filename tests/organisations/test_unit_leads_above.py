"""Of somebody who looks after more than a unit its lead changes neither place nor days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organisations.access_people import part_of_units
from organisations.actions import end_away, end_membership, move_member, record_away, reopen_membership
from organisations.imports.planning import Known, Outcome, Someone, make_plan
from organisations.imports.within import Within
from organisations.models import Appointment, Away, Membership, User
from organisations.selectors_imports import within_of
from tests.factories.organisations import AppointmentFactory, AwayFactory, RoleFactory, UnitFactory
from tests.organisations.lead_world import Kind, page, sign_in
from tests.organisations.test_import_planning import TODAY, place, row
from tests.organisations.unit_world import Station

DAY = date(2026, 11, 10)
ABOVE = [
    "own lead",
    "own lead to come",
    "merged lead",
    "partnership",
    "unit beside",
    "unit above",
    "operator",
    "superuser",
]
NOT_ABOVE = [
    *("nothing", "own lead once", "unit itself", "unit below", "trainer", "reviewer"),
    *("lead elsewhere", "partnership elsewhere", "unit elsewhere"),
]


def appoint(station: Station, what: str) -> None:
    """Gives Stan, who works in the station, what is said."""
    person, world = station.stan.person, station.world
    if what == "merged lead":
        person = User.objects.create(name="Stan", merged_into=person)
        AppointmentFactory(person=person, kind=Kind.ORGANISATION_LEAD, organisation=world.ours)
    elif what == "superuser":
        User.objects.filter(pk=person.pk).update(is_superuser=True)
    elif what == "unit above":
        above = UnitFactory(organisation=world.ours, name="Force")
        type(station.unit).objects.filter(pk=station.unit.pk).update(parent=above)
        AppointmentFactory(person=person, kind=Kind.UNIT_LEAD, unit=above)
    elif what != "nothing":
        elsewhere = world.foreign.partnership_memberships.get().partnership
        kind, fields = {
            "own lead": (Kind.ORGANISATION_LEAD, {"organisation": world.ours}),
            "own lead to come": (
                Kind.ORGANISATION_LEAD,
                {"organisation": world.ours, "started_on": date(2026, 12, 1)},
            ),
            "own lead once": (Kind.ORGANISATION_LEAD, {"organisation": world.ours, "ended_on": date(2026, 3, 1)}),
            "partnership": (Kind.PARTNERSHIP_LEAD, {"partnership": world.partnership}),
            "unit beside": (Kind.UNIT_LEAD, {"unit": station.depot}),
            "operator": (Kind.OPERATOR, {}),
            "unit itself": (Kind.UNIT_LEAD, {"unit": station.unit}),
            "unit below": (Kind.UNIT_LEAD, {"unit": station.team}),
            "trainer": (Kind.TRAINER, {"partnership": world.partnership}),
            "reviewer": (Kind.REVIEWER, {"partnership": world.partnership}),
            "lead elsewhere": (Kind.ORGANISATION_LEAD, {"organisation": world.foreign}),
            "partnership elsewhere": (Kind.PARTNERSHIP_LEAD, {"partnership": elsewhere}),
            "unit elsewhere": (Kind.UNIT_LEAD, {"unit": station.far}),
        }[what]
        AppointmentFactory(person=person, kind=kind, **fields)


def changes(station: Station, by: User | None):
    """What would change where or when Stan works, each by itself."""
    stan = Membership.objects.get(pk=station.stan.pk)
    away = AwayFactory(membership=stan, started_on=date(2026, 10, 1), ended_on=date(2026, 10, 9))
    moved = {"role": RoleFactory(), "unit": station.team, "kind": "employee", "on": DAY}
    return {
        "away": lambda: record_away(membership=stan, started_on=DAY, by=by),
        "back": lambda: end_away(away=away, on=date(2026, 10, 5), by=by),
        "move": lambda: move_member(membership=stan, by=by, **moved),
        "end": lambda: end_membership(membership=stan, on=DAY, by=by),
    }


@pytest.mark.parametrize("change", ["away", "back", "move", "end"])
@pytest.mark.parametrize("what", ABOVE)
def test_the_lead_of_a_unit_changes_nothing_of_who_is_above(station, what, change):
    appoint(station, what)
    with pytest.raises(ValidationError, match="Only the organisation's own lead"):
        changes(station, station.lead)[change]()
    stan = Membership.objects.get(pk=station.stan.pk)
    assert (stan.ended_on, stan.unit) == (None, station.unit)
    assert list(Away.objects.values_list("started_on", "ended_on")) == [(date(2026, 10, 1), date(2026, 10, 9))]


@pytest.mark.parametrize("by", ["own lead", "nobody", "themselves"])
@pytest.mark.parametrize("change", ["away", "back", "move", "end"])
def test_others_do(station, change, by):
    appoint(station, "partnership")
    # Stan leads the unit as well.
    AppointmentFactory(person=station.stan.person, kind=Kind.UNIT_LEAD, unit=station.unit)
    who = {"own lead": station.world.lead, "nobody": None, "themselves": station.stan.person}[by]
    changes(station, who)[change]()


@pytest.mark.parametrize("what", NOT_ABOVE)
def test_everybody_else_is_theirs_to_look_after(station, what):
    appoint(station, what)
    done = changes(station, station.lead)
    for change in ("away", "back", "move"):
        done[change]()
    assert Membership.objects.filter(person=station.stan.person, unit=station.team).exists()


@pytest.mark.parametrize("what", ["own lead", "partnership", "nothing"])
def test_nor_do_they_take_their_last_day_away(station, what):
    stan, last = Membership.objects.get(pk=station.stan.pk), date(2027, 1, 31)
    end_membership(membership=stan, on=last, by=station.world.lead)
    appoint(station, what)
    link = page("person_return", "riverside", stan.pk)
    is_theirs = what == "nothing"
    assert (link in sign_in(station.lead).get(page("person", "riverside", stan.pk)).text) is is_theirs
    if is_theirs:
        reopen_membership(membership=stan, by=station.lead)
    else:
        with pytest.raises(ValidationError, match="Only the organisation's own lead"):
            reopen_membership(membership=stan, by=station.lead)
    assert Membership.objects.get(pk=stan.pk).ended_on == (None if is_theirs else last)


def test_the_page_says_so_and_offers_nothing_else(station):
    appoint(station, "own lead")
    AwayFactory(membership=station.stan, started_on=date(2026, 11, 1), ended_on=None)
    parts = ("person_role", "person_end", "person_away")
    for lead, is_offered in ((station.lead, False), (station.world.lead, True)):
        client = sign_in(lead)
        text = client.get(page("person", "riverside", station.stan.pk)).text
        assert ("looks after more than your units" in text) is not is_offered
        assert ("Change the end" in text) is is_offered
        for part in parts:
            assert (page(part, "riverside", station.stan.pk) in text) is is_offered
    said = sign_in(station.lead).post(page("person_away", "riverside", station.stan.pk), {"started_on": "2026-11-10"})
    assert "Only the organisation&#x27;s own lead saves this." in said.text
    # Of another organisation nothing is said at all.
    assert sign_in(station.world.their_lead).get(page("person", "riverside", station.stan.pk)).status_code == 403


# --- files -----------------------------------------------------------------------------------------
def test_a_file_neither_moves_nor_ends_who_is_above():
    station, team = 7, 8
    within = Within({station, team}, default=station, above={1})
    known = Known(
        {1: Someone(1, "Asha Khan", "asha@own.example")}, [place(unit=station, work_email="asha@own.example")]
    )
    known.within = within
    for changed, outcome in (
        ({"unit": team}, Outcome.REFUSED),
        ({"ended_on": TODAY}, Outcome.REFUSED),
        ({"unit": station}, Outcome.UNCHANGED),
    ):
        plan = make_plan([row(**changed)], known, TODAY)
        assert [step.outcome for step in plan.steps] == [outcome]
    assert make_plan([], known, TODAY).missing == ()


@pytest.mark.parametrize(("above", "outcome"), [({1}, Outcome.REFUSED), ((), Outcome.BACK)])
def test_nor_does_it_bring_them_back(above, outcome):
    ended = place(unit=7, work_email="asha@own.example", ended_on=TODAY - timedelta(days=90))
    known = Known({1: Someone(1, "Asha Khan", "asha@own.example")}, [ended])
    known.within = Within({7}, default=7, above=above)
    assert [step.outcome for step in make_plan([row()], known, TODAY).steps] == [outcome]


@pytest.mark.parametrize("what", [*ABOVE, *NOT_ABOVE])
def test_a_file_of_a_unit_lead_knows_who_is_above(station, what):
    appoint(station, what)
    part = part_of_units(station.lead, "riverside", timezone.now().date())
    within = within_of(part)
    assert (station.stan.person_id in within.above) is (what in ABOVE)
    assert Appointment.objects.exists()
