"""People: the list, one of them, and what a lead does about it."""

from __future__ import annotations

from datetime import date

import pytest

from organisations.actions import confirm_roles, reopen_membership
from organisations.events import membership_changed
from organisations.models import Appointment, Away, JoinRequest, Membership
from tests.factories.organisations import (
    AwayFactory,
    MembershipFactory,
    OrganisationFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in

LIST = ("people", "riverside")


def names(response) -> list[str]:
    return [str(membership.person) for membership in response.context["page_obj"]]


# --- the list -------------------------------------------------------------------------------------
def test_the_own_lead_sees_names(world):
    MembershipFactory(organisation=world.ours, person__name="Gone Away", ended_on=date(2026, 11, 20))
    response = sign_in(world.lead).get(page(*LIST))
    assert names(response) == ["Ada Lead", "Mina Member"]
    assert "Bo Harbour" not in response.content.decode()


def test_a_partnership_lead_sees_counts_and_no_name_or_address(world):
    member_of(world.ours, RoleFactory(name="Social worker"), name="Zed Zero", is_confirmed=False)
    JoinRequest.objects.create(
        person=UserFactory(name="Wants In"), organisation=world.ours, role=world.role, email="wants@example.org"
    )
    text = sign_in(world.partnership_lead).get(page(*LIST)).content.decode()
    assert "Names belong to the employer" in text
    assert "Social worker" in text
    assert "1 person asks to join" in text
    for secret in ("Zed Zero", "Mina Member", world.member.work_email, "Wants In", "wants@example.org"):
        assert secret not in text


def test_a_partnership_lead_learns_nothing_by_searching(world):
    client = sign_in(world.partnership_lead)
    assert "Mina" not in client.post(page(*LIST), {"name": "Mina"}, follow=True).content.decode()
    assert "Mina" not in client.get(page(*LIST) + "?found=1").content.decode()


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({"name": "mina"}, ["Mina Member"]),
        ({"name": "MEMBER"}, ["Mina Member"]),
        ({"name": "staff-7"}, ["Sam Social"]),
        ({"name": "sam.work"}, ["Sam Social"]),
        ({"name": "nobody at all"}, []),
        ({"name": "%"}, []),
        ({"name": "a", "show": "unconfirmed"}, ["Sam Social"]),
        ({"name": "a", "show": "away"}, ["Mina Member"]),
    ],
)
def test_search(world, search, found):
    AwayFactory(membership=world.member, started_on=date(2026, 11, 1), ended_on=None)
    member_of(
        world.ours,
        RoleFactory(),
        name="Sam Social",
        is_confirmed=False,
        staff_number="staff-7",
        work_email="sam.work@example.org",
    )
    response = sign_in(world.lead).post(page(*LIST), search, follow=True)
    assert response.redirect_chain == [(f"{page(*LIST)}?role=&show={search.get('show', '')}&found=1", 302)]
    assert names(response) == found


def test_a_personal_address_is_neither_shown_nor_found(world):
    person = world.member.person
    person.email = "mina.private@home.example"
    person.save()
    client = sign_in(world.lead)
    assert "mina.private" not in client.get(page(*LIST)).content.decode()
    assert "mina.private" not in client.get(page("person", "riverside", world.member.pk)).content.decode()
    assert names(client.post(page(*LIST), {"name": "mina.private"}, follow=True)) == []


def test_a_filter_without_a_name_becomes_an_address(world):
    role = RoleFactory(name="Social worker")
    member_of(world.ours, role, name="Sam Social")
    client = sign_in(world.lead)
    response = client.post(page(*LIST), {"name": " ", "role": role.pk, "show": ""}, follow=True)
    assert response.redirect_chain == [(f"{page(*LIST)}?role={role.pk}&show=", 302)]
    assert names(response) == ["Sam Social"]


@pytest.mark.parametrize("query", ["?role=x", "?role=999999", "?show=everything", "?page=x", "?page=99", "?name=Mina"])
def test_an_address_that_makes_no_sense_shows_a_list(world, query):
    response = sign_in(world.lead).get(page(*LIST) + query)
    assert response.status_code == 200
    assert names(response) == ["Ada Lead", "Mina Member"]


@pytest.mark.parametrize("name", ["x" * 101, "a\x00b"])
def test_a_search_that_makes_no_sense_says_so(world, name):
    response = sign_in(world.lead).post(page(*LIST), {"name": name})
    assert response.status_code == 200
    assert response.context["filter_form"].errors["name"]


def test_names_that_look_like_markup_are_shown_as_text(world):
    member_of(world.ours, world.role, name="<script>alert(1)</script>", is_confirmed=False)
    client = sign_in(world.lead)
    for response in (client.get(page(*LIST)), client.post(page(*LIST), {"name": '"><script>'}, follow=True)):
        assert "<script>alert" not in response.content.decode()
        assert '"><script>' not in response.content.decode()


def test_the_empty_list_says_what_to_do(world):
    Membership.objects.filter(organisation=world.ours).update(ended_on=date(2026, 11, 1))
    text = sign_in(world.lead).get(page(*LIST)).content.decode()
    assert "Nobody is registered yet" in text
    assert page("invitation_new", "riverside") in text


@pytest.mark.parametrize("query", ["", "?show=unconfirmed", "?show=away"])
def test_the_list_costs_the_same_at_two_sizes(world, query):
    def more(count: int) -> None:
        for _ in range(count):
            unit = UnitFactory(organisation=world.ours)
            membership = member_of(world.ours, RoleFactory(), is_confirmed=False, unit=unit)
            AwayFactory(membership=membership, started_on=date(2026, 11, 1), ended_on=None)
            JoinRequest.objects.create(
                person=UserFactory(), organisation=world.ours, role=RoleFactory(), email="a@example.org"
            )

    more(2)
    before = queries_of(world.lead, page(*LIST) + query)
    more(15)
    assert len(queries_of(world.lead, page(*LIST) + query)) == len(before) <= 6


def test_the_whole_page_costs_eight_queries_where_nobody_asks_to_join(world, django_assert_max_num_queries):
    """The eighth notes that names were seen."""
    client = sign_in(world.lead)
    client.get(page(*LIST))
    for count in (2, 30):
        for _ in range(count):
            member_of(world.ours, RoleFactory(), is_confirmed=False)
        with django_assert_max_num_queries(8):
            assert client.get(page(*LIST)).status_code == 200


def test_the_counts_cost_the_same_at_two_sizes(world):
    before = queries_of(world.partnership_lead, page(*LIST))
    for _ in range(10):
        member_of(world.ours, RoleFactory())
    assert len(queries_of(world.partnership_lead, page(*LIST))) == len(before) <= 6


# --- confirming roles -------------------------------------------------------------------------------
def test_ticked_roles_are_confirmed(world):
    waiting = [member_of(world.ours, world.role, is_confirmed=False) for _ in range(3)]
    client = sign_in(world.lead)
    data = {"membership": [waiting[0].pk, waiting[1].pk]}
    response = client.post(page("people_confirm", "riverside"), data, follow=True)
    assert "2 roles are confirmed." in response.content.decode()
    assert [Membership.objects.get(pk=row.pk).is_role_confirmed for row in waiting] == [True, True, False]


def test_nothing_ticked_changes_nothing(world):
    response = sign_in(world.lead).post(page("people_confirm", "riverside"), follow=True)
    assert "Tick at least one role" in response.content.decode()


@pytest.mark.parametrize("tampered", ["theirs", "x", "-1", "999999999999999999999999", "1 OR 1"])
def test_a_tampered_tick_confirms_nothing(world, tampered):
    own = member_of(world.ours, world.role, is_confirmed=False)
    foreign = member_of(world.theirs, world.role, is_confirmed=False)
    value = foreign.pk if tampered == "theirs" else tampered
    response = sign_in(world.lead).post(page("people_confirm", "riverside"), {"membership": [own.pk, value]})
    assert response.status_code == 404
    assert not Membership.objects.filter(pk__in=[own.pk, foreign.pk], role_confirmed_at__isnull=False).exists()


def test_nobody_confirms_their_own_role_nor_others_beside_it(world):
    own = Membership.objects.get(person=world.lead)
    Membership.objects.filter(pk=own.pk).update(role_confirmed_at=None)
    other = member_of(world.ours, world.role, is_confirmed=False)
    client = sign_in(world.lead)
    response = client.post(page("people_confirm", "riverside"), {"membership": [other.pk, own.pk]}, follow=True)
    assert "Somebody else must confirm your role" in response.content.decode()
    assert not Membership.objects.get(pk=other.pk).is_role_confirmed
    response = client.post(page("person_confirm", "riverside", own.pk), follow=True)
    assert "Somebody else must confirm your role" in response.content.decode()
    assert "Another lead must confirm it" in response.content.decode()


def test_one_role_is_confirmed_on_the_persons_page(world):
    waiting = member_of(world.ours, world.role, is_confirmed=False)
    client = sign_in(world.lead)
    assert "This role is not confirmed" in client.get(page("person", "riverside", waiting.pk)).content.decode()
    response = client.post(page("person_confirm", "riverside", waiting.pk), follow=True)
    text = response.content.decode()
    assert "The role is confirmed." in text
    assert "by Ada Lead" in text


# --- role, end, return ----------------------------------------------------------------------------------
def test_a_role_changes_from_a_day(world):
    new = RoleFactory(name="Social worker")
    client = sign_in(world.lead)
    address = page("person_role", "riverside", world.member.pk)
    response = client.post(address, {"role": new.pk, "on": "2026-11-01"}, follow=True)
    following = Membership.objects.get(person=world.member.person, role=new)
    assert response.redirect_chain == [(page("person", "riverside", following.pk), 302)]
    world.member.refresh_from_db()
    assert (world.member.ended_on, following.started_on) == (date(2026, 10, 31), date(2026, 11, 1))
    assert "Their other places here" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "on"),
    [("new", "2026-01-04"), ("new", "2026-11-22"), ("new", ""), ("same", "2026-11-01"), ("retired", "2026-11-01")],
)
def test_a_role_change_that_makes_no_sense_is_refused(world, role, on):
    roles = {"new": RoleFactory(), "same": world.role, "retired": RoleFactory(is_active=False)}
    address = page("person_role", "riverside", world.member.pk)
    response = sign_in(world.lead).post(address, {"role": roles[role].pk, "on": on})
    assert "There is a problem" in response.content.decode()
    assert Membership.objects.filter(person=world.member.person).count() == 1


def test_a_membership_ends_after_a_question_and_can_be_taken_back(world):
    client = sign_in(world.lead)
    address = page("person_end", "riverside", world.member.pk)
    assert "Has Mina Member left?" in client.get(address).content.decode()
    response = client.post(address, {"on": "2026-11-20"}, follow=True)
    assert "Mina Member leaves on 20 November 2026" in response.content.decode()
    assert "This place ended on 20 November 2026" in response.content.decode()
    assert names(client.get(page(*LIST))) == ["Ada Lead"]
    response = client.post(page("person_return", "riverside", world.member.pk), follow=True)
    assert "Mina Member is back" in response.content.decode()
    world.member.refresh_from_db()
    assert world.member.ended_on is None


@pytest.mark.parametrize("on", ["2026-01-04", "2028-01-01", "", "soon"])
def test_an_end_that_makes_no_sense_is_refused(world, on):
    response = sign_in(world.lead).post(page("person_end", "riverside", world.member.pk), {"on": on})
    assert "There is a problem" in response.content.decode()
    world.member.refresh_from_db()
    assert world.member.ended_on is None


def test_a_place_that_another_followed_is_not_opened_again(world):
    client = sign_in(world.lead)
    client.post(page("person_role", "riverside", world.member.pk), {"role": RoleFactory().pk, "on": "2026-11-01"})
    response = client.post(page("person_return", "riverside", world.member.pk))
    assert "has had another place here since" in response.content.decode()
    world.member.refresh_from_db()
    assert world.member.ended_on == date(2026, 10, 31)


def test_a_place_that_has_not_ended_cannot_be_opened(world):
    response = sign_in(world.lead).post(page("person_return", "riverside", world.member.pk))
    assert "has no last day" in response.content.decode()


def test_a_lead_who_leaves_is_warned_and_loses_sight(world):
    client = sign_in(world.lead)
    own = Membership.objects.get(person=world.lead)
    address = page("person_end", "riverside", own.pk)
    assert "This is you" in client.get(address).content.decode()
    response = client.post(address, {"on": "2026-11-21"})
    assert response["Location"] == "/"
    assert not Appointment.objects.filter(person=world.lead, ended_on__isnull=True).exists()
    assert client.get(page(*LIST)).status_code == 403


def test_taking_back_and_confirming_tell_the_apps_above(world):
    told = []

    def note(sender, membership, **kwargs):
        told.append(membership.pk)

    membership_changed.connect(note)
    try:
        world.member.ended_on = date(2026, 11, 1)
        world.member.save()
        reopen_membership(membership=world.member, by=world.lead)
        waiting = [member_of(world.ours, world.role, is_confirmed=False) for _ in range(2)]
        confirm_roles(memberships=waiting, by=world.lead)
    finally:
        membership_changed.disconnect(note)
    assert told == [world.member.pk, *(membership.pk for membership in waiting)]


# --- away -------------------------------------------------------------------------------------------------
def test_days_away_are_added_and_ended_without_a_reason(world):
    client = sign_in(world.lead)
    address = page("person_away", "riverside", world.member.pk)
    form = client.get(address).context["form"]
    assert set(form.fields) == {"started_on", "ended_on"}
    client.post(address, {"started_on": "2026-11-01", "ended_on": ""})
    away = Away.objects.get(membership=world.member)
    assert (away.started_on, away.ended_on) == (date(2026, 11, 1), None)
    assert names(client.get(page(*LIST) + "?show=away")) == ["Mina Member"]
    client.post(page("person_away_end", "riverside", world.member.pk, away.pk), {"on": "2026-11-21"})
    away.refresh_from_db()
    assert away.ended_on == date(2026, 11, 20)
    client.post(page("person_away_end", "riverside", world.member.pk, away.pk), {"on": "2026-11-01"})
    assert not Away.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("2026-01-01", ""), ("2026-11-10", "2026-11-09"), ("2026-06-15", ""), ("2026-05-01", "2026-06-01")],
)
def test_days_away_that_make_no_sense_are_refused(world, first, last):
    AwayFactory(membership=world.member)
    address = page("person_away", "riverside", world.member.pk)
    response = sign_in(world.lead).post(address, {"started_on": first, "ended_on": last})
    assert "There is a problem" in response.content.decode()
    assert Away.objects.count() == 1


def test_a_time_away_of_somebody_else_is_not_found(world):
    away = AwayFactory(membership=member_of(world.ours, world.role))
    address = page("person_away_end", "riverside", world.member.pk, away.pk)
    assert sign_in(world.lead).post(address, {"on": "2026-06-05"}).status_code == 404


# --- requests to join -----------------------------------------------------------------------------------
@pytest.fixture
def waiting(world) -> JoinRequest:
    return JoinRequest.objects.create(
        person=UserFactory(name="Wanda Wants"), organisation=world.ours, role=world.role, email="wanda@example.org"
    )


def test_a_request_is_approved(world, waiting):
    client = sign_in(world.lead)
    assert "wanda@example.org" in client.get(page(*LIST)).content.decode()
    response = client.post(page("join_request_approve", "riverside", waiting.pk), follow=True)
    assert "Wanda Wants has joined" in response.content.decode()
    joined = Membership.objects.get(person=waiting.person)
    assert (joined.organisation, joined.is_role_confirmed) == (world.ours, True)
    response = client.post(page("join_request_approve", "riverside", waiting.pk), follow=True)
    assert "Somebody has decided this already" in response.content.decode()


def test_a_request_is_refused_after_a_question(world, waiting):
    client = sign_in(world.lead)
    address = page("join_request_refuse", "riverside", waiting.pk)
    assert "Refuse the request of Wanda Wants?" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    waiting.refresh_from_db()
    assert waiting.outcome == "refused"
    assert not Membership.objects.filter(person=waiting.person).exists()


def test_a_request_to_another_organisation_is_not_ours_to_answer(world):
    other = JoinRequest.objects.create(
        person=UserFactory(), organisation=world.theirs, role=world.role, email="x@example.org"
    )
    client = sign_in(world.lead)
    assert client.post(page("join_request_approve", "riverside", other.pk)).status_code == 403
    assert client.post(page("join_request_approve", "harbour", other.pk)).status_code == 403
    other.refresh_from_db()
    assert other.decided_at is None


def test_memberships_elsewhere_are_not_shown(world):
    elsewhere = OrganisationFactory(name="Second Employer")
    MembershipFactory(person=world.member.person, organisation=elsewhere, role=RoleFactory(name="Night porter"))
    text = sign_in(world.lead).get(page("person", "riverside", world.member.pk)).content.decode()
    assert "Second Employer" not in text
    assert "Night porter" not in text
    assert Appointment.objects.filter(kind=Kind.ORGANISATION_LEAD).count() == 3
