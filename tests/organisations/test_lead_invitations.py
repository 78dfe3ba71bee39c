"""Invitations: the list, one, many at once, taking back, sending again."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.utils import timezone

from organisations.forms_lead_people import read_addresses
from organisations.mail import LetterNotSent, post_invitation
from organisations.models import Invitation
from tests.factories.organisations import InvitationFactory, RoleFactory, UnitFactory
from tests.organisations.lead_world import member_of, page, queries_of, sign_in

LIST, NEW, SEVERAL = "invitations", "invitation_new", "invitations_several"


def filled(world, **changes):
    return {"email": "New.Person@Example.org", "role": world.role.pk, "kind": "employee", "language": "en", **changes}


# --- one --------------------------------------------------------------------------------------------
def test_a_lead_invites_a_person(world, django_capture_on_commit_callbacks):
    client = sign_in(world.lead)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page(NEW, "riverside"), filled(world, kind="volunteer"), follow=True)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.kind) == ("new.person@example.org", "volunteer")
    assert (invitation.organisation, invitation.role, invitation.invited_by) == (world.ours, world.role, world.lead)
    text = response.content.decode()
    assert "on its way to new.person@example.org" in text
    assert invitation.token in text
    assert [message.to for message in mail.outbox] == [["new.person@example.org"]]


def test_a_partnership_lead_invites_the_lead_of_an_organisation(world):
    sign_in(world.partnership_lead).post(page(NEW, "riverside"), filled(world, is_for_lead="on"))
    assert Invitation.objects.get().is_for_lead


@pytest.mark.parametrize(
    "changes",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "a@example.org\nBcc: b@example.org"},
        {"role": ""},
        {"role": "999999"},
        {"kind": "spy"},
        {"language": "xx"},
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(world, changes):
    response = sign_in(world.lead).post(page(NEW, "riverside"), filled(world, **changes))
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_retired_role_and_a_unit_of_others_are_refused(world):
    retired = RoleFactory(is_active=False)
    own_unit, other_unit = UnitFactory(organisation=world.ours), UnitFactory(organisation=world.theirs)
    client = sign_in(world.lead)
    for changes in ({"role": retired.pk}, {"unit": other_unit.pk}):
        assert "There is a problem" in client.post(page(NEW, "riverside"), filled(world, **changes)).content.decode()
    assert other_unit.name not in client.get(page(NEW, "riverside")).content.decode()
    assert not Invitation.objects.exists()
    client.post(page(NEW, "riverside"), filled(world, unit=own_unit.pk))
    assert Invitation.objects.get().unit == own_unit


def test_an_organisation_without_units_asks_for_none(world):
    UnitFactory(organisation=world.theirs)
    assert "unit" not in sign_in(world.lead).get(page(NEW, "riverside")).context["form"].fields


# --- the list -----------------------------------------------------------------------------------------
def test_the_list_shows_each_state_and_the_link_of_open_ones_only(world):
    now = timezone.now()
    fields = {"organisation": world.ours, "invited_by": world.lead}
    InvitationFactory(**fields, email="open@example.org", token="token-open")
    InvitationFactory(**fields, email="old@example.org", token="token-old", expires_at=now)
    InvitationFactory(**fields, email="used@example.org", token="token-used", accepted_at=now)
    InvitationFactory(**fields, email="back@example.org", token="token-back", withdrawn_at=now)
    InvitationFactory(organisation=world.theirs, email="theirs@example.org")
    response = sign_in(world.lead).get(page(LIST, "riverside"))
    states = {row.invitation.email.split("@")[0]: row.state for row in response.context["rows"]}
    assert states == {"open": "open", "old": "expired", "used": "used", "back": "withdrawn"}
    assert next(iter(states)) == "open"
    text = response.content.decode()
    assert "token-open" in text
    assert not any(token in text for token in ("token-old", "token-used", "token-back"))
    assert "theirs@example.org" not in text


def test_a_partnership_lead_sees_only_what_they_sent(world):
    mine = InvitationFactory(organisation=world.ours, email="mine@example.org", invited_by=world.partnership_lead)
    others = InvitationFactory(organisation=world.ours, email="others@example.org", invited_by=world.lead)
    client = sign_in(world.partnership_lead)
    text = client.get(page(LIST, "riverside")).content.decode()
    assert "mine@example.org" in text
    assert "others@example.org" not in text
    assert others.token not in text
    assert client.post(page("invitation_withdraw", "riverside", others.pk)).status_code == 403
    assert client.post(page("invitation_withdraw", "riverside", mine.pk)).status_code == 302


def test_the_list_costs_the_same_at_two_sizes(world):
    def more(count: int) -> None:
        for _ in range(count):
            unit = UnitFactory(organisation=world.ours)
            InvitationFactory(organisation=world.ours, invited_by=world.lead, unit=unit)

    more(2)
    before = queries_of(world.lead, page(LIST, "riverside"))
    more(20)
    assert len(queries_of(world.lead, page(LIST, "riverside"))) == len(before) <= 6


def test_the_empty_list_says_what_to_do(world):
    assert "No invitations yet" in sign_in(world.lead).get(page(LIST, "riverside")).content.decode()


# --- withdraw and again ---------------------------------------------------------------------------------
def test_an_invitation_is_withdrawn_after_a_question(world):
    invitation = InvitationFactory(organisation=world.ours, invited_by=world.lead)
    client = sign_in(world.lead)
    address = page("invitation_withdraw", "riverside", invitation.pk)
    assert "Its link stops working" in client.get(address).content.decode()
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
    client.post(address)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_an_invitation_that_was_used_is_not_withdrawn(world):
    invitation = InvitationFactory(organisation=world.ours, accepted_at=timezone.now())
    response = sign_in(world.lead).post(page("invitation_withdraw", "riverside", invitation.pk))
    assert "has been used" in response.content.decode()


def test_an_expired_invitation_is_sent_again(world):
    old = InvitationFactory(organisation=world.ours, expires_at=timezone.now() - timedelta(days=1), kind="agency")
    client = sign_in(world.lead)
    response = client.post(page("invitation_again", "riverside", old.pk), follow=True)
    assert f"on its way to {old.email}" in response.content.decode()
    new = Invitation.objects.exclude(pk=old.pk).get()
    assert (new.email, new.kind, new.role, new.invited_by) == (old.email, "agency", old.role, world.lead)


def test_somebody_who_is_here_is_not_invited_again(world):
    old = InvitationFactory(organisation=world.ours, role=world.role, email=world.member.work_email)
    response = sign_in(world.lead).post(page("invitation_again", "riverside", old.pk), follow=True)
    assert "already has this role here" in response.content.decode()
    assert Invitation.objects.count() == 1


# --- several --------------------------------------------------------------------------------------------
def several(world, addresses, **more):
    return {"addresses": addresses, "role": world.role.pk, "kind": "employee", "language": "en", **more}


LINES = "a@example.org\n\n Bea B <B@Example.org>,\nnot an address\na@example.org\n"


def test_an_address_that_is_too_long_to_keep_stops_nobody_elses():
    fits, too_long = read_addresses(f"{'a' * 244}@b.example\n{'a' * 245}@b.example")
    assert (len(fits.email), too_long.email) == (254, "")
    assert "not an e-mail address" in too_long.problem


def test_lines_are_read_as_people_paste_them():
    lines = read_addresses(LINES)
    assert [(line.number, line.email) for line in lines] == [
        (1, "a@example.org"),
        (3, "b@example.org"),
        (4, ""),
        (5, ""),
    ]
    assert "not an e-mail address" in lines[2].problem
    assert "twice" in lines[3].problem


def test_nothing_is_sent_before_the_list_was_looked_at(world):
    client = sign_in(world.lead)
    response = client.post(page(SEVERAL, "riverside"), several(world, LINES))
    text = response.content.decode()
    assert "2 lines are not sent" in text
    assert "2 people get an invitation" in text
    assert "Line 4" in text
    assert not Invitation.objects.exists()
    send = response.context["fingerprint"]
    response = client.post(page(SEVERAL, "riverside"), several(world, LINES, send=send), follow=True)
    assert "2 invitations are on their way." in response.content.decode()
    assert sorted(Invitation.objects.values_list("email", flat=True)) == ["a@example.org", "b@example.org"]


def test_a_list_that_changed_meanwhile_is_shown_again(world):
    client = sign_in(world.lead)
    send = client.post(page(SEVERAL, "riverside"), several(world, LINES)).context["fingerprint"]
    member_of(world.ours, world.role, work_email="b@example.org")
    response = client.post(page(SEVERAL, "riverside"), several(world, LINES, send=send))
    assert "This person is here already" in response.content.decode()
    assert not Invitation.objects.exists()


def test_open_invitations_are_not_sent_twice(world):
    InvitationFactory(organisation=world.ours, email="a@example.org")
    response = sign_in(world.lead).post(page(SEVERAL, "riverside"), several(world, LINES))
    assert [line.email for line in response.context["good"]] == ["b@example.org"]
    assert "There is an open invitation already" in response.content.decode()


def test_the_list_can_be_changed_after_the_look(world):
    response = sign_in(world.lead).post(page(SEVERAL, "riverside"), several(world, LINES, change="1", send="x"))
    text = response.content.decode()
    assert "<textarea" in text
    assert "not an address" in text
    assert not Invitation.objects.exists()


def test_a_list_without_a_good_line_cannot_be_sent(world):
    response = sign_in(world.lead).post(page(SEVERAL, "riverside"), several(world, "<b>x</b>", send=""))
    text = response.content.decode()
    assert "No line is good" in text
    assert "<b>x</b>" not in text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("addresses", ["", " \n ", "\n".join(f"p{number}@example.org" for number in range(201))])
def test_an_empty_and_an_endless_list_are_refused(world, addresses):
    response = sign_in(world.lead).post(page(SEVERAL, "riverside"), several(world, addresses))
    assert "There is a problem" in response.content.decode()


def test_a_look_costs_the_same_at_two_sizes(world, django_assert_max_num_queries):
    client = sign_in(world.lead)
    for count in (3, 150):
        addresses = "\n".join(f"p{number}@example.org" for number in range(count))
        with django_assert_max_num_queries(16):
            client.post(page(SEVERAL, "riverside"), several(world, addresses))


# --- letters that do not leave ----------------------------------------------------------------------
def test_a_letter_that_cannot_be_sent_stands_first_until_it_is(
    world, monkeypatch, mailoutbox, django_capture_on_commit_callbacks
):
    unsent = InvitationFactory(organisation=world.ours, email="a@example.org")
    InvitationFactory(organisation=world.ours, email="b@example.org")
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMultiAlternatives.send", _mail_is_down)
        with pytest.raises(LetterNotSent):
            post_invitation.func(unsent.pk)
    client = sign_in(world.lead)
    text = client.get(page(LIST, "riverside")).content.decode()
    assert "1 e-mail was not delivered." in text
    assert text.index("a@example.org") < text.index("b@example.org")
    again = page("invitations_unsent", "riverside")
    assert again in text
    assert again not in sign_in(world.partnership_lead).get(page(LIST, "riverside")).content.decode()
    sign_in(world.partnership_lead).post(again)
    assert mailoutbox == []
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 letter is tried again." in client.post(again, follow=True).content.decode()
        assert "0 letters are tried again." in client.post(again, follow=True).content.decode()
    assert [letter.to for letter in mailoutbox] == [["a@example.org"]]
    text = client.get(page(LIST, "riverside")).content.decode()
    assert "was not delivered" not in text
    assert "could not be sent" not in text


def _mail_is_down(letter):
    raise SMTPException
