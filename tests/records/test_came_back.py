"""A letter that comes back is told by the lead or the planner, and takes nobody's week."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.actions.bounces import note_bounce
from organisations.bounces import HEADER, Bounce, Why
from organisations.letter_limits import last_letters
from records.mail_briefings import post_change
from records.models import BriefingLetter, Session
from records.selectors.telling import unasked_in, untold_by_organisation
from tests.records.test_asking import ask
from tests.records.test_telling import NOW, cancel, lead_of, letter_of, room, untold  # noqa: F401


def comes_back(letter, why=Why.FULL):
    assert note_bounce(bounce=Bounce(letter.message()[HEADER], why), at=timezone.now())


def test_whoever_comes_is_told_by_their_lead_who_reads_why(room, mailoutbox):  # noqa: F811
    cancel(room)
    post_change.call(letter_of(room.learner).pk)
    assert untold(room) == []
    comes_back(mailoutbox[0])
    assert untold(room) == [room.learner]
    assert untold_by_organisation(room.session, NOW) == [("Riverside Council", 1)]
    assert last_letters([room.learner.pk]) == {}
    client = Client()
    client.force_login(lead_of(room.council))
    shown = client.get(reverse("records:briefings", args=[room.council.slug])).content.decode()
    assert f"<bdi>{room.learner.name}</bdi> (the e-mail came back: the mailbox is full)" in shown


def test_a_later_change_is_written_anew(room, mailoutbox):  # noqa: F811
    cancel(room)
    post_change.call(letter_of(room.learner).pk)
    comes_back(mailoutbox[0])
    Session.objects.update(state="planned", cancel_reason="")
    cancel(room, at=NOW + timedelta(hours=3))
    assert BriefingLetter.objects.filter(person=room.learner).count() == 2
    assert letter_of(room.learner).goes_at == NOW + timedelta(hours=3)


def test_of_an_organisation_that_is_asked_the_planner_reads(room, mailoutbox):  # noqa: F811
    lead = lead_of(room.police)
    ask(room, organisations=[room.police])
    post_change.call(letter_of(lead).pk)
    assert unasked_in(room.session, NOW) == []
    comes_back(mailoutbox[0])
    assert unasked_in(room.session, NOW) == [room.police.name]
