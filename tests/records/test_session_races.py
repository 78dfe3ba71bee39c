"""Briefings when several press at once: the last place goes to one, and a list is confirmed once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from organisations.models import User
from records.actions.attendance import confirm_attendances
from records.actions.places import take_place
from records.actions.sessions import answer_invitation, invite_organisations
from records.models import Attendance, Completion, Session, SessionInvitation
from tests.factories.organisations import MembershipFactory
from tests.records.rooms import DURING, START, come, make_room
from tests.records.test_completions import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]


@pytest.fixture
def room(place, site_tree):
    return make_room(place)


def test_the_last_place_goes_to_one(room):
    Session.objects.filter(pk=room.session.pk).update(capacity=1)
    (invitation,) = invite_organisations(session=room.session, organisations=[room.council], by=room.trainer, at=START)
    answer_invitation(invitation=invitation, is_accepted=True, by=room.learner, at=START)
    people = [MembershipFactory(organisation=room.council).person for _each in range(3)]
    results = at_once(
        *(lambda person=person: take_place(session=room.session, person=person, at=START) for person in people)
    )
    assert sum(isinstance(each, ValidationError) for each in results) == 2
    assert SessionInvitation.objects.filter(person__isnull=False).count() == 1


def test_two_presses_of_the_same_person_take_one_place(room):
    (invitation,) = invite_organisations(session=room.session, organisations=[room.council], by=room.trainer, at=START)
    answer_invitation(invitation=invitation, is_accepted=True, by=room.learner, at=START)
    results = at_once(*[lambda: take_place(session=room.session, person=room.learner, at=START)] * 3)
    assert results == [SessionInvitation.objects.get(person=room.learner)] * 3


def test_a_list_that_two_confirm_is_confirmed_once(room):
    room.session.trainers.add(room.second)
    rows = [come(room.session, person=each, organisation=room.council) for each in (room.learner, room.other)]

    def confirm(by):
        return lambda: confirm_attendances(
            session=room.session,
            pks=[each.pk for each in rows],
            by=User.objects.get(pk=by.pk),
            at=DURING + timedelta(minutes=30),
        )

    results = at_once(confirm(room.trainer), confirm(room.second))
    assert sorted(each.done for each in results) == [0, 2]
    assert Completion.objects.count() == Attendance.objects.filter(completion__isnull=False).count() == 2
