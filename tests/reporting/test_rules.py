"""How coverage is counted, case by case, and what holds for any numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.rules import Figure, Known, Place, everybody, together
from reporting.rules import Asked, Counts, known_people, per_cent, reach, shares

DAY = date(2026, 11, 1)
OFFICER, NURSE = 1, 2
EVERYONE = Asked(roles=None)
OFFICERS = Asked(roles=frozenset({OFFICER}))
BOTH = Asked(roles=frozenset({OFFICER, NURSE}))
EMPLOYEES = Asked(roles=None, kinds=frozenset({"employee"}))


def place(figures=(), registered=()):
    """Figures and registered people by (role, kind); the people of the whole organisation are added up."""
    people = dict(registered)
    for (role, kind), number in list(people.items()):
        if role is not None:
            people[None, kind] = people.get((None, kind), 0) + number
    people[None, ""] = sum(number for (role, kind), number in people.items() if role is None and kind)
    return Place({key: Figure(number, DAY) for key, number in dict(figures).items()}, people)


OFFICERS_12 = {(OFFICER, "employee"): 12}
MIXED = {(OFFICER, "employee"): 12, (OFFICER, "volunteer"): 3, (NURSE, "employee"): 5}


@pytest.mark.parametrize(
    ("asked", "figures", "registered", "expected"),
    [
        # headcount, unknown, is_partial, has_leavers
        ([EVERYONE], {}, OFFICERS_12, (None, None, False, False)),
        ([EVERYONE], {(None, ""): 20}, OFFICERS_12, (20, 8, False, False)),
        ([EVERYONE], {(None, ""): 10}, OFFICERS_12, (10, 0, False, True)),
        ([EVERYONE], {(None, ""): 30}, MIXED, (30, 10, False, False)),
        # The kinds are added; a figure of every kind goes before them.
        ([EVERYONE], {(None, "employee"): 20, (None, "volunteer"): 10}, MIXED, (30, 10, False, False)),
        ([EVERYONE], {(None, ""): 25, (None, "employee"): 20}, MIXED, (25, 5, False, False)),
        # Volunteers are there, but nobody counted them.
        ([EVERYONE], {(None, "employee"): 20}, MIXED, (20, 3, True, False)),
        # Without a figure of the whole organisation its roles are added.
        ([EVERYONE], {(OFFICER, ""): 20, (NURSE, ""): 4}, MIXED, (24, 5, False, True)),
        ([EVERYONE], {(OFFICER, ""): 20}, MIXED, (20, 5, True, False)),
        # A figure of the whole organisation says nothing of a role.
        ([OFFICERS], {(None, ""): 20}, MIXED, (None, None, False, False)),
        ([OFFICERS], {(OFFICER, ""): 20, (None, ""): 90}, MIXED, (20, 5, False, False)),
        ([OFFICERS], {(OFFICER, "employee"): 14, (OFFICER, "volunteer"): 1}, MIXED, (15, 0, False, False)),
        ([BOTH], {(OFFICER, ""): 20, (NURSE, ""): 4}, MIXED, (24, 5, False, True)),
        ([BOTH], {(OFFICER, ""): 20}, MIXED, (20, 5, True, False)),
        # A role in which there is nobody, counted or registered, is not missing.
        ([BOTH], {(OFFICER, ""): 20}, OFFICERS_12, (20, 8, False, False)),
        ([BOTH], {(OFFICER, ""): 20, (NURSE, ""): 7}, OFFICERS_12, (27, 15, False, False)),
        ([OFFICERS], {(NURSE, ""): 7}, {}, (None, None, False, False)),
        # Of some kinds only.
        ([EMPLOYEES], {(None, "employee"): 20}, MIXED, (20, 3, False, False)),
        ([EMPLOYEES], {(None, ""): 20}, MIXED, (None, None, False, False)),
        ([EMPLOYEES], {(OFFICER, "employee"): 15}, MIXED, (15, 3, True, False)),
        # Two requirements: everyone employed, and officers of every kind.
        ([EMPLOYEES, OFFICERS], {(OFFICER, ""): 20, (NURSE, "employee"): 6}, MIXED, (26, 6, False, False)),
        ([OFFICERS, EVERYONE], {(None, ""): 30, (OFFICER, ""): 99}, MIXED, (30, 10, False, False)),
        ([OFFICERS, BOTH], {(OFFICER, ""): 20, (NURSE, ""): 6}, MIXED, (26, 6, False, False)),
        # Counted as nobody, and nobody there.
        ([EVERYONE], {(None, ""): 0}, {}, (0, 0, False, False)),
        ([], {(None, ""): 20}, OFFICERS_12, (None, None, False, False)),
    ],
)
def test_headcount_and_unknown(asked, figures, registered, expected):
    known = known_people(asked, place(figures, registered))
    assert (known.headcount, known.unknown, known.is_partial, known.has_leavers) == expected


def test_unknown_is_clamped_in_each_organisation_and_then_added():
    one = everybody(place({(None, ""): 10}, {(OFFICER, "employee"): 14}))
    other = everybody(place({(None, ""): 30}, {(OFFICER, "employee"): 14}))
    total = together([one, other])
    assert (total.headcount, total.unknown, total.has_leavers, total.is_partial) == (40, 16, True, False)


def test_a_total_says_that_a_headcount_is_not_given():
    given = everybody(place({(None, ""): 30}, OFFICERS_12))
    missing = everybody(place({}, OFFICERS_12))
    total = together([given, missing])
    assert (total.headcount, total.unknown, total.is_partial) == (30, 18, True)
    assert together([missing, missing]).headcount is None
    assert together([]).headcount is None


def test_a_person_with_two_roles_is_one_of_the_whole_organisation():
    known = everybody(
        Place(
            {(None, ""): Figure(3, DAY)},
            {(OFFICER, "employee"): 1, (NURSE, "employee"): 1, (None, "employee"): 1, (None, ""): 1},
        )
    )
    assert known.unknown == 2


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, None), (0, 5, 0), (2, 3, 66), (199, 200, 99), (5, 5, 100), (1, 1000, 0)]
)
def test_per_cents_are_rounded_down(part, whole, expected):
    assert per_cent(part, whole) == expected


@pytest.mark.parametrize(
    ("counts", "known", "expected"),
    [
        (Counts(required=10, current=5), Known(headcount=20, at_least=20), 25),
        (Counts(required=10, current=5), Known(headcount=8, at_least=8), 50),
        (Counts(required=10, current=5), Known(), None),
        (Counts(), Known(headcount=20, at_least=20), 0),
        (Counts(), Known(headcount=0), None),
        # Where a part was never counted, the people registered there are people all the same.
        (Counts(required=10, current=5), Known(headcount=12, is_partial=True, at_least=25), 20),
    ],
)
def test_reach(counts, known, expected):
    assert reach(counts, known) == expected


def test_coverage_of_nobody_is_no_number():
    assert Counts().coverage is None
    assert Counts(required=3, current=2).coverage == 66


numbers = st.integers(0, 40)
kinds = st.sampled_from(["employee", "agency", "volunteer"])
roles = st.sampled_from([OFFICER, NURSE, 3])
places = st.builds(
    place,
    st.dictionaries(st.tuples(st.one_of(st.none(), roles), st.one_of(st.just(""), kinds)), numbers, max_size=6),
    st.dictionaries(st.tuples(roles, kinds), numbers, max_size=6),
)
requirements = st.lists(
    st.builds(
        Asked,
        roles=st.one_of(st.none(), st.frozensets(roles, min_size=1)),
        kinds=st.frozensets(kinds, max_size=2),
    ),
    max_size=3,
)


@given(asked=requirements, somewhere=places)
def test_what_is_known_adds_up(asked, somewhere):
    known = known_people(asked, somewhere)
    assert (known.headcount is None) == (known.unknown is None)
    assert known.registered >= 0
    if known.headcount is None:
        assert not known.figures
        assert not known.is_partial
        assert known.at_least == known.registered
    else:
        assert known.headcount == sum(figure.people for figure in known.figures)
        assert 0 <= known.unknown <= known.headcount
        assert known.unknown >= known.headcount - known.registered
        assert known.at_least >= known.headcount
        if not known.has_leavers and not known.is_partial:
            assert known.unknown == known.headcount - known.registered


@given(somewhere=places, asked=requirements)
def test_asking_more_people_never_lowers_who_is_registered(somewhere, asked):
    assert known_people([*asked, EVERYONE], somewhere).registered >= known_people(asked, somewhere).registered


@given(parts=st.lists(st.builds(lambda place: everybody(place), places), max_size=5))
def test_a_total_hides_nothing(parts):
    total = together(parts)
    given_parts = [part for part in parts if part.headcount is not None]
    assert (total.headcount or 0) == sum(part.headcount for part in given_parts)
    assert (total.unknown or 0) == sum(part.unknown for part in given_parts)
    if any(part.headcount is None for part in parts) and given_parts:
        assert total.is_partial


@given(parts=st.lists(st.integers(0, 5000), min_size=1, max_size=6))
def test_shares_add_up_and_show_everything_that_is_there(parts):
    drawn = shares(parts)
    assert sum(drawn) == (100 if sum(parts) else 0)
    assert all((width > 0) == (part > 0) for width, part in zip(drawn, parts, strict=True))


@given(current=numbers, more=numbers, headcount=numbers)
def test_reach_never_exceeds_coverage(current, more, headcount):
    counts = Counts(required=current + more, current=current)
    known = Known(headcount=headcount, at_least=headcount)
    if counts.coverage is not None and reach(counts, known) is not None:
        assert reach(counts, known) <= counts.coverage
