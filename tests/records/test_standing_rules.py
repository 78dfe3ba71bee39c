"""Every sentence of the definitions of required, due, current and expiring, as a case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.rules.days import Days, add_months, merged, without
from records.rules.standing import State, Stretch, worst
from tests.records.standing_cases import (
    JAN_1,
    NURSE,
    OFFICER,
    due,
    member,
    on,
    stand,
    state,
    valid,
    version,
)

# --- Calendar months -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 6, 2), 24, date(2028, 6, 2)),
    ],
)
def test_calendar_months_end_on_the_months_last_day_where_it_is_shorter(day, months, expected):
    assert add_months(day, months) == expected


def test_runs_of_days_merge_and_lose_holes():
    runs = [Days(date(2026, 1, 5), date(2026, 1, 9)), Days(JAN_1, date(2026, 1, 4)), Days(date(2026, 2, 1))]
    assert merged(runs) == (Days(JAN_1, date(2026, 1, 9)), Days(date(2026, 2, 1)))
    assert without(Days(JAN_1), [Days(JAN_1, date(2026, 1, 3)), Days(date(2026, 1, 10), date(2026, 1, 11))]) == [
        Days(date(2026, 1, 4), date(2026, 1, 9)),
        Days(date(2026, 1, 12)),
    ]
    assert without(Days(JAN_1), [Days(date(2025, 1, 1))]) == []


# --- Validity --------------------------------------------------------------------------------------


def test_valid_from_the_day_completed_through_so_many_months():
    assert valid(version(valid_for_months=6), [date(2026, 8, 31)]) == (Days(date(2026, 8, 31), date(2027, 2, 28)),)


def test_without_months_there_is_no_end():
    assert valid(version(), [date(2026, 5, 2), date(2026, 3, 1)]) == (Days(date(2026, 3, 1)),)
    assert valid(version(), []) == ()


@pytest.mark.parametrize(
    ("renewed", "end"),
    [
        # The old expiry is 31 January 2027 and the window opens sixty days before, on 2 December 2026.
        (date(2026, 12, 2), date(2028, 1, 31)),
        (date(2027, 1, 31), date(2028, 1, 31)),
        # A day too early counts from its own day, and never shortens what there was.
        (date(2026, 12, 1), date(2027, 12, 1)),
        (date(2026, 2, 1), date(2027, 2, 1)),
    ],
)
def test_a_renewal_inside_the_window_counts_from_the_old_expiry(renewed, end):
    first = date(2026, 1, 31)
    assert valid(version(valid_for_months=12, window_days=60), [first, renewed]) == (Days(first, end),)


def test_a_renewal_after_the_expiry_leaves_the_gap():
    found = valid(version(valid_for_months=12), [date(2025, 1, 10), date(2026, 3, 1)])
    assert found == (Days(date(2025, 1, 10), date(2026, 1, 10)), Days(date(2026, 3, 1), date(2027, 3, 1)))


def test_counted_from_completion_a_renewal_gains_nothing_from_the_old_expiry():
    terms = version(valid_for_months=12, is_counted_from_expiry=False)
    assert valid(terms, [date(2025, 1, 10), date(2026, 1, 9)]) == (Days(date(2025, 1, 10), date(2027, 1, 9)),)


def test_completing_twice_on_a_day_is_no_renewal():
    terms = version(valid_for_months=1, window_days=60)
    assert valid(terms, [JAN_1, JAN_1]) == (Days(JAN_1, date(2026, 2, 1)),)


def test_the_last_day_of_february_comes_back_as_itself():
    found = valid(version(valid_for_months=12), [date(2024, 2, 29), date(2025, 2, 28)])
    assert found == (Days(date(2024, 2, 29), date(2026, 2, 28)),)


# --- Required --------------------------------------------------------------------------------------


def test_required_while_a_member_in_a_covered_role_under_a_version_in_force():
    found = stand([member(date(2026, 2, 1), date(2026, 6, 30))], [version(date(2026, 3, 1), date(2026, 5, 31))])
    assert [(each.required_from, each.required_to) for each in found] == [(date(2026, 3, 1), date(2026, 5, 31))]


@pytest.mark.parametrize(
    ("fields", "is_required"),
    [
        ({}, True),
        ({"roles": frozenset({OFFICER})}, True),
        ({"roles": frozenset({NURSE})}, False),
        ({"kinds": frozenset({"employee"})}, True),
        ({"kinds": frozenset({"volunteer"})}, False),
        ({"roles": frozenset({OFFICER}), "kinds": frozenset({"volunteer", "employee"})}, True),
        ({"roles": frozenset()}, False),
    ],
)
def test_a_version_is_for_its_roles_and_kinds(fields, is_required):
    assert bool(stand(versions=[version(**fields)])) is is_required


def test_a_partnerships_requirement_holds_only_while_the_organisation_belongs():
    belonging = [Days(date(2026, 2, 1), date(2026, 3, 31)), Days(date(2026, 6, 1))]
    found = stand(belonging=belonging)
    assert [(each.required_from, each.required_to, each.due_on) for each in found] == [
        (date(2026, 2, 1), date(2026, 3, 31), date(2026, 3, 3)),
        (date(2026, 6, 1), None, date(2026, 7, 1)),
    ]


def test_leaving_and_joining_a_partnership_on_the_next_day_is_no_break():
    belonging = [Days(date(2025, 1, 1), date(2026, 3, 31)), Days(date(2026, 4, 1))]
    assert len(stand(belonging=belonging)) == 1


def test_nothing_is_required_while_away():
    found = stand([member(away=[(date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 3, 10))])])
    assert on(date(2026, 1, 31), found)
    assert on(date(2026, 2, 1), found) is None
    assert on(date(2026, 3, 10), found) is None
    assert on(date(2026, 3, 11), found)


def test_away_without_an_end_goes_on():
    found = stand([member(away=[(date(2026, 2, 1),)])])
    assert [each.required_to for each in found] == [date(2026, 1, 31)]


# --- The first due day -----------------------------------------------------------------------------


def test_due_counts_from_the_membership_when_that_is_later():
    assert due(stand([member(date(2026, 5, 1))]), date(2026, 5, 1)) == date(2026, 5, 31)


def test_due_counts_from_the_requirement_when_that_is_later():
    assert due(stand([member(date(2020, 5, 1))]), JAN_1) == date(2026, 1, 31)


def test_due_counts_from_the_return():
    found = stand([member(away=[(date(2026, 1, 10), date(2026, 3, 31))])])
    assert due(found, date(2026, 1, 9)) == date(2026, 1, 31)
    assert due(found, date(2026, 4, 1)) == date(2026, 5, 1)


def test_nobody_is_overdue_on_the_day_a_requirement_begins():
    found = stand([member(date(2020, 1, 1))], [version(due_days=0)], [date(2020, 1, 5)])
    assert state(found, JAN_1) == State.CURRENT
    found = stand([member(date(2020, 1, 1))], [version(due_days=0, valid_for_months=12)], [date(2020, 1, 5)])
    assert state(found, JAN_1) == State.DUE
    assert state(found, date(2026, 1, 2)) == State.OVERDUE


@pytest.mark.parametrize(
    ("back", "due_on"), [(date(2026, 7, 30), date(2026, 1, 31)), (date(2026, 7, 31), date(2026, 8, 30))]
)
def test_coming_back_within_thirty_days_continues_the_old_clock(back, due_on):
    found = stand([member(last=date(2026, 6, 30)), member(back, key=2)])
    assert due(found, back, key=2) == due_on


def test_a_change_between_covered_roles_continues_the_clock():
    members = [member(last=date(2026, 6, 30)), member(date(2026, 7, 1), key=2, role=NURSE)]
    assert due(stand(members), date(2026, 7, 1), key=2) == date(2026, 1, 31)


def test_a_change_from_a_role_that_is_not_covered_starts_the_clock():
    members = [member(last=date(2026, 6, 30)), member(date(2026, 7, 1), key=2, role=NURSE)]
    found = stand(members, [version(roles=frozenset({NURSE}))])
    assert due(found, date(2026, 7, 1), key=2) == date(2026, 7, 31)


def test_the_clock_chains_over_several_memberships():
    members = [
        member(last=date(2026, 2, 28)),
        member(date(2026, 3, 10), date(2026, 4, 30), key=2),
        member(date(2026, 5, 30), key=3),
    ]
    assert due(stand(members), date(2026, 6, 1), key=3) == date(2026, 1, 31)


def test_a_return_from_away_is_remembered_through_a_change_of_role():
    members = [
        member(last=date(2026, 6, 30), away=[(date(2026, 2, 1), date(2026, 4, 30))]),
        member(date(2026, 7, 1), key=2, role=NURSE),
    ]
    assert due(stand(members), date(2026, 7, 1), key=2) == date(2026, 5, 31)


def test_who_left_while_away_starts_anew():
    members = [member(last=date(2026, 6, 30), away=[(date(2026, 2, 1),)]), member(date(2026, 7, 1), key=2)]
    assert due(stand(members), date(2026, 7, 1), key=2) == date(2026, 7, 31)


def test_a_second_role_at_the_same_time_shares_the_clock():
    members = [member(), member(date(2026, 9, 1), key=2, role=NURSE)]
    assert due(stand(members), date(2026, 9, 1), key=2) == date(2026, 1, 31)


# --- After an expiry -------------------------------------------------------------------------------


def test_after_an_expiry_the_due_day_is_the_expiry_day():
    found = stand(versions=[version(valid_for_months=6)], completed=[date(2026, 1, 10)])
    assert found == [
        Stretch(
            *(1, 10, JAN_1, date(2026, 7, 10), date(2026, 1, 31), date(2026, 1, 10), date(2026, 7, 10)),
            shown_on=date(2026, 1, 10),
            shown_edition=1,
        ),
        Stretch(1, 10, date(2026, 7, 11), None, date(2026, 7, 10)),
    ]
    assert state(found, date(2026, 7, 10)) == State.EXPIRING
    assert state(found, date(2026, 7, 11)) == State.OVERDUE


def test_the_gap_between_an_expiry_and_a_late_renewal_is_kept():
    found = stand(versions=[version(valid_for_months=6)], completed=[date(2026, 1, 10), date(2026, 8, 1)])
    assert state(found, date(2026, 7, 20)) == State.OVERDUE
    assert state(found, date(2026, 8, 1)) == State.CURRENT
    assert due(found, date(2027, 3, 1)) == date(2027, 2, 1)


def test_a_completion_before_the_requirement_satisfies_while_it_is_valid():
    found = stand(versions=[version(valid_for_months=12)], completed=[date(2025, 3, 1)])
    assert state(found, JAN_1) == State.CURRENT
    assert state(found, date(2026, 3, 1)) == State.EXPIRING
    assert state(found, date(2026, 3, 2)) == State.OVERDUE
    assert due(found, date(2026, 3, 2)) == date(2026, 3, 1)


def test_an_expiry_while_away_gives_the_time_of_a_return():
    members = [member(away=[(date(2026, 6, 1), date(2026, 8, 31))])]
    found = stand(members, [version(valid_for_months=6)], [date(2026, 1, 10)])
    assert due(found, date(2026, 9, 1)) == date(2026, 10, 1)


def test_an_expiry_before_leaving_is_still_the_due_day_on_coming_back():
    members = [member(last=date(2026, 7, 20)), member(date(2026, 8, 1), key=2)]
    found = stand(members, [version(valid_for_months=6)], [date(2026, 1, 10)])
    assert due(found, date(2026, 8, 1), key=2) == date(2026, 7, 10)


# --- Versions --------------------------------------------------------------------------------------

MARCH_1 = date(2026, 3, 1)


def two(first, second, changed=MARCH_1):
    return [version(last=changed - timedelta(days=1), **first), version(changed, key=11, **second)]


def test_a_change_of_version_keeps_the_clock():
    found = stand(versions=two({"due_days": 90}, {"due_days": 120}))
    assert due(found, MARCH_1) == date(2026, 5, 1)


def test_a_change_makes_nobody_overdue_on_the_day_it_begins():
    found = stand(versions=two({"due_days": 90}, {"due_days": 10}))
    assert state(found, MARCH_1) == State.DUE
    assert state(found, date(2026, 3, 2)) == State.OVERDUE


def test_a_change_does_not_excuse_who_was_overdue():
    found = stand(versions=two({"due_days": 30}, {"due_days": 30}))
    assert due(found, MARCH_1) == date(2026, 1, 31)
    assert state(found, MARCH_1) == State.OVERDUE


def test_who_was_due_on_the_last_day_before_a_change_is_overdue_on_its_day():
    found = stand(versions=two({"due_days": 58}, {"due_days": 58}))
    assert due(found, MARCH_1) == date(2026, 2, 28)


def test_a_shorter_validity_makes_nobody_overdue_on_the_day_it_begins():
    versions = two({"valid_for_months": 24}, {"valid_for_months": 12})
    found = stand([member(date(2024, 1, 1))], versions, [date(2024, 12, 1)])
    assert state(found, date(2026, 2, 28)) == State.CURRENT
    assert state(found, MARCH_1) == State.DUE
    assert due(found, MARCH_1) == MARCH_1


def test_a_longer_validity_counts_from_the_day_it_begins():
    versions = two({"valid_for_months": 12}, {"valid_for_months": 24})
    found = stand([member(date(2024, 1, 1))], versions, [date(2025, 1, 10)])
    assert state(found, date(2026, 2, 28)) == State.OVERDUE
    assert state(found, MARCH_1) == State.CURRENT


def test_an_expiry_on_the_last_day_before_a_change_stays_the_due_day():
    versions = two({"valid_for_months": 12}, {"valid_for_months": 12})
    found = stand([member(date(2024, 1, 1))], versions, [date(2025, 2, 28)])
    assert due(found, MARCH_1) == date(2026, 2, 28)


def test_a_role_added_by_a_change_starts_its_own_clock():
    versions = two({"roles": frozenset({OFFICER})}, {"roles": frozenset({OFFICER, NURSE})})
    found = stand([member(), member(key=2, role=NURSE)], versions)
    assert due(found, MARCH_1) == date(2026, 1, 31)
    assert due(found, MARCH_1, key=2) == date(2026, 3, 31)


def test_a_change_after_a_break_starts_the_clock():
    versions = [version(last=date(2026, 1, 31)), version(MARCH_1, key=11)]
    assert due(stand(versions=versions), MARCH_1) == date(2026, 3, 31)


# --- States ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 5), State.DUE),
        (date(2026, 1, 31), State.DUE),
        (date(2026, 2, 1), State.OVERDUE),
        (date(2026, 2, 9), State.OVERDUE),
        (date(2026, 2, 10), State.CURRENT),
        (date(2026, 7, 10), State.CURRENT),
        (date(2026, 7, 11), State.EXPIRING),
        (date(2026, 8, 10), State.EXPIRING),
        (date(2026, 8, 11), State.OVERDUE),
    ],
)
def test_states_of_a_late_completion(day, expected):
    assert state(stand(versions=[version(valid_for_months=6)], completed=[date(2026, 2, 10)]), day) == expected


def test_the_worst_state_counts():
    assert worst([State.CURRENT, State.EXPIRING]) == State.EXPIRING
    assert worst([State.DUE, State.EXPIRING]) == State.DUE
    assert worst([State.DUE, State.OVERDUE, State.CURRENT]) == State.OVERDUE
