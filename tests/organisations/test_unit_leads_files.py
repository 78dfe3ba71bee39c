"""A file of who leads a unit touches only people of the unit and of the units below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from organisations import actions
from organisations.imports.planning import Here, Known, Outcome, Someone, make_plan
from organisations.imports.rows import PersonRow
from organisations.imports.values import Why
from organisations.imports.within import Within
from organisations.models import Appointment, ImportRun, Invitation, Membership, NamesSeen, Unit, User
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in
from tests.organisations.unit_world import Station

HEAD = "Name,E-mail,Staff number,Role,Unit,To\n"
ROLE = "Housing officer"

# --- the plan -------------------------------------------------------------------------------------
TODAY, LONG_AGO = date(2026, 11, 21), date(2020, 1, 1)
STATION, TEAM, DEPOT = 1, 2, 3
NURSE, DOCTOR = 1, 2


def here(pk: int, person: int, unit: int | None, role: int = NURSE, **more) -> Here:
    ended_on = more.pop("ended_on", None)
    return Here(pk, person, role, unit, "employee", f"S{pk}", f"p{person}@own.example", LONG_AGO, ended_on)


#: Of these 1 works in the team, 2 in the depot, 3 in both, 4 in no unit, 5 left the team, 6 left the depot; 7 is known
#: by an address of the organisation alone, and 8 has left the depot for the station.
KNOWN = Known(
    people={pk: Someone(pk, f"P {pk}", f"p{pk}@own.example", is_ours=True) for pk in range(1, 9)},
    here=[
        here(1, 1, TEAM),
        here(2, 2, DEPOT),
        here(3, 3, STATION),
        here(13, 3, DEPOT, DOCTOR),
        here(4, 4, None),
        here(5, 5, TEAM, ended_on=date(2026, 1, 1)),
        here(6, 6, DEPOT, ended_on=date(2026, 1, 1)),
        here(8, 8, DEPOT, DOCTOR, ended_on=date(2026, 1, 1)),
        here(18, 8, STATION),
    ],
    accounts={"p7@own.example": 7},
    domains={"own.example"},
    within=Within({STATION, TEAM}, default=STATION, leads={1}),
)


def said(person: int = 1, **more) -> PersonRow:
    values = {"name": f"P {person}", "email": f"p{person}@own.example", "staff_number": "", "role": NURSE, **more}
    return PersonRow(2, **values)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (said(1), Outcome.UNCHANGED),
        (said(1, unit=STATION), Outcome.MOVED),
        (said(1, role=DOCTOR), Outcome.MOVED),
        (said(3), Outcome.UNCHANGED),
        (said(3, kind="agency"), Outcome.MOVED),
        (said(3, ended_on=TODAY), Outcome.ENDED),
        (said(5), Outcome.BACK),
        (said(8, ended_on=TODAY), Outcome.ENDED),
        (said(9), Outcome.NEW),
    ],
)
def test_who_has_a_place_in_the_units_is_dealt_with_as_ever(row, outcome):
    (step,) = make_plan([row], KNOWN, TODAY).steps
    assert step.outcome == outcome
    assert step.membership in {1, 3, 18, None}


@pytest.mark.parametrize(
    "row",
    [
        said(2),
        said(2, role=DOCTOR, unit=STATION),
        said(2, ended_on=TODAY),
        said(3, role=DOCTOR),
        said(4),
        said(6, unit=STATION),
        said(7, unit=STATION),
        said(9, unit=DEPOT),
        said(1, unit=DEPOT),
        said(1, staff_number="S2"),
        said(9, email="", staff_number="S2"),
        said(9, email="", staff_number="S2", name="P 2"),
        said(1, ended_on=TODAY),
    ],
)
def test_of_anybody_else_the_same_is_told(row):
    (step,) = make_plan([row], KNOWN, TODAY).steps
    assert (step.outcome, [each.why for each in step.refusals]) == (Outcome.REFUSED, [Why.NOT_YOURS])
    assert [(each.field, each.text) for each in step.refusals] == [(None, "")]


def test_an_address_of_somebody_elsewhere_is_refused_in_the_same_words():
    known = replace(KNOWN, domains=())
    (step,) = make_plan([said(7)], known, TODAY).steps
    assert [each.why for each in step.refusals] == [Why.NOT_YOURS]


def test_who_works_elsewhere_too_keeps_name_and_address():
    people = {**KNOWN.people, 3: Someone(3, "P 3", "", is_ours=True), 1: Someone(1, "P 1", "", is_ours=True)}
    for person, name in ((3, ""), (8, ""), (1, "New Name")):
        (step,) = make_plan([said(person, name="New Name")], replace(KNOWN, people=people), TODAY).steps
        assert step.name == name
    (step,) = make_plan([said(3, name="New Name")], replace(KNOWN, people=people), TODAY).steps
    assert step.email == ""


def test_somebody_new_goes_into_the_one_unit_or_is_refused():
    (step,) = make_plan([said(9)], KNOWN, TODAY).steps
    assert step.row.unit == STATION
    (step,) = make_plan([said(9, unit=TEAM)], KNOWN, TODAY).steps
    assert step.row.unit == TEAM
    several = replace(KNOWN, within=replace(KNOWN.within, default=None))
    (step,) = make_plan([said(9)], several, TODAY).steps
    assert [each.why for each in step.refusals] == [Why.NO_UNIT]
    (step,) = make_plan([said(1)], several, TODAY).steps
    assert step.outcome == Outcome.UNCHANGED


def test_only_the_own_people_are_missing_and_no_lead():
    plan = make_plan([said(9)], KNOWN, TODAY)
    assert {each.pk for each in plan.missing} == {3, 18}


# --- from the file to the database ----------------------------------------------------------------
def bring(station: Station, text: str, by: User | None = None) -> ImportRun:
    run = actions.bring_file(
        place=station.world.ours,
        kind="people",
        content=(HEAD + text).encode(),
        file_name="s.csv",
        by=by or station.lead,
        at=timezone.now(),
        is_of_units=True,
    )
    actions.choose_columns(run=run, columns=run.columns, options={"makes_units": True}, is_queued=False)
    return actions.check_file(run=run, at=timezone.now())


def save(run: ImportRun, **more) -> ImportRun:
    actions.start_applying(run=run, mode="good", by=run.started_by, is_queued=False, **more)
    return actions.apply_import(run=run, at=timezone.now())


def reasons(run: ImportRun) -> dict[int, list[str]]:
    return {row.number: [why for _field, why, _text in row.refusals] for row in run.rows.filter(outcome="refused")}


def test_people_come_into_the_units_and_nobody_else_is_touched(station):
    dee, hal, mina = station.dee, station.hal, station.world.member
    before = list(Membership.objects.filter(pk__in=[dee.pk, hal.pk, mina.pk]).order_by("pk").values())
    run = bring(
        station,
        f"Nia New,nia@new.example,,{ROLE},,\n"
        f"Ned New,ned@new.example,,{ROLE},Team,\n"
        f"Neo New,neo@new.example,,{ROLE},Depot,\n"
        f"Nan New,nan@new.example,,{ROLE},New Unit,\n"
        f"Dee Depot,{dee.work_email},,{ROLE},Station,\n"
        f"Mina Member,{mina.work_email},,{ROLE},,2026-11-20\n"
        f"Hal Harbour,{hal.work_email},,{ROLE},,\n"
        f"Stan Station,{station.stan.work_email},,{ROLE},Team,\n",
    )
    assert reasons(run) == {
        4: [Why.OTHER_UNIT],
        5: [Why.OTHER_UNIT],
        6: [Why.NOT_YOURS],
        7: [Why.NOT_YOURS],
        8: [Why.NOT_YOURS],
    }
    save(run)
    assert Membership.objects.get(person__name="Nia New").unit == station.unit
    assert Membership.objects.get(person__name="Ned New").unit == station.team
    assert Membership.objects.get(person=station.stan.person, ended_on=None).unit == station.team
    assert not User.objects.filter(name__in=("Neo New", "Nan New")).exists()
    assert not Unit.objects.filter(name="New Unit").exists()
    assert list(Membership.objects.filter(pk__in=[dee.pk, hal.pk, mina.pk]).order_by("pk").values()) == before
    assert not Membership.objects.filter(person__in=[dee.person, mina.person]).exclude(pk__in=[dee.pk, mina.pk])


def test_an_account_of_the_organisations_domain_is_not_drawn_in(station):
    OrganisationDomainFactory(organisation=station.world.ours, domain="ours.example")
    UserFactory(name="Ola Ours", email="ola@ours.example")
    run = bring(station, f"Ola Ours,ola@ours.example,,{ROLE},,\n")
    assert reasons(run) == {2: [Why.NOT_YOURS]}


def test_who_comes_back_is_told_by_their_last_day_in_the_units_and_none_elsewhere(station):
    tess, ours = station.tess, station.world.ours
    Membership.objects.filter(pk=tess.pk).update(started_on=date(2020, 1, 6), ended_on=date(2021, 3, 5))
    MembershipFactory(
        person=tess.person,
        organisation=ours,
        unit=station.depot,
        started_on=date(2022, 1, 6),
        ended_on=date(2024, 5, 6),
    )
    run = bring(station, f"Tess Team,{tess.work_email},,{ROLE},Team,\n")
    text = sign_in(station.lead).get(page("people_import", "riverside", run.pk)).content.decode()
    assert "who left on 5 March 2021" in text
    assert "2024" not in text


def test_who_leads_two_units_says_in_which(station):
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.team, person=station.lead)
    run = bring(station, f"Nia New,nia@new.example,,{ROLE},,\n")
    assert reasons(run) == {2: [Why.NO_UNIT]}


def test_who_is_missing_leaves_only_the_units_and_no_lead_goes(station):
    leading = member_of(station.world.ours, station.world.role, name="Lia Lead", unit=station.team)
    held = AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=station.world.ours, person=leading.person)
    run = bring(station, f"Stan Station,{station.stan.work_email},,{ROLE},,\n")
    assert run.planned["missing"] == 1
    save(run, missing_end_on=date(2026, 11, 20))
    ended = Membership.objects.filter(ended_on__isnull=False)
    assert [each.pk for each in ended] == [station.tess.pk]
    held.refresh_from_db()
    assert held.ended_on is None


def test_an_invitation_of_the_organisations_own_lead_stays(station):
    world, nia = station.world, "nia@new.example"
    offered = InvitationFactory(organisation=world.ours, email=nia, invited_by=world.lead, is_for_lead=True)
    save(bring(station, f"Nia New,{nia},,{ROLE},,\n"), sends_invitations=True)
    offered.refresh_from_db()
    assert offered.withdrawn_at is None
    assert Invitation.objects.filter(email=nia, invited_by=station.lead, withdrawn_at=None).exists()


@pytest.mark.parametrize("has", ["nothing", "an appointment", "another employer", "signed in"])
def test_who_is_known_under_another_entry_gets_no_address_from_a_file(station, has):
    ours, role = station.world.ours, station.world.role
    noor, other = (UserFactory(name=name, email="", verified=False) for name in ("Noor Number", "Noor N."))
    MembershipFactory(person=noor, organisation=ours, role=role, unit=station.team, staff_number="N-7")
    if has == "an appointment":
        AppointmentFactory(person=other, kind=Kind.ORGANISATION_LEAD, organisation=ours)
    elif has == "another employer":
        MembershipFactory(person=other, organisation=station.world.theirs, role=role)
    elif has == "signed in":
        User.objects.filter(pk=other.pk).update(last_login=timezone.now())
    if has != "nothing":
        User.objects.filter(pk=other.pk).update(merged_into=noor, is_active=False)
    save(bring(station, f"Noor Number,noor@new.example,N-7,{ROLE},,\n"))
    noor.refresh_from_db()
    assert noor.email == ("noor@new.example" if has == "nothing" else "")


@pytest.mark.parametrize("change", ["moved away", "leads", "led no more"])
def test_what_changed_in_between_is_looked_at_again(station, change):
    run = bring(station, f"Stan Station,{station.stan.work_email},,{ROLE},Team,\n")
    if change == "moved away":
        Membership.objects.filter(pk__in=[station.tess.pk, station.stan.pk]).update(unit=station.depot)
    elif change == "leads":
        AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.depot, person=station.tess.person)
    else:
        Appointment.objects.filter(person=station.lead).update(ended_on=date(2026, 11, 21))
    save(run, missing_end_on=date(2026, 11, 20))
    station.tess.refresh_from_db()
    assert station.tess.ended_on is None
    moved = Membership.objects.get(person=station.stan.person, ended_on=None).unit
    assert moved == {"moved away": station.depot, "leads": station.team, "led no more": station.unit}[change]


# --- the pages ------------------------------------------------------------------------------------
def upload(client, text: str, place: str = "riverside"):
    return client.post(
        page("people_import_new", place), {"file": SimpleUploadedFile("staff.csv", (HEAD + text).encode())}
    )


def test_a_unit_lead_brings_a_file_and_finds_only_their_own(station):
    client = sign_in(station.lead)
    new = page("people_import_new", "riverside")
    assert new in client.get(page("people", "riverside")).content.decode()
    assert "New people of whom it names no unit go into" in client.get(new).content.decode()
    upload(sign_in(station.world.lead), f"Dee Depot,dee@new.example,,{ROLE},Depot,\n")
    theirs = ImportRun.objects.get()
    response = upload(client, f"Nia New,nia@new.example,,{ROLE},Nowhere,\n")
    run = ImportRun.objects.get(started_by=station.lead)
    assert (run.is_of_units, theirs.is_of_units) == (True, False)
    columns = client.get(response.url).content.decode()
    assert "makes_units" not in columns
    assert (
        "makes_units"
        in sign_in(station.world.lead).get(page("people_import_columns", "riverside", theirs.pk)).content.decode()
    )
    client.post(response.url, run.columns)
    actions.check_file(run=run, at=timezone.now())
    text = client.get(page("people_import", "riverside", run.pk)).content.decode()
    assert "Your stations, wards and teams: Station, Team." in text.replace("\u2068", "").replace("\u2069", "")
    assert page("units", "riverside") not in text
    assert NamesSeen.objects.filter(seen_by=station.lead, place="import").exists()
    for part in ("people_import", "people_import_columns", "people_import_errors"):
        assert client.get(page(part, "riverside", theirs.pk)).status_code == 404
    for part in ("people_import_apply", "people_import_cancel"):
        assert client.post(page(part, "riverside", theirs.pk)).status_code == 404
    assert page("people_import", "riverside", theirs.pk) not in client.get(new).content.decode()
    beside = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.depot).person
    assert sign_in(beside).get(page("people_import", "riverside", run.pk)).status_code == 404
    assert sign_in(station.world.lead).get(page("people_import", "riverside", run.pk)).status_code == 200
    for closed in (page("headcounts_import_new", "riverside"), page("people_import_new", "harbour")):
        assert client.get(closed).status_code == 403


def test_the_page_of_a_file_asks_as_often_for_any_number_of_people_elsewhere(station):
    def asked(count: int) -> int:
        for _ in range(count):
            unit = UnitFactory(organisation=station.world.ours, parent=station.unit)
            MembershipFactory(organisation=station.world.ours, unit=unit, role=RoleFactory())
        rows = "".join(f"N {n},n{count}-{n}@new.example,,{ROLE},,\n" for n in range(count))
        run = bring(station, rows)
        return len(queries_of(station.lead, page("people_import", "riverside", run.pk)))

    assert asked(1) == asked(12)
