"""An edition that is learned again, and lessons that a role has of its own, as cases."""

from __future__ import annotations

from datetime import date

from records.rules.days import Days
from records.rules.standing import Done, Refresher, State
from tests.records.standing_cases import JAN_1, NURSE, OFFICER, done, due, member, on, stand, state, valid, version

# --- Learned again ---------------------------------------------------------------------------------

JUNE = date(2026, 6, 1)
AGAIN = Refresher(edition=2, by=JUNE)


def test_what_was_completed_on_an_earlier_edition_holds_through_the_refresh_day():
    found = stand(completed=[date(2026, 1, 10)], refreshers=[AGAIN])
    assert state(found, date(2026, 5, 1)) == State.CURRENT
    assert state(found, date(2026, 5, 2)) == State.EXPIRING
    assert state(found, JUNE) == State.EXPIRING
    assert (state(found, date(2026, 6, 2)), due(found, date(2026, 6, 2))) == (State.OVERDUE, JUNE)


def test_whoever_learned_the_newer_edition_is_asked_nothing():
    found = stand(completed=[date(2026, 1, 10), done(date(2026, 5, 20), edition=2)], refreshers=[AGAIN])
    assert on(date(2027, 1, 1), found).satisfied_to is None
    assert state(found, JUNE) == State.CURRENT


def test_an_earlier_edition_completed_after_the_refresh_day_counts_for_nothing():
    found = stand(completed=[done(date(2026, 7, 1), edition=1)], refreshers=[AGAIN])
    assert state(found, date(2026, 7, 2)) == State.OVERDUE


def test_what_ended_before_the_refresh_day_is_due_since_its_own_expiry():
    found = stand(versions=[version(valid_for_months=3)], completed=[date(2026, 1, 10)], refreshers=[AGAIN])
    assert due(found, date(2026, 7, 1)) == date(2026, 4, 10)


def test_of_two_refresh_days_the_earlier_counts():
    later = Refresher(edition=3, by=date(2026, 9, 1))
    assert valid(version(), [JAN_1], refreshers=[later, AGAIN]) == (Days(JAN_1, JUNE),)
    assert valid(version(), [done(JAN_1, edition=2)], refreshers=[later, AGAIN]) == (Days(JAN_1, later.by),)


def test_only_the_roles_named_learn_again():
    nurses = Refresher(edition=2, by=JUNE, roles=frozenset({NURSE}))
    people = [member(key=1, role=OFFICER), member(key=2, role=NURSE)]
    found = stand(people, completed=[JAN_1], refreshers=[nurses])
    assert state(found, date(2026, 7, 1), key=1) == State.CURRENT
    assert state(found, date(2026, 7, 1), key=2) == State.OVERDUE


def test_an_unknown_edition_is_older_than_any():
    assert valid(version(), [Done(JAN_1)], refreshers=[AGAIN]) == (Days(JAN_1, JUNE),)


def test_a_renewal_before_the_refresh_day_counts_from_it():
    terms = version(valid_for_months=12, window_days=60)
    found = valid(terms, [JAN_1, done(date(2026, 5, 20), edition=2)], refreshers=[AGAIN])
    assert found == (Days(JAN_1, date(2027, 6, 1)),)


# --- Lessons of a role -----------------------------------------------------------------------------


def test_a_completion_is_not_current_for_a_role_whose_lessons_were_not_done():
    people = [member(key=1, role=OFFICER), member(date(2026, 2, 1), key=2, role=NURSE)]
    found = stand(people, completed=[done(date(2026, 1, 10), not_for=frozenset({NURSE}))])
    assert state(found, date(2026, 2, 10), key=1) == State.CURRENT
    assert (state(found, date(2026, 2, 10), key=2), due(found, date(2026, 2, 10), key=2)) == (
        State.DUE,
        date(2026, 3, 3),
    )


def test_moving_into_a_role_with_lessons_of_its_own_gives_the_days_that_everybody_has():
    moved = date(2026, 6, 1)
    people = [member(last=date(2026, 5, 31), key=1, role=OFFICER), member(moved, key=2, role=NURSE)]
    for_officers = done(date(2026, 1, 10), not_for=frozenset({NURSE}))
    assert due(stand(people, completed=[for_officers]), moved, key=2) == date(2026, 7, 1)
    # Who had completed nothing stays as late as they were.
    assert due(stand(people), moved, key=2) == date(2026, 1, 31)
    # So does whose validity had ended when they moved.
    found = stand(people, [version(valid_for_months=2)], [for_officers])
    assert due(found, moved, key=2) == date(2026, 1, 31)


def test_lessons_that_are_added_do_not_prolong_what_they_are_added_to():
    terms = version(valid_for_months=12)
    first = done(date(2026, 1, 10), not_for=frozenset({NURSE}))
    added = done(date(2026, 12, 1), edition=2, counted_from=first.on)
    assert valid(terms, [first, added], NURSE) == (Days(added.on, date(2027, 1, 10)),)
    assert valid(terms, [first, added], OFFICER) == (Days(first.on, date(2027, 1, 10)),)
    fixed = version(valid_for_months=12, fixed_on=date(2026, 4, 1), window_days=0)
    assert valid(fixed, [first, added], NURSE) == ()
