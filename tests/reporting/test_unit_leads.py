"""What the lead of a unit reads: its people and those of the units below it, and nothing of anybody else."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import NoReverseMatch, reverse

from organisations.models import Appointment, NamesSeen
from records.models import Reminder
from tests.authorisation.test_matrix import rows
from tests.factories.organisations import AppointmentFactory, MembershipFactory, RoleFactory, UnitFactory
from tests.factories.records import ReminderFactory, ReminderRoundFactory, RequirementVersionFactory
from tests.organisations.lead_world import sign_in

Kind = Appointment.Kind


@pytest.fixture
def station(scene):
    """In `ours` a station with a team below it and a depot beside it; the same in `theirs`; each with one overdue."""
    scene.station = UnitFactory(organisation=scene.ours, name="Station")
    team = UnitFactory(organisation=scene.ours, name="Team", parent=scene.station)
    scene.depot = UnitFactory(organisation=scene.ours, name="Depot")
    scene.far = UnitFactory(organisation=scene.world.theirs, name="Harbour Station")
    scene.in_station = scene.add("Stan Station", unit=scene.station)
    scene.in_team = scene.add("Tess Team", unit=team)
    scene.in_depot = scene.add("Dee Depot", unit=scene.depot)
    scene.elsewhere = scene.add("Hal Harbour", place=scene.world.theirs, unit=scene.far)
    scene.unit_lead = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=scene.station, person__name="Una Unit").person
    MembershipFactory(person=scene.unit_lead, organisation=scene.ours, role=scene.role)
    return scene


#: Nobody of these works in the station or below it.
OTHERS = ("Dee Depot", "Hal Harbour", "Otto Overdue", "Dina Due", "Mina Member")


def of_ours(scene, name, *args, **query):
    return reverse(f"reporting:{name}", args=[scene.ours.slug, *args], query=query or None)


def names_in(text: str) -> set[str]:
    return {name for name in ("Stan Station", "Tess Team", *OTHERS) if name in text}


def test_a_unit_lead_reaches_nobody_who_works_in_no_unit(station):
    client = sign_in(station.unit_lead)
    page = client.get(of_ours(station, "organisation_people", unit="none"))
    assert {row.name for row in page.context["page"].rows} == {"Stan Station", "Tess Team"}
    assert "In no unit" not in page.text


def test_a_module_that_is_asked_of_nobody_in_the_station_stands_in_no_table_of_it(station):
    warden = RoleFactory(name="Warden")
    RequirementVersionFactory(
        requirement__organisation=station.ours,
        requirement__partnership=None,
        requirement__module_title="Wardens only",
        roles=[warden],
    )
    station.add("Will Warden", unit=station.depot, role=warden)
    pages = [
        sign_in(person).get(of_ours(station, "organisation")) for person in (station.world.lead, station.unit_lead)
    ]
    shown = [{line["title"] for line in page.context["evidence"]} for page in pages]
    assert shown == [{"Seeing it", "Wardens only"}, {"Seeing it"}]


def test_two_clicks_lead_to_who_is_overdue_and_a_reminder(station, django_capture_on_commit_callbacks):
    client = sign_in(station.unit_lead)
    front = client.get(reverse("reporting:coverage"), follow=True)
    assert front.redirect_chain == [(of_ours(station, "organisation"), 302)]
    text = front.content.decode()
    assert reverse("reporting:coverage") in text
    assert "Unit, with all units below it: <bdi>Station</bdi>" in text
    assert reverse("organisations:people", args=["riverside"]) in text
    assert front.context["coverage"].people.overdue == 2
    assert [group.name for group in front.context["groups"].units] == ["Station", "Team"]
    people = client.get(front.context["overdue_url"])
    assert names_in(people.content.decode()) == {"Stan Station", "Tess Team"}
    assert "Depot" not in people.content.decode()
    letter = client.get(people.context["remind_url"])
    sent = {"words": "Please find the time.", "key": letter.context["form"]["key"].value(), "step": "send"}
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(people.context["remind_url"], sent, follow=True)
    assert names_in(done.content.decode()) == {"Stan Station", "Tess Team"}
    assert len(mail.outbox) == 2
    looks = NamesSeen.objects.filter(seen_by=station.unit_lead)
    assert set(looks.values_list("organisation", "place", "rows")) == {
        (station.ours.pk, "coverage", 2),
        (station.ours.pk, "reminders", 2),
    }


def test_no_choice_in_the_address_shows_more(station):
    client = sign_in(station.unit_lead)
    key = station.requirement.module_key
    for choice in (
        {"unit": station.depot.pk},
        {"unit": station.far.pk},
        {"role": station.role.pk},
        {"on": "2026-11-01"},
    ):
        for name, args in (("organisation_people", []), ("people", [key])):
            assert not names_in(client.get(of_ours(station, name, *args, **choice)).content.decode()) & set(OTHERS)
        for name, args in (("organisation_people_csv", []), ("people_csv", [key])):
            content = b"".join(client.get(of_ours(station, name, *args, **choice)).streaming_content).decode()
            assert names_in(content) == {"Stan Station", "Tess Team"}
        where = of_ours(station, "organisation_remind", state="overdue", **choice)
        assert client.get(where).context["letters"] == 2
        assert (
            client.get(of_ours(station, "organisation_trend", **choice)).context["trend"].months[-1].people.required
            <= 2
        )


def test_of_what_was_sent_only_the_own_people_are_shown(station):
    mixed = ReminderRoundFactory(organisation=station.ours, sent_by=station.world.lead)
    for person in (station.in_team, station.in_depot):
        ReminderFactory(round=mixed, person=person, organisation=station.ours, outcome=Reminder.Outcome.SENT)
    beside = ReminderRoundFactory(organisation=station.ours)
    ReminderFactory(round=beside, person=station.in_depot, organisation=station.ours)
    client = sign_in(station.unit_lead)
    listed = client.get(of_ours(station, "reminders")).context["page_obj"].object_list
    assert [(each.pk, each.letters) for each in listed] == [(mixed.pk, 1)]
    assert names_in(client.get(of_ours(station, "reminder_round", mixed.pk)).content.decode()) == {"Tess Team"}
    assert client.get(of_ours(station, "reminder_round", beside.pk)).status_code == 404


def test_everything_else_of_an_organisation_stays_closed(station):
    client = sign_in(station.unit_lead)
    here = {
        "organisation",
        "organisation_people",
        "organisation_people_csv",
        "organisation_remind",
        "organisation_trend",
    }
    here |= {"organisation_trend_csv", "reminders"}
    app = "reporting"
    known = {row["name"] for row in rows() if row["name"].startswith((f"{app}:", "organisations:"))}
    opened = set()
    for place in (station.ours, station.world.theirs):
        for name in known:
            try:
                address = reverse(name, kwargs={"slug": place.slug})
            except NoReverseMatch:
                continue
            if client.get(address).status_code not in (403, 405):
                opened.add((place.pk, name))
    joins = {"organisations:join_organisation"}
    people = {
        f"organisations:{name}"
        for name in (
            *("people", "person_new", "people_import_new", "people_import_template"),
            *("invitations", "invitation_new"),
        )
    }
    assert {name for place, name in opened if place == station.ours.pk} - joins == people | {
        f"{app}:{name}" for name in here
    }
    assert {name for place, name in opened if place == station.world.theirs.pk} - joins == set()


def test_who_leads_units_in_two_organisations_chooses_and_who_has_ended_sees_nothing(station):
    second = AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.far, person=station.unit_lead)
    client = sign_in(station.unit_lead)
    text = client.get(reverse("reporting:coverage")).content.decode()
    assert "Harbour Station" in text
    assert of_ours(station, "organisation") in text
    theirs = reverse("reporting:organisation_people", args=[station.world.theirs.slug])
    assert "Hal Harbour" in client.get(theirs).content.decode()
    second.ended_on = second.started_on
    second.save()
    assert client.get(theirs).status_code == 403


def test_a_partnership_lead_who_leads_a_unit_sees_names_of_the_unit_only(station):
    person = station.world.partnership_lead
    AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.station, person=person)
    client = sign_in(person)
    page = client.get(of_ours(station, "organisation"))
    assert page.context["coverage"].people.overdue > 2
    assert "The units that you lead" in client.get(reverse("reporting:coverage")).content.decode()
    people = client.get(page.context["own_people_url"]).content.decode()
    assert names_in(people) == {"Stan Station", "Tess Team"}
