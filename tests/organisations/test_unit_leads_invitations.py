"""The lead of a unit invites one person by e-mail into it, sees what was offered there, and gives nothing more."""

from __future__ import annotations

import re
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from organisations.actions import (
    accept_invitation,
    end_appointment,
    give_sign_in_code,
    invite_person,
    use_sign_in_code,
)
from organisations.models import Appointment, Invitation, Membership, NamesSeen, SignInCode, User
from tests.factories.organisations import AppointmentFactory, InvitationFactory, MembershipFactory, UserFactory
from tests.organisations.lead_world import Kind, page, queries_of, sign_in
from tests.organisations.unit_world import Station

LIST, NEW, SEVERAL = "invitations", "invitation_new", "invitations_several"


def filled(station: Station, **changes: object) -> dict[str, object]:
    chosen = {"email": "New.Person@Example.org", "role": station.world.role.pk, "kind": "employee", "language": "en"}
    return {**chosen, "unit": station.team.pk, **changes}


def invite(station: Station, email: str = "new@example.org", **changes: object) -> Invitation:
    place = {"organisation": station.world.ours, "role": station.world.role, "unit": station.unit, "by": station.lead}
    return invite_person(email=email, at=timezone.now(), **{**place, **changes})


# --- one --------------------------------------------------------------------------------------------
def test_a_person_is_invited_into_one_of_the_units(station, django_capture_on_commit_callbacks):
    client = sign_in(station.lead)
    for unit in ("", station.depot.pk, station.far.pk):
        assert "There is a problem" in client.post(page(NEW, "riverside"), filled(station, unit=unit)).text
    assert not Invitation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page(NEW, "riverside"), filled(station, is_for_lead="on"), follow=True)
    made = Invitation.objects.get()
    assert (made.email, made.unit, made.invited_by) == ("new.person@example.org", station.team, station.lead)
    assert not made.is_for_lead
    assert made.token in response.text
    assert "is_for_lead" not in client.get(page(NEW, "riverside")).text
    assert [message.to for message in mail.outbox] == [["new.person@example.org"]]
    person = UserFactory(email="new.person@example.org")
    place = accept_invitation(invitation=made, person=person, at=timezone.now())
    assert (place.unit, place.is_role_confirmed) == (station.team, True)
    assert not Appointment.objects.filter(person=person).exists()


@pytest.mark.parametrize("where", ["depot", "none", "theirs"])
def test_the_action_refuses_units_that_are_not_theirs(station, where):
    unit, organisation = {
        "depot": (station.depot, station.world.ours),
        "none": (None, station.world.ours),
        "theirs": (station.far, station.world.theirs),
    }[where]
    if where == "theirs":
        # Who leads units of two organisations invites into each only there.
        AppointmentFactory(kind=Kind.UNIT_LEAD, unit=station.far, person=station.lead)
        invite(station, unit=station.far, organisation=organisation)
        with pytest.raises(PermissionDenied):
            invite(station, unit=None, organisation=organisation)
        return
    with pytest.raises(PermissionDenied):
        invite(station, unit=unit, organisation=organisation)
    assert not Invitation.objects.exists()


def test_nobody_is_made_lead_of_the_organisation(station):
    with pytest.raises(PermissionDenied):
        invite(station, is_for_lead=True)


def test_of_somebody_elsewhere_nothing_is_told(station):
    role = station.dee.role
    invite_elsewhere = {"email": station.dee.work_email, "role": role.pk}
    said = sign_in(station.lead).post(page(NEW, "riverside"), filled(station, **invite_elsewhere)).text
    assert "This address cannot be invited from here" in said
    assert "already" not in said
    said = sign_in(station.lead).post(page(NEW, "riverside"), filled(station, email=station.stan.work_email)).text
    assert "This person already has this role here." in said
    said = sign_in(station.world.lead).post(page(NEW, "riverside"), filled(station, **invite_elsewhere)).text
    assert "This person already has this role here." in said


def test_an_invitation_of_the_organisations_own_lead_stays(station):
    theirs = invite(station, by=station.world.lead, unit=None, is_for_lead=True)
    first, second = invite(station, kind="volunteer"), invite(station)
    for each, is_open in ((theirs, True), (first, False), (second, True)):
        each.refresh_from_db()
        assert (each.withdrawn_at is None) is is_open


# --- themselves -------------------------------------------------------------------------------------
def test_nobody_invites_themselves(station):
    for email in (station.lead.email, "private@example.org"):
        EmailAddress.objects.get_or_create(user=station.lead, email=email, defaults={"verified": True})
        with pytest.raises(ValidationError, match="your own address"):
            invite(station, email=email)


def test_an_invitation_is_not_used_by_who_sent_it(station):
    made = invite(station, email="later@example.org", unit=station.team)
    EmailAddress.objects.create(user=station.lead, email="later@example.org", verified=True)
    said = sign_in(station.lead).post(reverse("organisations:invitation", args=[made.token]), follow=True).text
    assert "You sent this invitation yourself" in said
    assert not Membership.objects.filter(person=station.lead, unit=station.team).exists()
    # Nor by an entry that is theirs as well.
    other = UserFactory(email="other@example.org", merged_into=station.lead)
    again = invite(station, email="other@example.org")
    with pytest.raises(ValidationError):
        accept_invitation(invitation=again, person=other, at=timezone.now())


def test_nor_once_they_lead_the_unit_no_more(station):
    made = invite(station, email="later@example.org", unit=station.team)
    EmailAddress.objects.create(user=station.lead, email="later@example.org", verified=True)
    end_appointment(appointment=Appointment.objects.get(person=station.lead), by=None)
    with pytest.raises(ValidationError, match="You sent this invitation yourself"):
        accept_invitation(invitation=made, person=User.objects.get(pk=station.lead.pk), at=timezone.now())
    assert not Membership.objects.filter(person=station.lead, unit=station.team).exists()


def without_email(station: Station, **fields: object) -> Membership:
    person = UserFactory(email="", verified=False, **fields)
    place = {"organisation": station.world.ours, "role": station.world.role, "unit": station.team}
    return MembershipFactory(person=person, staff_number="N-7", **place)


def test_who_gave_a_code_does_not_use_it_while_signed_in(station):
    code = give_sign_in_code(membership=without_email(station), by=station.lead, at=timezone.now())
    sent = {"organisation": "riverside", "staff_number": "N-7", "code": code, "password": "a long one 77"}
    client = sign_in(station.lead)
    assert client.post(reverse("organisations:staff_code"), sent).status_code == 302
    assert SignInCode.objects.exists()
    assert int(client.session["_auth_user_id"]) == station.lead.pk


@pytest.mark.parametrize("who", ["unit lead", "own lead"])
def test_a_code_for_what_turns_out_to_be_ones_own_entry_lets_nobody_in(station, who):
    giver = station.lead if who == "unit lead" else station.world.lead
    membership = without_email(station)
    code = give_sign_in_code(membership=membership, by=giver, at=timezone.now())
    User.objects.filter(pk=membership.person_id).update(merged_into=giver)
    used = {"short_name": "riverside", "staff_number": "N-7", "password": "a long one 77", "at": timezone.now()}
    assert use_sign_in_code(code=code, **used) is None
    membership.person.refresh_from_db()
    with pytest.raises((PermissionDenied, ValidationError)):
        give_sign_in_code(membership=membership, by=giver, at=timezone.now())


# --- the list ---------------------------------------------------------------------------------------
@pytest.fixture
def offered(station) -> dict[str, Invitation]:
    """Invitations of the organisation's own lead, and one of the unit's."""
    ours, role, lead = station.world.ours, station.world.role, station.world.lead
    place = {"organisation": ours, "role": role, "invited_by": lead}
    return {
        "station": InvitationFactory(
            **place, unit=station.unit, email="station@example.org", unsent_at=timezone.now()
        ),
        "depot": InvitationFactory(**place, unit=station.depot, email="depot@example.org", unsent_at=timezone.now()),
        "none": InvitationFactory(**place, email="none@example.org"),
        "leads": InvitationFactory(**place, unit=station.unit, email="leads@example.org", is_for_lead=True),
        "theirs": InvitationFactory(
            organisation=station.world.theirs, role=role, unit=station.far, email="far@example.org"
        ),
        "own": invite(station, email="own@example.org"),
    }


def test_the_list_shows_what_was_offered_in_the_units(station, offered):
    text = sign_in(station.lead).get(page(LIST, "riverside")).text
    for name, invitation in offered.items():
        assert (invitation.email in text) is (name in ("station", "own"))
        assert (invitation.token in text) is (name in ("station", "own"))
    assert "1 e-mail was not delivered" in text
    assert "Invite several people" not in text
    assert page("invitation_withdraw", "riverside", offered["own"].pk) in text
    assert page("invitation_withdraw", "riverside", offered["station"].pk) not in text
    assert NamesSeen.objects.filter(seen_by=station.lead, place="invitations", rows=2).exists()
    assert sign_in(station.lead).get(page(LIST, "harbour")).status_code == 403
    assert sign_in(station.lead).get(page(NEW, "harbour")).status_code == 403


@pytest.mark.parametrize("shown", ["people", LIST])
def test_who_leads_units_goes_between_what_is_open_to_them(station, shown):
    text = sign_in(station.lead).get(page(shown, "riverside")).text
    beside = text.split('<nav class="subnav" aria-label="Riverside Council">')[1].split("</nav>")[0]
    assert re.findall('href="([^"]+)"', beside) == [page("people", "riverside"), page(LIST, "riverside")]
    assert f'href="{page(shown, "riverside")}" aria-current="page"' in beside
    assert reverse("reporting:organisation", args=["riverside"]) in text


def test_letters_into_the_units_are_tried_again_and_no_others(station, offered):
    sign_in(station.lead).post(page("invitations_unsent", "riverside"))
    for name, is_waiting in (("station", False), ("depot", True)):
        offered[name].refresh_from_db()
        assert (offered[name].unsent_at is not None) is is_waiting


@pytest.mark.parametrize(
    ("name", "withdraw", "again"),
    [("own", 302, 302), ("station", 403, 302), ("depot", 404, 404), ("none", 404, 404), ("leads", 404, 404)],
)
def test_what_a_unit_lead_does_with_each(station, offered, name, withdraw, again):
    client, pk = sign_in(station.lead), offered[name].pk
    assert client.post(page("invitation_again", "riverside", pk)).status_code == again
    assert client.post(page("invitation_withdraw", "riverside", pk)).status_code == withdraw
    assert client.post(page("invitation_withdraw", "harbour", offered["theirs"].pk)).status_code == 403
    assert client.get(page(SEVERAL, "riverside")).status_code == 403


def test_who_leads_the_partnership_and_a_unit_invites_into_the_whole(station):
    AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=station.world.partnership, person=station.lead)
    invite(station, unit=station.depot, is_for_lead=True)
    assert "Invite several people" in sign_in(station.lead).get(page(LIST, "riverside")).text


def test_who_leads_the_unit_no_more_sees_none(station, offered):
    Appointment.objects.filter(person=station.lead).update(ended_on=date(2026, 11, 20))
    assert sign_in(station.lead).get(page(LIST, "riverside")).status_code == 403


def test_the_list_costs_the_same_at_two_sizes(station, offered):
    costs = [len(queries_of(station.lead, page(LIST, "riverside")))]
    for number in range(5):
        invite(station, email=f"more{number}@example.org")
    costs.append(len(queries_of(station.lead, page(LIST, "riverside"))))
    assert costs[0] == costs[1]
