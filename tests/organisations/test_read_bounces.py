"""Letters that come back are marked, and their lead hands the link over; a forged report does nothing."""

from __future__ import annotations

import io
import mailbox
import os
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from organisations.actions import withdraw_invitation
from organisations.actions.bounces import KEPT, forget_sent_letters, note_bounce
from organisations.bounces import HEADER, Bounce, Why, read_bounce
from organisations.mail import LetterNotSent, post_invitation
from organisations.models import Invitation, SentLetter
from tests.factories.organisations import InvitationFactory
from tests.organisations.lead_world import page, sign_in
from tests.organisations.reports_of_mail_servers import KEY, report


@pytest.fixture
def invited(world):
    """An invitation of ours whose letter has left, and one of another organisation."""
    ours = InvitationFactory(organisation=world.ours, email="a@example.org")
    post_invitation.call(ours.pk)
    post_invitation.call(InvitationFactory(organisation=world.foreign, email="c@example.org").pk)
    return ours


def key_of(invitation):
    return next(each.key for each in SentLetter.objects.all() if each.about == [invitation.pk])


def pipe(monkeypatch, raw):
    monkeypatch.setattr("sys.stdin", mock.Mock(buffer=io.BytesIO(raw)))
    call_command("read_bounces")


def test_each_letter_has_a_key_of_its_own_that_names_nobody(invited, mailoutbox, settings):
    keys = [letter.message()[HEADER] for letter in mailoutbox]
    assert len(set(keys)) == 2
    for letter, key in zip(mailoutbox, keys, strict=True):
        message = letter.message()
        assert message["Message-ID"] == f"<{key}@127.0.0.1>"
        assert message["From"] == letter.from_email == settings.DEFAULT_FROM_EMAIL
        assert SentLetter.objects.filter(key=key, kind="organisations/mail/invitation").exists()


def test_reports_go_to_the_address_for_them_where_there_is_one(world, mailoutbox, settings):
    settings.BOUNCE_ADDRESS = "bounces@training.example"
    post_invitation.call(InvitationFactory(organisation=world.ours).pk)
    [letter] = mailoutbox
    assert letter.from_email == "bounces@training.example"
    assert letter.message()["From"] == settings.DEFAULT_FROM_EMAIL


def test_a_letter_that_was_refused_at_once_leaves_no_key(world):
    invitation = InvitationFactory(organisation=world.ours)
    refused = mock.patch("django.core.mail.EmailMultiAlternatives.send", side_effect=OSError)
    with refused, pytest.raises(LetterNotSent):
        post_invitation.func(invitation.pk)
    assert not SentLetter.objects.exists()


def test_our_letter_as_a_server_sends_it_back_is_understood(invited, mailoutbox):
    letter = mailoutbox[0].message().as_bytes()
    whole = report(returned="message/rfc822").split(b"From: Signpost")[0] + letter + b"\n--cut--\n"
    assert read_bounce(whole) == Bounce(key_of(invited), Why.NO_ADDRESS)


def test_the_lead_reads_why_and_hands_the_link_over(
    invited, world, monkeypatch, mailoutbox, django_capture_on_commit_callbacks, capsys
):
    pipe(monkeypatch, report(key_of(invited)))
    assert capsys.readouterr().out == ""
    client = sign_in(world.lead)
    text = client.get(page("invitations", "riverside")).content.decode()
    assert "1 e-mail was not delivered." in text
    assert "The e-mail came back: there is no such address." in text
    assert invited.token in text
    assert not Invitation.objects.exclude(pk=invited.pk).filter(unsent_at__isnull=False).exists()
    # Nobody is written to because of it; the lead may try once more.
    assert len(mailoutbox) == 2
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("invitations_unsent", "riverside"))
    assert len(mailoutbox) == 3
    invited.refresh_from_db()
    assert (invited.unsent_at, invited.unsent_why) == (None, "")
    # What comes back of the first letter is no news any more, of the second it is.
    assert not note_bounce(bounce=Bounce(mailoutbox[0].message()[HEADER], Why.FULL), at=timezone.now())
    assert note_bounce(bounce=Bounce(mailoutbox[2].message()[HEADER], Why.FULL), at=timezone.now())


@pytest.mark.parametrize(("which", "is_unsent"), [(0, False), (1, True)])
def test_only_the_newest_letter_of_an_invitation_marks_it(world, mailoutbox, which, is_unsent):
    """Written twice, as a worker was stopped after the first: a server gives up the first only days later."""
    invitation = InvitationFactory(organisation=world.ours, email="a@example.org")
    for _letter in range(2):
        post_invitation.call(invitation.pk)
    post_invitation.call(InvitationFactory(organisation=world.foreign, email="c@example.org").pk)
    bounce = Bounce(mailoutbox[which].message()[HEADER], Why.FULL)
    assert note_bounce(bounce=bounce, at=timezone.now()) == is_unsent
    invitation.refresh_from_db()
    assert (invitation.unsent_at is not None) == is_unsent
    assert not note_bounce(bounce=bounce, at=timezone.now())


def test_a_forged_one_does_nothing(invited, monkeypatch):
    before = list(Invitation.objects.order_by("pk").values())
    for raw in (report(), report(invited.token[:32]), report(KEY.replace("0", "f")), b"\xff" * 5000, b""):
        pipe(monkeypatch, raw)
    assert list(Invitation.objects.order_by("pk").values()) == before


def test_what_was_used_or_withdrawn_stays_as_it_is(invited, world):
    withdraw_invitation(invitation=invited, by=world.lead, at=timezone.now())
    assert note_bounce(bounce=Bounce(key_of(invited), Why.FULL), at=timezone.now())
    invited.refresh_from_db()
    assert invited.unsent_at is None


def test_a_maildir_is_read_once_and_nothing_in_it_is_lost(invited, tmp_path, capsys):
    folder = mailbox.Maildir(tmp_path / "box")
    odd = b"\xff\x00 no headers"
    for raw in (report(key_of(invited)), report(), odd):
        folder.add(raw)
    for expected in (
        "Messages read: 3. Letters that came back: 1.\n",
        "Messages read: 0. Letters that came back: 0.\n",
    ):
        call_command("read_bounces", maildir=tmp_path / "box")
        assert capsys.readouterr().out == expected
    seen = list((tmp_path / "box" / "cur").iterdir())
    assert {path.read_bytes() for path in seen} == {report(key_of(invited)), report(), odd}
    assert all(path.name.endswith(":2,S") for path in seen)
    assert not list((tmp_path / "box" / "new").iterdir())


def test_an_mbox_is_read_and_left_as_it_is(invited, tmp_path, capsys):
    file = mailbox.mbox(tmp_path / "box")
    for raw in (report(), report(key_of(invited), status="5.7.1")):
        file.add(raw)
    file.close()
    before = (tmp_path / "box").read_bytes()
    call_command("read_bounces", mbox=tmp_path / "box")
    assert capsys.readouterr().out == "Messages read: 2. Letters that came back: 1.\n"
    assert (tmp_path / "box").read_bytes() == before
    invited.refresh_from_db()
    assert invited.unsent_why == Why.REFUSED


@pytest.mark.parametrize("where", ["maildir", "mbox"])
def test_a_path_that_is_none(db, tmp_path, where):
    with pytest.raises(CommandError):
        call_command("read_bounces", **{where: tmp_path / "nothing"})


def test_where_the_database_is_away_the_mail_server_keeps_the_message(monkeypatch, capsys):
    away = mock.Mock(side_effect=DatabaseError("the address is dana@riverside.example"))
    monkeypatch.setattr("organisations.management.commands.read_bounces.note_bounce", away)
    with pytest.raises(SystemExit) as ended:
        pipe(monkeypatch, report())
    assert ended.value.code == os.EX_TEMPFAIL
    assert "dana" not in "".join(capsys.readouterr())


def test_keys_go_in_time(invited):
    now = timezone.now()
    SentLetter.objects.filter(key=key_of(invited)).update(sent_at=now - KEPT - timedelta(seconds=1))
    forget_sent_letters(at=now)
    assert SentLetter.objects.count() == 1
