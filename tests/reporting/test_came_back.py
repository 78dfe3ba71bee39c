"""A reminder that comes back stands first in its round, with the reason."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from organisations.bounces import Why
from organisations.letter_limits import last_letters
from records.mail import post_reminder
from records.models import Reminder
from tests.factories.records import ReminderFactory, ReminderRoundFactory
from tests.organisations.lead_world import sign_in
from tests.records.test_came_back import comes_back


@pytest.fixture
def reminded(scene):
    """A round of two letters that have left."""
    sent = ReminderRoundFactory(organisation=scene.ours)
    for person in (scene.overdue, scene.due):
        ReminderFactory(round=sent, person=person, organisation=scene.ours, goes_at=timezone.now())
    for each in sent.reminders.all():
        post_reminder.call(each.pk)
    return sent


def test_of_a_reminder_its_lead_reads_why_first(reminded, scene, mailoutbox):
    assert len(mailoutbox) == 2
    address = reverse("reporting:reminder_round", args=[scene.ours.slug, reminded.pk])
    client = sign_in(scene.world.lead)
    assert "came back" not in client.get(address).content.decode()
    [letter] = [each for each in mailoutbox if each.to == [scene.overdue.email]]
    comes_back(letter, Why.NO_ADDRESS)
    text = client.get(address).content.decode()
    assert "1 letter came back." in text
    assert "the letter came back: there is no such address" in text
    assert text.index(str(scene.overdue)) < text.index(str(scene.due))
    assert list(last_letters([scene.overdue.pk, scene.due.pk])) == [scene.due.pk]
    assert Reminder.objects.exclude(came_back_why="").count() == 1
