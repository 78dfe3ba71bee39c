"""People who are one person and were at one briefing with both of their accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from organisations.actions import link_accounts, undo_merge
from records.actions.attendance import void_attendance
from records.models import Session
from records.selectors.sessions import delivery_between, in_the_room, people_of, with_counts
from reporting.selectors.delivery import Scope, delivered
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.records.rooms import DURING, come, confirm, make_room

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 2)
LATER = DURING + timedelta(days=1)


@pytest.fixture
def room(place, site_tree):
    """A briefing at which one person is on the list with two accounts, both confirmed."""
    found = make_room(place)
    found.second = UserFactory(name="Ana Second")
    MembershipFactory(person=found.second, organisation=found.council, started_on=date(2026, 1, 5))
    rows = [come(found.session, person=each, organisation=found.council) for each in (found.learner, found.second)]
    confirm(found, *rows)
    found.rows = rows
    return found


def numbers(room):
    """Everything that counts who was there."""
    briefings = delivery_between(FIRST, LAST, partnership_ids=[room.partnership.pk])
    (counted,) = with_counts(Session.objects.filter(pk=room.session.pk))
    done = delivered(Scope(frozenset({room.partnership.pk})), FIRST, LAST).everything.all
    return (
        briefings.attendances,
        briefings.by_organisation[0].attendances,
        counted.checked_in,
        counted.confirmed,
        sum(each.people for each in in_the_room(room.session)),
        len(people_of(room.session)),
        done.completions,
        done.people,
    )


def merge(room):
    return link_accounts(kept=room.learner, address=room.second.emailaddress_set.get(), at=LATER)


def test_they_count_once_everywhere_until_they_part(room):
    assert numbers(room) == (2,) * 8
    made = merge(room)
    assert numbers(room) == (1,) * 8
    again = come(room.session, person=room.learner, organisation=room.council)
    assert again.pk == room.rows[0].pk
    undo_merge(merge=made, by=room.learner, at=LATER + timedelta(days=1))
    assert numbers(room) == (2,) * 8


def test_the_confirmed_one_stays_and_striking_it_out_ends_what_came_of_both(room):
    made = merge(room)
    void_attendance(attendance=room.rows[0], by=room.trainer, reason="Was not there.", at=LATER)
    for row in room.rows:
        row.refresh_from_db()
        assert row.void_reason == "Was not there."
        assert row.completion.voided_at is not None
    undo_merge(merge=made, by=room.learner, at=LATER + timedelta(days=1))
    assert people_of(room.session) == []
