"""People who are one person and were at one briefing with both of their accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from organisations.actions import appoint, link_accounts, undo_merge
from organisations.models import Appointment
from records.actions.attendance import Confirmed, mark_missed, match_attendance, void_attendance
from records.models import OWN, Session
from records.selectors.merging import told_of_merge
from records.selectors.sessions import delivery_between, in_the_room, people_of, with_counts
from reporting.selectors.delivery import Scope, delivered
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.records.rooms import DURING, come, confirm, make_room

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 2)
LATER = DURING + timedelta(days=1)
MUCH_LATER = DURING + timedelta(days=2)


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


@pytest.fixture
def self_confirmed(place, site_tree):
    """A trainer who confirmed that their other account was in the room."""
    found = make_room(place)
    found.row = come(found.session, person=found.learner, organisation=found.council)
    confirm(found, found.row)
    found.row.refresh_from_db()
    return found


def join(room, at=LATER):
    return link_accounts(kept=room.trainer, address=room.learner.emailaddress_set.get(), at=at)


def standing_rows(room):
    return [each for each in people_of(room.session) if each.person_id == room.learner.pk]


def test_what_they_confirmed_themselves_waits_for_somebody_else(self_confirmed):
    room = self_confirmed
    assert room.row.completion.voided_at is None
    join(room)
    room.row.refresh_from_db()
    assert (room.row.voided_by, room.row.void_reason) == (room.trainer, OWN)
    assert room.row.completion.void_reason == OWN
    assert room.row.completion.certificates.get().revoke_reason == OWN
    (waiting,) = standing_rows(room)
    assert (waiting.confirmed_at, waiting.completion) == (None, None)
    assert (waiting.how, waiting.checked_in_at) == (room.row.how, room.row.checked_in_at)
    assert confirm(room, waiting) == Confirmed(done=0, own=1)
    room.session.trainers.add(room.second)
    assert confirm(room, waiting, by=room.second) == Confirmed(done=1, own=0)
    waiting.refresh_from_db()
    assert waiting.completion.voided_at is None


def test_parted_again_what_was_confirmed_stands_and_no_record_is_overwritten(self_confirmed):
    room = self_confirmed
    once = room.row.completion
    undo_merge(merge=join(room), by=room.trainer, at=MUCH_LATER)
    (row,) = standing_rows(room)
    assert row == room.row
    assert (row.confirmed_by, row.voided_at, row.void_reason) == (room.trainer, None, "")
    assert row.completion != once
    assert (row.completion.completed_on, row.completion.created_at) == (once.completed_on, MUCH_LATER)
    assert row.completion.certificates.filter(revoked_at__isnull=True).count() == 1
    once.refresh_from_db()
    assert once.void_reason == OWN
    again = join(room, at=MUCH_LATER)
    undo_merge(merge=again, by=room.trainer, at=MUCH_LATER + timedelta(days=1))
    assert len(standing_rows(room)) == 1


def test_parted_again_what_somebody_else_decided_meanwhile_stays(self_confirmed):
    room = self_confirmed
    made = join(room)
    (waiting,) = standing_rows(room)
    room.session.trainers.add(room.second)
    mark_missed(session=room.session, pks=[waiting.pk], by=room.second, at=LATER)
    undo_merge(merge=made, by=room.trainer, at=MUCH_LATER)
    assert standing_rows(room) == [waiting]


def test_on_the_list_twice_what_somebody_else_confirmed_goes_first(self_confirmed):
    room = self_confirmed
    theirs = come(room.session, person=room.trainer, organisation=room.council)
    room.session.trainers.add(room.second)
    confirm(room, theirs, by=room.second)
    made = join(room)
    assert people_of(room.session) == [theirs]
    undo_merge(merge=made, by=room.trainer, at=MUCH_LATER)
    assert {each.pk for each in people_of(room.session)} == {theirs.pk, room.row.pk}


def test_what_a_lead_said_is_theirs_waits_as_well(place, site_tree):
    room = make_room(place)
    held = come(room.session, name=room.learner.name, organisation=room.council)
    confirm(room, held)
    lead = appoint(
        person=UserFactory(),
        kind=Appointment.Kind.ORGANISATION_LEAD,
        organisation=room.council,
        by=None,
        started_on=date(2026, 1, 5),
    ).person
    match_attendance(attendance=held, membership=room.learner.memberships.get(), by=lead, at=DURING)
    link_accounts(kept=lead, address=room.learner.emailaddress_set.get(), at=LATER)
    (waiting,) = standing_rows(room)
    assert waiting.pk != held.pk
    assert waiting.confirmed_at is None


def test_who_merges_is_told_before(self_confirmed, django_assert_num_queries):
    room = self_confirmed
    with django_assert_num_queries(2):
        (told,) = told_of_merge(room.trainer, room.learner)
    assert "One confirmed that the other was at 1 briefing." in told
    assert told_of_merge(room.second, room.learner) == []


def test_undone_in_another_order_it_comes_back_once_it_is_not_their_own(self_confirmed):
    """Somebody with three accounts; the one that confirmed and the one confirmed are both brought into the third."""
    room = self_confirmed
    third = UserFactory(name="Ana Third")
    first = link_accounts(kept=third, address=room.learner.emailaddress_set.get(), at=LATER)
    assert standing_rows(room) == [room.row]
    Appointment.objects.filter(person=room.trainer).update(ended_on=date(2026, 6, 2))
    second = link_accounts(kept=third, address=room.trainer.emailaddress_set.get(), at=LATER)
    assert standing_rows(room) != [room.row]
    undo_merge(merge=first, by=third, at=MUCH_LATER)
    assert standing_rows(room) == [room.row]
    undo_merge(merge=second, by=third, at=MUCH_LATER)
    assert standing_rows(room) == [room.row]
