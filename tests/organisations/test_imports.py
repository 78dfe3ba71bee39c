"""Files of people and headcounts are brought, compared and saved."""

from __future__ import annotations

import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry

from organisations import actions
from organisations.bulk import add_rows
from organisations.import_kinds import kind_of
from organisations.models import Appointment, Away, Headcount, ImportRow, ImportRun, Invitation, Membership, User
from records.models import Standing
from records.selectors.expected_standing import batches_of_people, standing_differences
from tests.factories.organisations import (
    AppointmentFactory,
    AwayFactory,
    OrganisationDomainFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)
from tests.organisations.lead_world import member_of

TODAY = date(2026, 11, 21)
HEAD = "Name,E-mail,Staff number,Role,Unit,Works here as,From,To\n"


def bring(world, text, kind="people", by=None):
    run = actions.bring_file(
        place=world.ours, kind=kind, content=text.encode(), file_name="s.csv", by=by, at=timezone.now()
    )
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    return actions.check_file(run=run, at=timezone.now())


def save(world, text, mode="good", kind="people", by=None, **more):
    run = bring(world, text, kind, by)
    actions.start_applying(run=run, mode=mode, by=by, is_queued=False, **more)
    return actions.apply_import(run=run, at=timezone.now())


def standing_is_right():
    return not any(standing_differences(batch) for batch in batches_of_people())


@pytest.fixture
def unit(world):
    return UnitFactory(organisation=world.ours, name="North")


def test_nobody_confirms_by_a_file_what_they_do_under_another_account(world):
    twin = member_of(world.ours, world.role, name="Twin", started_on=date(2026, 1, 5))
    RoleFactory(slug="warden", name_en="Warden")
    lead = UserFactory()
    User.objects.filter(pk=twin.person_id).update(merged_into=lead, is_active=False)
    save(world, HEAD + f"Twin,{twin.work_email},,Warden,,,,\n", by=lead)
    moved = Membership.objects.get(person=twin.person, role__slug="warden")
    assert (moved.role_confirmed_at, moved.role_confirmed_by) == (None, None)


def test_people_come_in_and_the_same_file_changes_nothing(world, unit):
    text = HEAD + (
        "Asha Khan,Asha@New.example,A1,Housing officer,North,volunteer,3/4/2026,\n"
        "Bo Short,,B2,housing-officer,,,,\n"
        ",nobody@new.example,,Pilot,,,,\n"
    )
    run = save(world, text, by=world.lead)
    assert run.state == ImportRun.State.DONE
    assert run.done == {"new": 2, "unchanged": 0, "refused": 1}
    asha = User.objects.get(email="asha@new.example")
    place = asha.memberships.get()
    assert (asha.name, place.kind, place.unit, place.staff_number) == ("Asha Khan", "volunteer", unit, "A1")
    assert (place.started_on, place.work_email, place.role_confirmed_by) == (date(2026, 4, 3), asha.email, world.lead)
    assert not asha.has_usable_password()
    assert not EmailAddress.objects.get(user=asha).verified
    assert User.objects.get(name="Bo Short").memberships.get().staff_number == "B2"
    assert [row.number for row in run.rows.all()] == [4]
    before = list(Membership.objects.order_by("pk").values())
    again = save(world, text, by=world.lead)
    assert again.done == {"unchanged": 2, "refused": 1}
    assert list(Membership.objects.order_by("pk").values()) == before
    assert standing_is_right()


def test_a_move_ends_one_membership_and_begins_the_next(world, unit):
    member = world.member
    AwayFactory(membership=member, started_on=date(2026, 11, 1), ended_on=date(2026, 12, 1))
    RoleFactory(slug="driver", name="Driver", name_en="Driver")
    run = save(world, HEAD + f"Mina Member,{member.work_email},M7,Driver,North,,,\n")
    assert run.done["moved"] == 1
    old, new = Membership.objects.of(member.person).order_by("started_on")
    assert (old.pk, old.ended_on, old.role) == (member.pk, date(2026, 11, 20), world.role)
    assert (new.started_on, new.role.slug, new.unit, new.staff_number) == (TODAY, "driver", unit, "M7")
    days = Away.objects.order_by("started_on").values_list("membership", "started_on", "ended_on")
    assert list(days) == [
        (old.pk, date(2026, 11, 1), date(2026, 11, 20)),
        (new.pk, TODAY, date(2026, 12, 1)),
    ]
    assert standing_is_right()


def test_units_that_are_not_there_are_made(world, unit):
    text = HEAD + (
        "Asha,a@new.example,,Housing officer,North / Team A,,,\n"
        "Bo,b@new.example,,Housing officer,north / TEAM A,,,\n"
        "Cy,c@new.example,,Housing officer,Ward 4,,,\n"
        f"Mina Member,{world.member.work_email},,Housing officer,Ward 4,,,\n"
        "Ed,e@new.example,,Pilot,Ward 9,,,\n"
    )
    run = bring(world, text)
    assert [hint.text for hint in kind_of("people").hints(run)] == [
        "2 stations, wards or teams are new and will be made: North / Team A, Ward 4.",
        "The roles that there are: Housing officer.",
    ]
    assert not world.ours.units.exclude(pk=unit.pk).exists()
    actions.start_applying(run=run, mode="good", by=world.lead, is_queued=False)
    actions.apply_import(run=run, at=timezone.now())
    team, ward = world.ours.units.exclude(pk=unit.pk).order_by("pk")
    assert (team.name, team.parent, ward.name, ward.parent) == ("Team A", unit, "Ward 4", None)
    placed = dict(Membership.objects.filter(unit__isnull=False).values_list("person__name", "unit"))
    assert placed == {"Asha": team.pk, "Bo": team.pk, "Cy": ward.pk, "Mina Member": ward.pk}
    assert bring(world, text).planned == {"unchanged": 4, "refused": 1}
    assert standing_is_right()


def test_units_are_not_made_where_the_lead_does_not_want_them(world, unit):
    UnitFactory(organisation=world.ours, name="North", parent=UnitFactory(organisation=world.ours, name="West"))
    rows = "A,a@x.example,,Housing officer,Ward 4,,,\nB,b@x.example,,Housing officer,North / X,,,\n"
    run = actions.bring_file(
        place=world.ours, kind="people", content=(HEAD + rows).encode(), file_name="s.csv", by=None,
        at=timezone.now(),
    )  # fmt: skip
    for answer, reasons in ((False, ["unknown_unit", "ambiguous_unit"]), (True, ["ambiguous_unit"])):
        actions.choose_columns(run=run, columns=run.columns, options={"makes_units": answer}, is_queued=False)
        actions.check_file(run=run, at=timezone.now())
        assert [row.refusals[0][1] for row in run.rows.filter(outcome="refused")] == reasons


def test_a_change_keeps_the_membership(world):
    run = save(world, HEAD + f"Another Name,{world.member.work_email},M9,Housing officer,,,,\n")
    world.member.refresh_from_db()
    assert (run.done["changed"], world.member.staff_number, world.member.ended_on) == (1, "M9", None)
    assert world.member.person.name == "Mina Member" or world.member.person.last_login is None


def test_who_leaves_leads_no_more(world):
    AppointmentFactory(person=world.member.person, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=world.ours)
    run = save(world, HEAD + f"Mina Member,{world.member.work_email},,Housing officer,,,,20/11/2026\n")
    world.member.refresh_from_db()
    assert (run.done["ended"], world.member.ended_on) == (1, date(2026, 11, 20))
    assert Appointment.objects.of(world.member.person).active_on(TODAY).count() == 0


def test_who_is_not_in_the_file_stays_unless_a_day_is_named(world):
    other = member_of(world.ours, world.role)
    foreign = member_of(world.theirs, world.role)
    text = HEAD + f"Mina Member,{world.member.work_email},,Housing officer,,,,\n"
    assert save(world, text, by=world.lead).planned == {"unchanged": 1, "missing": 1}
    other.refresh_from_db()
    assert other.ended_on is None
    run = save(world, text, by=world.lead, missing_end_on=TODAY)
    for each in (other, foreign):
        each.refresh_from_db()
    assert (run.done["missing"], other.ended_on, foreign.ended_on) == (1, TODAY, None)
    assert Membership.objects.of(world.lead).get().ended_on is None


def apply(run, mode="good", **more):
    run = actions.start_applying(run=run, mode=mode, by=None, is_queued=False, **more)
    began_at = run.progress
    done = actions.apply_import(run=run, at=timezone.now())
    log = ModelLogEntry.objects.filter(action="organisations.apply_import").latest("pk")
    return began_at, done.progress, done.total, log.data["rows"]


def test_who_is_not_in_the_file_is_no_row_of_it_unless_they_are_ended(world):
    """The file speaks of one of ours and of two who are new."""
    for _each in range(4):
        member_of(world.ours, world.role)
    same = f"Mina Member,{world.member.work_email},,Housing officer,,,,\n"
    new = "Asha,a@new.example,,Housing officer,,,,\nBo,b@new.example,,Housing officer,,,,\n"
    run = bring(world, HEAD + same + new)
    assert run.planned == {"unchanged": 1, "new": 2, "missing": 5}
    assert apply(run) == (1, 3, 3, 3)
    run = bring(world, HEAD + same)
    assert run.planned == {"unchanged": 1, "missing": 7}
    assert apply(run, missing_end_on=TODAY) == (1, 8, 8, 8)


def test_refused_rows_count_among_the_rows_of_a_file(world):
    run = bring(world, HEAD + "Asha,a@new.example,,Housing officer,,,,\nBo,nothing,,Housing officer,,,,\n")
    assert apply(run) == (1, 2, 2, 2)


def test_all_or_none_asks_again_beside_rows_that_are_right_already(world):
    text = f"Mina Member,{world.member.work_email},,Housing officer,,,,\nAsha,a@new.example,,Housing officer,,,,\n"
    run = bring(world, HEAD + text)
    actions.start_applying(run=run, mode="all", by=None, is_queued=False)
    UserFactory(email="a@new.example")
    run = actions.apply_import(run=run, at=timezone.now())
    assert (run.state, run.planned["refused"]) == (ImportRun.State.CHECKED, 1)
    assert apply(run) == (2, 2, 2, 2)


def test_reading_a_file_ends_at_its_rows_too(world, monkeypatch):
    for _each in range(3):
        member_of(world.ours, world.role)
    seen = []

    def note(*args):
        seen.extend(ImportRun.objects.values_list("progress", "total"))
        return add_rows(*args)

    monkeypatch.setattr("organisations.actions.imports.CHUNK", 2)
    monkeypatch.setattr("organisations.actions.imports.add_rows", note)
    run = bring(world, HEAD + "".join(f"Person {n},p{n}@new.example,,Housing officer,,,,\n" for n in range(3)))
    assert run.planned == {"new": 3, "missing": 5}
    assert seen == [(0, 3), (2, 3), (3, 3), (3, 3)]


def test_all_or_none_saves_none(world):
    run = bring(world, HEAD + "Asha,a@new.example,,Housing officer,,,,\nBo,nothing,,Housing officer,,,,\n")
    with pytest.raises(ValidationError):
        actions.start_applying(run=run, mode="all", by=None, is_queued=False)
    assert not User.objects.filter(email="a@new.example").exists()


def test_all_or_none_asks_again_when_a_row_has_become_bad(world):
    run = bring(world, HEAD + "Asha,a@new.example,,Housing officer,,,,\nBo,b@new.example,,Housing officer,,,,\n")
    actions.start_applying(run=run, mode="all", by=None, is_queued=False)
    UserFactory(email="b@new.example")
    run = actions.apply_import(run=run, at=timezone.now())
    assert (run.state, run.planned["refused"]) == (ImportRun.State.CHECKED, 1)
    assert not User.objects.filter(email="a@new.example").exists()


def test_an_account_of_another_organisation_is_not_taken_over(world):
    stranger = member_of(world.foreign, world.role, name="Cass Stranger").person
    text = HEAD + f"Cass,{stranger.email},,Housing officer,,,,\n"
    assert save(world, text).done["refused"] == 1
    assert not Membership.objects.of(stranger).for_organisation(world.ours).exists()
    OrganisationDomainFactory(organisation=world.ours, domain=stranger.email.partition("@")[2])
    assert save(world, text).done["new"] == 1
    stranger.refresh_from_db()
    assert stranger.name == "Cass Stranger"


def test_a_worker_that_is_killed_goes_on_where_it_was(world, monkeypatch):
    monkeypatch.setattr("organisations.actions.imports.CHUNK", 2)
    text = HEAD + "".join(f"Person {n},p{n}@new.example,,Housing officer,,,,\n" for n in range(7))
    run = bring(world, text)
    actions.start_applying(run=run, mode="good", by=None, is_queued=False)

    def die():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.apply_import(run=run, at=timezone.now(), after_chunk=die)
    assert ImportRow.objects.exclude(outcome="missing").count() == 5
    run = actions.apply_import(run=run, at=timezone.now())
    assert (run.state, run.done["new"], run.progress, run.total) == (ImportRun.State.DONE, 7, 7, 7)
    assert User.objects.filter(email__endswith="@new.example").count() == 7
    assert actions.apply_import(run=run, at=timezone.now()).done["new"] == 7


def test_invitations_are_sent_only_when_wanted(world, django_capture_on_commit_callbacks):
    text = HEAD + "Asha,a@new.example,,Housing officer,,,,\nBo,,B1,Housing officer,,,,\n"
    with django_capture_on_commit_callbacks(execute=True):
        save(world, text.replace("a@new", "c@new").replace("B1", "B3"))
    assert not Invitation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        save(world, text, by=world.lead, sends_invitations=True)
    assert [letter.to for letter in mail.outbox] == [["a@new.example"]]
    invitation = Invitation.objects.get()
    person = User.objects.get(email="a@new.example")
    EmailAddress.objects.filter(user=person).update(verified=True)
    place = actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
    assert place == person.memberships.get()


def test_a_cancelled_file_leaves_nothing(world):
    run = bring(world, HEAD + "Asha,a@new.example,,Housing officer,,,,\n")
    actions.cancel_import(run=run, by=world.lead, at=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.content, run.samples, run.rows.count()) == (ImportRun.State.CANCELLED, None, [], 0)
    with pytest.raises(ValidationError):
        actions.start_applying(run=run, mode="good", by=None, is_queued=False)


def test_of_many_files_of_one_person_that_wait_the_first_are_thrown_away(world, monkeypatch):
    monkeypatch.setattr("organisations.actions.imports.MOST_WAITING", 2)
    text = HEAD + "Asha Khan,asha@new.example,,Housing officer,,,,\n"
    others, saved = bring(world, text, by=world.their_lead), save(world, text, by=world.lead)
    first = bring(world, text, by=world.lead)
    uploaded = actions.bring_file(
        place=world.theirs, kind="people", content=text.encode(), file_name="t.csv", by=world.lead, at=timezone.now()
    )
    assert (first.state, first.content is None) == (ImportRun.State.CHECKED, False)
    last = bring(world, text.replace("Asha", "Bo"), by=world.lead)
    states = [ImportRun.objects.get(pk=run.pk).state for run in (others, saved, first, uploaded, last)]
    assert states == ["checked", "done", "cancelled", "uploaded", "checked"]
    first.refresh_from_db()
    assert (first.content, first.rows.count()) == (None, 0)


def test_headcounts_come_in(world):
    text = "Role,People,As at,Source\nHousing officer,40,1/11/2026,Payroll\n,100,1/11/2026,Payroll\n,x,,\n"
    run = save(world, text, kind="headcounts", by=world.lead)
    assert run.done == {"new": 2, "unchanged": 0, "refused": 1}
    assert Headcount.objects.get(organisation=world.ours, role=None).people == 100
    run = save(world, text.replace("40", "41"), kind="headcounts")
    assert (run.done["changed"], run.done["unchanged"]) == (1, 1)
    assert Headcount.objects.get(role=world.role).people == 41


def test_columns_that_are_needed_are_asked_for(world):
    run = actions.bring_file(
        place=world.ours, kind="people", content=b"A,B\n1,2\n", file_name="s.csv", by=None, at=timezone.now()
    )
    with pytest.raises(ValidationError, match="Name, E-mail address, Role"):
        actions.choose_columns(run=run, columns={}, is_queued=False)
    actions.choose_columns(run=run, columns={"name": 0, "staff_number": 1}, default_role=world.role, is_queued=False)


def test_the_command_for_a_night(world, tmp_path, capsys):
    file = tmp_path / "people.csv"
    text = HEAD + "Asha,a@new.example,,Housing officer,,,,\n,x,,Pilot,,,,\n"
    file.write_text(text, encoding="utf-8")
    call = ["import_people", str(file), "--organisation", "riverside", "--report", "json"]
    with pytest.raises(SystemExit) as ended:
        call_command(*call)
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["saved"], told["rows"]["new"]) == (4, False, 1)
    assert [each["row"] for each in told["refused"]] == [3, 3, 3]
    two = HEAD + "Asha,a@new.example,,Housing officer,,,,\nBo,a@new.example,,Housing officer,,,,\n"
    file.write_text(two, encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command(*call)
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert [each["reason"].rpartition(". ")[2] for each in refused] == ["See also row 3.", "See also row 2."]
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command(*call, "--mode", "good")
    assert (ended.value.code, json.loads(capsys.readouterr().out)["saved"]) == (3, True)
    assert not ImportRow.objects.exists()
    assert Standing.objects.count() == 0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["import_people", "--organisation", "nowhere"], "There is no organisation with this slug: nowhere"),
        (["import_headcounts", "--organisation", "nowhere"], "There is no organisation with this slug: nowhere"),
        (["import_completions", "--organisation", "nowhere"], "There is no organisation with this slug: nowhere"),
        (["import_headcounts", "--partnership", "nowhere"], "There is no partnership with this slug: nowhere"),
        (["import_people", "--organisation", "riverside", "--role", "no"], "There is no role with this slug: no"),
    ],
)
def test_a_command_says_in_words_what_there_is_not(world, tmp_path, capsys, call, told):
    file = tmp_path / "people.csv"
    file.write_text(HEAD + "Asha,a@new.example,,Housing officer,,,,\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command(call[0], str(file), *call[1:])
    assert (ended.value.code, capsys.readouterr().err.strip()) == (1, told)
